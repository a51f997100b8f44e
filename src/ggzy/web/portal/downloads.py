"""Any list as a file: a table for text, a table for a spreadsheet, lines of JSON. Whole, or not at all.

A file is sent while it is made, from one view of the index: what is taken in meanwhile changes nothing of it, and a
reader who hangs up ends the work. A list longer than a file may be is answered with its parts.
"""

import csv as csv_format
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from io import StringIO

import msgspec
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy.desks.disclosure import names
from ggzy.desks.disclosure.entry import Entry
from ggzy.desks.disclosure.filters import Query
from ggzy.desks.disclosure.query import whole
from ggzy.desks.disclosure.spread import Part, parts
from ggzy.standard import CHINA
from ggzy.web.language import spoken
from ggzy.web.reach import spreadsheet
from ggzy.web.reach.answers import open_to_all, site
from ggzy.web.reach.spreadsheet import Cell

MOST_ROWS = 100_000  # of one file
# The columns of a table, with their widths in a spreadsheet in characters.
COLUMNS = {
    "编号": 10, "标题": 60, "类别": 12, "种类": 14, "地区": 14, "发布时间": 18,
    "金额（元）": 20, "招标（采购、出让）人": 30, "中标（成交）人": 30, "公告所载截止时间": 18, "项目编号": 24, "招标项目编号": 24, "标段编号": 26, "地址": 40,
    "入库时间（未载明日期的）": 18,
}  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a text begins that a spreadsheet takes for a formula
_TOGETHER = 200  # rows that are sent at once
_json = msgspec.json.Encoder().encode
Write = Callable[[Iterator[Entry]], Iterator[bytes]]


@require_safe
def csv(request: HttpRequest) -> HttpResponseBase:
    """The list as a table, with a byte order mark: spreadsheets then read its Chinese without being told."""

    def lines(entries: Iterator[Entry]) -> Iterator[str]:
        notices = f"{site(request)}/notices/"
        yield "\ufeff" + _line(map(_, COLUMNS))
        for entry in entries:
            yield _line(_cells(entry, notices))

    return _file(request, "csv", "text/csv; charset=utf-8", lambda entries: _joined(lines(entries)))


@require_safe
def xlsx(request: HttpRequest) -> HttpResponseBase:
    """The list as a spreadsheet whose figures and moments can be reckoned with."""

    def sheet(entries: Iterator[Entry]) -> Iterator[bytes]:
        columns = {_(name): width for name, width in COLUMNS.items()}
        notices = f"{site(request)}/notices/"
        return spreadsheet.spreadsheet(_("交易信息"), columns, (_cells(entry, notices) for entry in entries))

    return _file(request, "xlsx", spreadsheet.CONTENT_TYPE, sheet)


@open_to_all
@require_safe
def json(request: HttpRequest) -> HttpResponseBase:
    """The list as JSON lines."""

    def lines(entries: Iterator[Entry]) -> Iterator[str]:
        for entry in entries:
            yield _json(_fields(entry)).decode() + "\n"

    return _file(request, "ndjson", "application/x-ndjson; charset=utf-8", lambda entries: _joined(lines(entries)))


def _file(request: HttpRequest, ending: str, content_type: str, write: Write) -> HttpResponseBase:
    """The list that an address names as one file; the choice of its parts where it is longer than that."""
    query = Query.parse(request.GET)
    total, entries = whole(query, MOST_ROWS)
    if total > MOST_ROWS:
        return _choice(request, query, total)
    headers = {"Content-Disposition": f'attachment; filename="notices.{ending}"'}
    if request.method == "HEAD":
        return HttpResponse(content_type=content_type, headers=headers)
    return StreamingHttpResponse(spoken(write(entries)), content_type=content_type, headers=headers)


def _choice(request: HttpRequest, query: Query, total: int) -> HttpResponse:
    """Nothing is silently cut: the page names the limit and leads to files that together hold the whole list."""
    context = {
        "total": total,
        "most": MOST_ROWS,
        "parts": [_offer(request.path, query, part) for part in parts(query, MOST_ROWS)],
    }
    return render(request, "reach/parts.html", context, status=422)


def _offer(path: str, query: Query, part: Part) -> dict[str, object]:
    """A part as a link; one that is too long itself leads to its list, where it can be narrowed further."""
    address = query.url(since=part.since, until=part.until)
    fits = part.entries <= MOST_ROWS
    return {**part._asdict(), "fits": fits, "url": f"{path if fits else '/notices'}?{address}"}


def _joined(lines: Iterable[str]) -> Iterator[bytes]:
    """Lines in pieces of some hundred: each piece costs the server a step of its own."""
    held: list[str] = []
    for line in lines:
        held.append(line)
        if len(held) == _TOGETHER:
            yield "".join(held).encode()
            held.clear()
    yield "".join(held).encode()


def _fields(entry: Entry) -> dict[str, object]:
    """One line of JSON; amounts are yuan to the fen, moments carry the city's offset."""
    return {
        "id": entry.head_id, "title": entry.title, "market": entry.market, "kind": entry.kind, "stage": entry.stage,
        "region": entry.region, "published_at": entry.published_at.astimezone(CHINA).isoformat(), "dated": entry.dated,
        "amount": None if entry.amount is None else f"{entry.amount:.2f}", "principal": entry.principal,
        "winner": entry.winner or entry.bidder,
        "deadline_at": entry.deadline_at and entry.deadline_at.astimezone(CHINA).isoformat(), "codes": entry.codes,
    }  # fmt: skip


def _cells(entry: Entry, notices: str) -> tuple[Cell, ...]:
    """One row of a table, as in COLUMNS; moments are on the city's clock. `notices` begins the address."""
    return (
        entry.head_id, entry.title, names.name("market", entry.market), names.name("kind", entry.kind),
        names.region(entry.region), _at(entry.published_at if entry.dated else None),
        entry.amount, entry.principal, entry.winner or entry.bidder,
        _at(entry.deadline_at), *(_codes(entry, kind) for kind in ("project:", "procedure:", "lot:")),
        f"{notices}{entry.head_id}", _at(None if entry.dated else entry.published_at),
    )  # fmt: skip


def _at(moment: datetime | None) -> datetime | None:
    """A moment as spreadsheets know it: the city's clock, without its zone."""
    return moment and moment.astimezone(CHINA).replace(tzinfo=None)


def _codes(entry: Entry, prefix: str) -> str:
    """All its codes of a kind."""
    return "；".join(code[len(prefix) :] for code in entry.codes if code.startswith(prefix))


def _line(cells: Iterable[Cell]) -> str:
    """One line of CSV."""
    buffer = StringIO()
    csv_format.writer(buffer).writerow(map(_text, cells))
    return buffer.getvalue()


def _text(cell: Cell) -> str:
    """A cell of CSV: a moment as 2026-11-23 14:30, an amount to the fen, a text never as a formula."""
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case Decimal():
            return f"{cell:.2f}"
        case str() if cell.startswith(FORMULA):
            return f"'{cell}"
    return str(cell)
