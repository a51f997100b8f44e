"""What Django itself refuses (no such address, forged form) in the same words as everything else."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ggzy.kernel.errors import Forbidden, Malformed, NotFound, Refusal
from ggzy.web.middleware import page, problem


def _answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(refusal)
    return page(request, refusal)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, Malformed(_("请求无法识别。请返回上一页重试。")))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, Forbidden(_("这个页面不对外开放。如需办理业务，请先登录。")))


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, Forbidden(_("表单已过期或来源不明，没有提交。请刷新页面后重试。"), code="access.form_expired"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, NotFound(_("没有这个页面。请检查地址，或从首页重新查找。")))


def failed(request: HttpRequest) -> HttpResponse:
    refusal = Refusal(_("平台内部出错，您的数据没有丢失。请稍后重试。"), code="service.failed")
    refusal.status, refusal.title = 500, "平台内部错误"
    return _answer(request, refusal)
