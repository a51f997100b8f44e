"""Addresses below /api/."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from ggzy.kernel.errors import Refusal
from ggzy.web.api import openapi
from ggzy.web.api.endpoints import ENDPOINTS, View
from ggzy.web.api.example import example
from ggzy.web.middleware import problem
from ggzy.web.reach.answers import open_to_all


class WrongMethod(Refusal):
    """The address exists, but not for this method."""

    status, code, title = 405, "request.method", "请求方法不对"


def by_method(views: Mapping[str, View]) -> View:
    """One address, one view a method; machines send no cookies, so no CSRF token is asked for."""

    @csrf_exempt
    def respond(request: HttpRequest, **given: object) -> HttpResponseBase:
        method = "GET" if request.method == "HEAD" else request.method or ""
        if method not in views:
            allowed = "、".join(views)
            raise WrongMethod(f"此地址只接受 {allowed}。请改用正确的方法。", allowed=list(views))
        return views[method](request, **given)

    return respond


def document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return JsonResponse(openapi.document(), json_dumps_params={"ensure_ascii": False})


def guide(request: HttpRequest) -> HttpResponse:
    """The API explained to people, with an example that can be copied."""
    return render(
        request,
        "api/guide.html",
        {"document": openapi.document(), "example": example(), "answer_days": settings.ANSWER_DAYS},
    )


def open_to_programs(view: View) -> View:
    """Let scripts of any site read the answer, and why there is none."""

    def respond(request: HttpRequest, **given: object) -> HttpResponseBase:
        try:
            return view(request, **given)
        except Refusal as refusal:
            return problem(refusal)

    return open_to_all(respond)


_views: dict[str, dict[str, View]] = {}
for _endpoint in ENDPOINTS:
    _views.setdefault(_endpoint.path, {})[_endpoint.method] = (
        open_to_programs(_endpoint.view) if _endpoint.method == "GET" and not _endpoint.secured else _endpoint.view
    )

urlpatterns = [
    path("", guide, name="api-guide"),
    path("openapi.json", open_to_all(document), name="openapi"),
    *(path(address, by_method(views)) for address, views in _views.items()),
]
