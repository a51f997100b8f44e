"""The site map for search engines (sitemaps.org 0.9): an index, and parts of at most 50,000 addresses."""

from datetime import UTC, datetime
from html import escape
from urllib.parse import quote

from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy.desks.disclosure import addresses
from ggzy.kernel.errors import NotFound
from ggzy.web.reach.answers import answer, site

FRESH_SECONDS = 600
XML = "application/xml; charset=utf-8"
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PAGES = ("/", "/notices", "/about", "/api/")  # that are always there
_CLOSED = (
    *("/exchange/", "/widgets/", "/api/acts/", "/notices/count"),
    *("/notices.csv", "/notices.xlsx", "/notices.json", "/notices.ics"),
)


@require_safe
def robots(request: HttpRequest) -> HttpResponseBase:
    """What robots need not read (files, widgets, pages for signed-in systems), and where the site map is."""
    closed = [f"Disallow: {path}" for path in _CLOSED]
    lines = ["User-agent: *", *closed, f"Sitemap: {site(request)}/sitemap.xml", ""]
    return answer(request, "\n".join(lines).encode(), "text/plain; charset=utf-8", FRESH_SECONDS)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """The index of all parts, reckoned anew every ten minutes."""
    if (parts := cache.get("sitemap")) is None:
        parts = addresses.parts()
        cache.set("sitemap", parts, FRESH_SECONDS)
    listed = {"/sitemap-pages.xml": None, **{f"/sitemap-{number}.xml": at for number, at in parts}}
    return _answer(request, "sitemapindex", "sitemap", listed)


@require_safe
def pages(request: HttpRequest) -> HttpResponseBase:
    """The pages that are always there."""
    return _answer(request, "urlset", "url", dict.fromkeys(_PAGES))


@require_safe
def part(request: HttpRequest, number: int) -> HttpResponseBase:
    """One part."""
    found = addresses.of_part(number)
    if not found:
        raise NotFound(_("没有这一份站点地图。请从 /sitemap.xml 重新读取。"), code="sitemap.not_found")
    return _answer(request, "urlset", "url", found)


def _answer(request: HttpRequest, root: str, name: str, found: dict[str, datetime | None]) -> HttpResponseBase:
    here = site(request)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_SPACE}">']
    for path, at in found.items():
        last = f"<lastmod>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if at else ""
        lines.append(f"<{name}><loc>{escape(here + quote(path))}</loc>{last}</{name}>")
    lines += [f"</{root}>", ""]
    return answer(request, "\n".join(lines).encode(), XML, FRESH_SECONDS)
