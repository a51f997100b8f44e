"""The list, which is also the search: the address says all that it shows."""

import csv as csv_format
import json as json_format
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy.desks.disclosure import names, queries
from ggzy.desks.disclosure.filters import GROUPS, LAST_PAGE, SIZES, Query
from ggzy.desks.disclosure.query import Hit, Page
from ggzy.web.portal.kept import kept
from ggzy.web.portal.words import plain_moment

TITLES = {"market": "交易类别", "stage": "阶段", "kind": "公告种类", "region": "地区"}
SHOWN = 8  # choices of a filter that stand open
FEW = 2  # more than these are folded away behind them
UNKNOWN = "-"  # how the index counts records that name no region
DOWNLOAD_PAGES = 100  # of 100 rows each


@dataclass(frozen=True, slots=True)
class Choice:
    """One checkbox of a filter: its count is what there would be if it were the only one of its group."""

    value: str
    label: str
    count: int
    on: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the pager: a link, the page one is on, or a gap."""

    label: str
    url: str = ""
    on: bool = False
    rel: str = ""


@require_safe
@kept
def listing(request: HttpRequest) -> HttpResponseBase:
    """The list; an exact code goes straight to what it names, unless `all` asks for the list."""
    query = Query.parse(request.GET)
    if query.words and "all" not in request.GET and (target := queries.direct(query.words)):
        return HttpResponseRedirect(target.url)
    page = queries.search(query)
    address = query.url()
    context = {
        "query": query,
        "page": page,
        "heading": _("“%(words)s”的检索结果") % {"words": query.words} if query.words else _("交易信息"),
        "problems": page.problems,
        "chips": [{"label": chip.label, "url": f"?{chip.url}"} for chip in query.chips()],
        "groups": [group for name in GROUPS if (group := _group(name, page, query))["shown"]],
        "kept": [(n, v) for n, v in (("q", query.words), ("code", query.code), ("sort", query.sort)) if v and v != "newest"],
        "sorts": _sorts(query),
        "pages": _pages(query, page),
        "feed": f"/notices.atom?{address}",
        "csv": f"/notices.csv?{address}",
        "json": f"/notices.json?{address}",
        "here": f"/notices?{address}",
        "watch": f"/notices/count?{address}" if query.page == 1 and query.sort == "newest" else "",
    }
    return render(request, "portal/listing.html", context)


@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """How many there are now: the list asks it to announce new ones."""
    return JsonResponse({"total": queries.search(Query.parse(request.GET)).total})


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """The newest of any list as an Atom feed (RFC 4287)."""
    query = Query.parse(request.GET)
    site = f"{request.scheme}://{request.get_host()}"
    feed = Atom1Feed(
        title=" · ".join([chip.label for chip in query.chips()] or [_("全部公告")]),
        link=f"{site}/notices?{query.url()}", description="", language="zh-CN", feed_url=site + request.get_full_path(),
    )  # fmt: skip
    for hit in queries.search(query).hits:
        link = f"{site}/notices/{hit.head_id}"
        feed.add_item(
            title=hit.title, link=link, unique_id=link, description="，".join(filter(None, (hit.principal, names.region(hit.region)))),
            pubdate=hit.published_at, updateddate=hit.published_at,
        )  # fmt: skip
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    feed.write(response, "utf-8")
    return response


@require_safe
def csv(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a table, streamed; the first 10,000 rows."""

    def rows() -> Iterator[str]:
        yield "\ufeff" + _line(_("编号"), _("标题"), _("类别"), _("种类"), _("地区"), _("发布时间"), _("金额（元）"), _("主体"), _("地址"))
        for hit in _all(Query.parse(request.GET)):
            yield _line(
                hit.head_id, hit.title, names.name("market", hit.market), names.name("kind", hit.kind),
                names.region(hit.region), plain_moment(hit.published_at), _yuan(hit), hit.principal, f"/notices/{hit.head_id}",
            )  # fmt: skip

    response = StreamingHttpResponse(rows(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="notices.csv"'
    return response


@require_safe
def json(request: HttpRequest) -> StreamingHttpResponse:
    """The list as JSON lines, streamed; the first 10,000 rows."""

    def rows() -> Iterator[str]:
        for hit in _all(Query.parse(request.GET)):
            row = {
                "id": hit.head_id, "title": hit.title, "market": hit.market, "kind": hit.kind, "stage": hit.stage,
                "region": hit.region, "published_at": hit.published_at.isoformat(),
                "amount": _yuan(hit), "principal": hit.principal, "winner": hit.winner,
                "deadline_at": hit.deadline_at and hit.deadline_at.isoformat(), "codes": hit.codes,
            }  # fmt: skip
            yield json_format.dumps(row, ensure_ascii=False) + "\n"

    response = StreamingHttpResponse(rows(), content_type="application/x-ndjson; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="notices.ndjson"'
    return response


def _all(query: Query) -> Iterator[Hit]:
    """Every hit of a search, page by page."""
    for number in range(1, DOWNLOAD_PAGES + 1):
        page = queries.search(replace(query, page=number, size=SIZES[-1]))
        yield from page.hits
        if number >= page.pages:
            return


def _yuan(hit: Hit) -> str | None:
    """The amount in yuan to the fen."""
    return None if hit.amount is None else f"{hit.amount:.2f}"


def _line(*values: Any) -> str:
    """One line of CSV. A text that a spreadsheet would take for a formula is made a plain text."""
    buffer = StringIO()
    texts = ["" if value is None else str(value) for value in values]
    csv_format.writer(buffer).writerow([f"'{text}" if text[:1] in "=+-@\t\r" else text for text in texts])
    return buffer.getvalue()


def _group(name: str, page: Page, query: Query) -> dict[str, Any]:
    chosen = getattr(query, name)
    counts = {**dict.fromkeys(chosen, 0), **page.facets[name]}
    ordered = sorted(counts, key=lambda value: (value not in chosen, -counts[value]))
    choices = [Choice(value, names.name(name, value), counts[value], value in chosen) for value in ordered if value not in ("", UNKNOWN)]
    shown = SHOWN if len(choices) > SHOWN + FEW else len(choices)
    return {"name": name, "title": _(TITLES[name]), "shown": choices[:shown], "folded": choices[shown:]}


def _sorts(query: Query) -> list[dict[str, Any]]:
    useful = [name for name in names.SORTS if name != "relevance" or query.words]
    return [{"label": names.SORTS[n], "url": f"?{query.url(sort=n)}", "on": n == query.sort} for n in useful]


def _pages(query: Query, page: Page) -> list[Step]:
    """Links to the first, the last and the pages around this one; gaps have no address."""
    if page.pages <= 1:
        return []
    last = min(page.pages, LAST_PAGE)
    near = sorted({1, last, *range(max(1, page.page - 2), min(last, page.page + 2) + 1)})
    steps: list[Step] = []
    if page.page > 1:
        steps.append(Step(_("上一页"), f"?{query.url(page=page.page - 1)}", rel="prev"))
    for before, number in zip([0, *near], near, strict=False):
        if number > before + 1:
            steps.append(Step("…"))
        on = number == page.page
        steps.append(Step(str(number), "" if on else f"?{query.url(page=number)}", on=on))
    if page.page < last:
        steps.append(Step(_("下一页"), f"?{query.url(page=page.page + 1)}", rel="next"))
    return steps
