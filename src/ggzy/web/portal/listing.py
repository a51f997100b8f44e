"""The list, which is also the search: the address says all that it shows."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy.desks.disclosure import deadlines, names, queries
from ggzy.desks.disclosure.filters import GROUPS, LAST_PAGE, Query
from ggzy.desks.disclosure.query import Page
from ggzy.web.language import address as speaking
from ggzy.web.portal.kept import kept
from ggzy.web.portal.pager import Step, steps
from ggzy.web.reach.answers import open_to_all

TITLES = {"market": "交易类别", "stage": "阶段", "kind": "公告种类", "region": "地区"}
SHOWN = 8  # choices of a filter that stand open
FEW = 2  # more than these are folded away behind them
BESIDE_FILTERS = ("q", "code", "sort", "size")  # what the address says and the form of filters does not ask
FILES = {"CSV": "csv", "XLSX": "xlsx", "NDJSON": "json", "ICS": "ics"}  # how each download is called, and how its address ends
UNKNOWN = "-"  # how the index counts records that name no region
OWN = {"q", *(one.name for one in fields(Query))}  # what a search reads from an address; links keep all else, too
CODED = {"winner": "中标（成交）人", "principal": "招标（采购、出让）人", "agent": "代理机构", "bidder": "投标人"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One checkbox of a filter: its count is what there would be if it were the only one of its group."""

    value: str
    label: str
    count: int
    on: bool


@require_safe
@kept
def listing(request: HttpRequest) -> HttpResponseBase:
    """The list; an exact code goes straight to what it names, unless `all` asks for the list."""
    query = Query.parse(request.GET)
    if query.words and "all" not in request.GET and (target := queries.direct(query.words)):
        return HttpResponseRedirect(target.url)
    page = queries.search(query)
    address = query.url()
    asked = parse_qsl(query.url(page=1))
    others = [(name, value) for name, values in request.GET.lists() if name not in OWN for value in values]

    def link(asked: str) -> str:
        """The address of a list like this one, with whatever else this address says."""
        return "?" + "&".join(filter(None, (asked, urlencode(others))))

    context = {
        "query": query,
        "page": page,
        "hits": deadlines.held(page.hits),
        "heading": _("“%(words)s”的检索结果") % {"words": query.words} if query.words else _("交易信息"),
        "problems": page.problems,
        "chips": [{"label": _chip(chip.name, chip.label, query), "url": link(chip.url)} for chip in query.chips()],
        "groups": [group for name in GROUPS if (group := _group(name, page, query))["shown"]],
        "kept": [pair for pair in asked if pair[0] in BESIDE_FILTERS] + others,
        "filters": [pair for pair in asked if pair[0] != "q"] + [pair for pair in others if pair[0] != "all"],
        "sorts": _sorts(query, link),
        "pages": _pages(query, page, link),
        "feed": speaking(f"/notices.atom?{address}"),
        "downloads": [{"label": label, "url": speaking(f"/notices.{ending}?{address}")} for label, ending in FILES.items()],
        "here": f"/notices{link(address)}",
        "watch": f"/notices/count?{address}" if query.page == 1 and query.sort == "newest" else "",
    }
    return render(request, "portal/listing.html", context)


@require_safe
@open_to_all
def count(request: HttpRequest) -> HttpResponse:
    """How many there are now: the list asks it to announce new ones."""
    return JsonResponse({"total": queries.search(Query.parse(request.GET)).total})


def _group(name: str, page: Page, query: Query) -> dict[str, Any]:
    chosen = getattr(query, name)
    counts = {**dict.fromkeys(chosen, 0), **page.facets[name]}
    ordered = sorted(counts, key=lambda value: (value not in chosen, -counts[value]))
    choices = [Choice(value, names.name(name, value), counts[value], value in chosen) for value in ordered if value not in ("", UNKNOWN)]
    shown = SHOWN if len(choices) > SHOWN + FEW else len(choices)
    return {"name": name, "title": _(TITLES[name]), "shown": choices[:shown], "folded": choices[shown:]}


def _chip(name: str, label: str, query: Query) -> str:
    """What a filter that is on is called; a code may say in which role a party carries it ("winner:91…")."""
    role, _colon, code = query.code.partition(":")
    return f"{_(CODED[role])} {code}" if name == "code" and code and role in CODED else label


def _sorts(query: Query, link: Callable[[str], str]) -> list[dict[str, Any]]:
    useful = [name for name in names.SORTS if name != "relevance" or query.words]
    return [{"label": names.name("sort", n), "url": link(query.url(sort=n)), "on": n == query.sort} for n in useful]


def _pages(query: Query, page: Page, link: Callable[[str], str]) -> list[Step]:
    return steps(page.page, min(page.pages, LAST_PAGE), lambda number: link(query.url(page=number)))
