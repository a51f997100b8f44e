"""Lists and counters that other sites embed; the contract with them is docs/widgets.md.

The pages are for an iframe and carry no script; the JSON is for /static/widget.js or a script of the site's own. They
are the only pages that others may frame, so they hold no form, no session and nothing to click but links.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy.desks.disclosure import deadlines, names, queries
from ggzy.desks.disclosure.filters import Query
from ggzy.desks.disclosure.query import Hit, Page
from ggzy.kernel import clock
from ggzy.standard import CHINA
from ggzy.web.language import address
from ggzy.web.reach import colours
from ggzy.web.reach.answers import answer, open_to_all, site

VERSION = 1
ROWS, MOST_ROWS = 8, 20
MOST_DAYS = 366
FRAMED = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
HTML, JSON, CSS = "text/html; charset=utf-8", "application/json", "text/css; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a widget's address says: a list, and how to show it. `problems` says what could not be used."""

    query: Query
    theme: str
    accent: str
    problems: tuple[str, ...]


@require_safe
def listing(request: HttpRequest) -> HttpResponseBase:
    """The newest of a list, as a page for an iframe."""
    asked = read(request)
    found = queries.search(asked.query)
    shown = {"asked": asked, "page": found, "hits": deadlines.held(found.hits), **_look(request, asked)}
    return _framed(request, "reach/list.html", shown)


@require_safe
def count(request: HttpRequest) -> HttpResponseBase:
    """How many a list has, as a page for an iframe."""
    asked = read(request)
    found = queries.search(replace(asked.query, size=1))
    return _framed(request, "reach/count.html", {"asked": asked, "page": found, **_look(request, asked)})


@open_to_all
@require_safe
def listing_json(request: HttpRequest) -> HttpResponseBase:
    """The newest of a list as data."""
    asked = read(request)
    found = queries.search(asked.query)
    here = site(request)
    return _data(request, asked, found, {"items": [_item(hit, here) for hit in deadlines.held(found.hits)]})


@open_to_all
@require_safe
def count_json(request: HttpRequest) -> HttpResponseBase:
    """How many a list has as data."""
    asked = read(request)
    return _data(request, asked, queries.search(replace(asked.query, size=1)), {})


@require_safe
def colours_css(request: HttpRequest) -> HttpResponseBase:
    """The colours of one address, as a style sheet: the pages' policy allows no styles inside them."""
    asked = read(request)
    return answer(request, render_to_string("reach/colours.css", {"asked": asked}).encode(), CSS)


@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    """A hall's page that embeds both widgets both ways."""
    return render(request, "reach/demo.html")


def read(request: HttpRequest) -> Asked:
    """A widget's address. What cannot be used is said in `problems`; nothing raises."""
    query = Query.parse(request.GET)
    problems = list(query.problems)
    rows = min(query.size, MOST_ROWS) if "size" in request.GET else ROWS
    query = replace(query, size=rows, page=1, problems=())
    if text := request.GET.get("days", ""):
        if text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= MOST_DAYS:
            query = replace(query, since=clock.now().astimezone(CHINA).date() - timedelta(days=int(text) - 1), until=None)
        else:
            problems.append(_("天数“%(text)s”无法识别，没有用到。请写 1 到 %(most)d 的整数。") % {"text": text[:20], "most": MOST_DAYS})
    theme, accent = _colours(request.GET, problems)
    return Asked(query, theme, accent, tuple(problems))


def _colours(given: Mapping[str, str], problems: list[str]) -> tuple[str, str]:
    """The theme, and the accent where it can be read on every ground of the theme."""
    theme = given.get("theme", "auto")
    if theme not in colours.THEMES:
        problems.append(_("没有“%s”这种主题，已按 auto 显示。") % theme[:20])
        theme = "auto"
    if not (text := given.get("accent", "")):
        return theme, ""
    accent = colours.accent(text)
    grounds = [colours.GROUNDS[theme]] if theme in colours.GROUNDS else list(colours.GROUNDS.values())
    if accent is None:
        problems.append(_("颜色“%s”无法识别，没有用到。请写六位十六进制数，例如 1f5fae。") % text[:20])
    elif not all(colours.can_be_read(accent, ground) for ground in grounds):
        problems.append(_("颜色 %s 在背景上看不清，没有用到。请换一种，或用 theme 固定浅色或深色背景。") % accent)
        accent = None
    return theme, accent or ""


def _label(query: Query) -> str:
    return " · ".join(chip.label for chip in query.chips()) or _("全部公告")


def _look(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """What both pages need: their colours, the list's name and where all of it is."""
    return {
        "colours": "/widgets/colours.css?" + urlencode({"theme": asked.theme, "accent": asked.accent}),
        "label": _label(asked.query),
        "more": _more(request, asked),
    }


def _more(request: HttpRequest, asked: Asked) -> str:
    return address(f"{site(request)}/notices?{asked.query.url(size=20)}".rstrip("?"))


def _framed(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponseBase:
    """A page that any site may frame."""
    response = answer(request, render_to_string(template, context, request).encode(), HTML)
    response["Content-Security-Policy"] = FRAMED
    response["X-Robots-Tag"] = "noindex"
    return response


def _data(request: HttpRequest, asked: Asked, found: Page, more: dict[str, Any]) -> HttpResponseBase:
    body = {
        "version": VERSION, "label": _label(asked.query), "total": found.total, "more": _more(request, asked),
        "problems": [*asked.problems, *found.problems], **more,
    }  # fmt: skip
    return answer(request, msgspec.json.encode(body), JSON)


def _item(hit: Hit, here: str) -> dict[str, Any]:
    """One line of a list; amounts are yuan to the fen, moments carry the city's offset."""
    return {
        "id": hit.head_id, "url": address(f"{here}/notices/{hit.head_id}"), "title": hit.title,
        "market": hit.market, "market_name": names.name("market", hit.market),
        "kind": hit.kind, "kind_name": names.name("kind", hit.kind),
        "region": hit.region, "region_name": names.region(hit.region),
        "published_at": hit.published_at.isoformat(),
        "deadline_at": hit.deadline_at.isoformat() if hit.deadline_at else None,
        "amount": None if hit.amount is None else f"{hit.amount:.2f}", "principal": hit.principal,
    }  # fmt: skip
