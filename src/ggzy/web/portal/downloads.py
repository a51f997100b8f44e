"""Any list as a file: a table for text, a table for a spreadsheet, lines of JSON; the first 10,000 rows."""

import csv as csv_format
import json as json_format
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import StringIO

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from xlsxwriter import Workbook

from ggzy.desks.disclosure import names, queries
from ggzy.desks.disclosure.filters import SIZES, Query
from ggzy.desks.disclosure.query import Hit
from ggzy.standard import CHINA

PAGES = 100  # of 100 rows each
# The columns of a table, with their widths in a spreadsheet in characters.
COLUMNS = {
    "编号": 10, "标题": 60, "类别": 12, "种类": 14, "地区": 14, "发布时间": 18, "金额（元）": 20, "招标（采购、出让）人": 30,
    "中标（成交）人": 30, "截止时间": 18, "项目编号": 24, "招标项目编号": 24, "标段编号": 26, "地址": 40,
}  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A text stays what it is, whatever it looks like: a formula, an address, a figure.
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a text begins that a spreadsheet takes for a formula
Cell = int | str | datetime | Decimal | None


@require_safe
def csv(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a table, streamed."""

    def rows() -> Iterator[str]:
        yield "\ufeff" + _line(map(_, COLUMNS))
        for hit in _all(Query.parse(request.GET)):
            yield _line(_cells(hit, request))

    response = StreamingHttpResponse(rows(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="notices.csv"'
    return response


@require_safe
def xlsx(request: HttpRequest) -> FileResponse:
    """The list as a spreadsheet whose figures and moments can be reckoned with; made on disk, row by row."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it is sent
    with Workbook(file, {"constant_memory": True, **PLAIN}) as book:
        sheet = book.add_worksheet(_("交易信息"))
        formats = {
            Decimal: book.add_format({"num_format": "#,##0.00"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        for column, width in enumerate(COLUMNS.values()):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, map(_, COLUMNS), book.add_format({"bold": True}))
        for row, hit in enumerate(_all(Query.parse(request.GET)), 1):
            for column, cell in enumerate(_cells(hit, request)):
                sheet.write(row, column, cell, formats.get(type(cell)))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="notices.xlsx", content_type=XLSX)


@require_safe
def json(request: HttpRequest) -> StreamingHttpResponse:
    """The list as JSON lines, streamed."""

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
    for number in range(1, PAGES + 1):
        page = queries.search(replace(query, page=number, size=SIZES[-1]))
        yield from page.hits
        if number >= page.pages:
            return


def _cells(hit: Hit, request: HttpRequest) -> tuple[Cell, ...]:
    """One row of a table, as in COLUMNS; moments are on the city's clock."""
    return (
        hit.head_id, hit.title, names.name("market", hit.market), names.name("kind", hit.kind), names.region(hit.region),
        _at(hit.published_at), hit.amount, hit.principal, hit.winner, _at(hit.deadline_at),
        *(_codes(hit, kind) for kind in ("project", "procedure", "lot")),
        request.build_absolute_uri(f"/notices/{hit.head_id}"),
    )  # fmt: skip


def _at(moment: datetime | None) -> datetime | None:
    """A moment as spreadsheets know it: the city's clock, without its zone."""
    return moment and moment.astimezone(CHINA).replace(tzinfo=None)


def _codes(hit: Hit, kind: str) -> str:
    """All its codes of a kind."""
    return "；".join(code.removeprefix(f"{kind}:") for code in hit.codes if code.startswith(f"{kind}:"))


def _yuan(hit: Hit) -> str | None:
    """The amount in yuan to the fen."""
    return None if hit.amount is None else f"{hit.amount:.2f}"


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
