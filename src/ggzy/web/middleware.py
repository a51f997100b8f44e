"""Around every request: refusals become answers here and nowhere else, and pages carry their safety headers."""

import logging
from collections.abc import Callable
from secrets import token_hex

import msgspec
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from ggzy.kernel.errors import Forbidden, Malformed, NotFound, Refusal, TooLarge, Unavailable
from ggzy.web.identity import clients
from ggzy.web.portal.problems import catalogue

log = logging.getLogger("ggzy.web")
Respond = Callable[[HttpRequest], HttpResponseBase]

SIGNING_IN = ("/account/", "/openid/")
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none';"
    " base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


def problem(refusal: Refusal) -> HttpResponse:
    """A refusal as RFC 9457 problem details."""
    response = HttpResponse(
        msgspec.json.encode(refusal.problem()), status=refusal.status, content_type="application/problem+json"
    )
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="ggzy"'
    if after := refusal.more.get("retry_after"):
        response["Retry-After"] = str(after)
    return response


def page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as a page for people; what its code means is said, too, where its own sentence is in another language."""
    context = {"problem": refusal.problem(), "explained": catalogue().get(refusal.code)}
    return render(request, "errors/problem.html", context, status=refusal.status)


def _policy(request: HttpRequest, response: HttpResponseBase) -> str:
    """What the page may load and where its forms may lead: pages of signing in lead on to the systems that were admitted."""
    leads_on = request.path.startswith(SIGNING_IN) and response.get("Content-Type", "").startswith("text/html")
    if not leads_on or response.status_code >= 500:  # the database may be away
        return CONTENT_SECURITY_POLICY
    return " ".join((CONTENT_SECURITY_POLICY, *clients.origins()))


class Guard:
    """Turns what a view raises into an answer that people can act on, and never shows a stack trace."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path:  # no table holds a NUL, so nothing can be found under this address
            response = self.process_exception(request, NotFound(_("没有这个页面。请检查地址，或从首页重新查找。")))
        else:
            response = self.respond(request)
        response.headers.setdefault("Content-Security-Policy", _policy(request, response))
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponseBase | None:
        """What is typed at the pages and endpoints of signing in goes to tables, and none of them holds a NUL."""
        if request.path.startswith(SIGNING_IN):
            given = (value for values in (request.GET, request.POST) for one in values for value in (one, *values.getlist(one)))
            if any("\0" in value for value in given):
                return self.process_exception(request, Malformed(_("请求内容不符合规范，没有处理。请检查地址和参数。")))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase:
        if isinstance(error, Http404):
            error = NotFound(_("没有这个页面。请检查地址，或从首页重新查找。"))
        elif isinstance(error, PermissionDenied):
            error = Forbidden(_("这一步不能这样办理，没有处理。请返回上一页重新开始。"))
        elif isinstance(error, OperationalError | InterfaceError):
            log.warning("the database is away: %s %s: %s", request.method, request.path, error)
            error = Unavailable(
                _("数据库正在恢复，请几秒后重试；用同一 Idempotency-Key 重新报送是安全的。"),
                code="service.database_away",
                retry_after=2,
            )
        elif isinstance(error, RequestDataTooBig):
            error = TooLarge(_("请求内容超过 2 MB 上限。请缩短后重试。"), code="request.too_large")
        elif isinstance(error, SuspiciousOperation):
            error = Malformed(_("请求内容不符合规范，没有处理。请检查地址和参数。"), code="request.malformed")
        elif not isinstance(error, Refusal):
            incident = token_hex(6)
            log.error("incident %s: %s %s", incident, request.method, request.path, exc_info=error)
            error = Refusal(
                _("平台内部出错，您的数据没有丢失。请稍后重试；如仍不行，请告知编号 %s。") % incident,
                code="service.failed",
                incident=incident,
            )
            error.status, error.title = 500, "平台内部错误"
        if request.path.startswith(("/api/", "/openid/token", "/openid/userinfo", "/openid/revoke")):
            return problem(error)
        return page(request, error)


guard = Guard
