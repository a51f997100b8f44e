"""Every address of the platform."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from ggzy.web.health import ready


def health(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked, so that a load balancer may ask often."""
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [
    path("health", health),
    path("health/ready", ready),
    path("api/", include("ggzy.web.api.urls")),
    path("evidence/", include("ggzy.web.evidence.urls")),
    path("exchange/", include("ggzy.web.exchange.urls")),
    path("", include("ggzy.web.identity.urls")),
    path("regulatory", include("ggzy.web.regulatory.urls")),
    path("standard", include("ggzy.web.standard.urls")),
    path("", include("ggzy.web.reach.urls")),
    path("", include("ggzy.web.portal.urls")),
]
handler400 = "ggzy.web.errors.bad_request"
handler403 = "ggzy.web.errors.forbidden"
handler404 = "ggzy.web.errors.not_found"
handler500 = "ggzy.web.errors.failed"
