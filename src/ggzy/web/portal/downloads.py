"""Any list as a file: a table for text, a table for a spreadsheet, lines of JSON; the first 10,000 rows."""

import csv as csv_format
import json as json_format
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from typing import Any

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from xlsxwriter import Workbook

from ggzy.desks.disclosure import names, queries
from ggzy.desks.disclosure.filters import SIZES, Query
from ggzy.desks.disclosure.query import Hit
from ggzy.web.portal.words import local, plain_moment

PAGES = 100  # of 100 rows each
COLUMNS = ("编号", "标题", "类别", "种类", "地区", "发布时间", "金额（元）", "主体", "地址")
WIDTHS = (10, 60, 12, 14, 14, 18, 20, 30, 20)  # of the columns of a spreadsheet, in characters
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A text stays what it is, whatever it looks like: a formula, an address, a figure.
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@require_safe
def csv(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a table, streamed."""

    def rows() -> Iterator[str]:
        yield "\ufeff" + _line(*map(_, COLUMNS))
        for hit in _all(Query.parse(request.GET)):
            yield _line(
                hit.head_id, *_names(hit), plain_moment(hit.published_at), _yuan(hit), hit.principal, f"/notices/{hit.head_id}",
            )  # fmt: skip

    response = StreamingHttpResponse(rows(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="notices.csv"'
    return response


@require_safe
def xlsx(request: HttpRequest) -> FileResponse:
    """The list as a spreadsheet whose figures and moments can be reckoned with; made on disk, row by row."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it is sent
    with Workbook(file, {"constant_memory": True, **PLAIN}) as book:
        sheet = book.add_worksheet(_("交易信息"))
        money, moment = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, map(_, COLUMNS), book.add_format({"bold": True}))
        for row, hit in enumerate(_all(Query.parse(request.GET)), 1):
            sheet.write_number(row, 0, hit.head_id)
            sheet.write_row(row, 1, _names(hit))
            sheet.write_datetime(row, 5, local(hit.published_at).replace(tzinfo=None), moment)
            if hit.amount is not None:
                sheet.write_number(row, 6, hit.amount, money)
            sheet.write_row(row, 7, (hit.principal, f"/notices/{hit.head_id}"))
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


def _names(hit: Hit) -> tuple[str, str, str, str]:
    """The second to the fifth column."""
    return hit.title, names.name("market", hit.market), names.name("kind", hit.kind), names.region(hit.region)


def _yuan(hit: Hit) -> str | None:
    """The amount in yuan to the fen."""
    return None if hit.amount is None else f"{hit.amount:.2f}"


def _line(*values: Any) -> str:
    """One line of CSV. A text that a spreadsheet would take for a formula is made a plain text."""
    buffer = StringIO()
    texts = ["" if value is None else str(value) for value in values]
    csv_format.writer(buffer).writerow([f"'{text}" if text[:1] in "=+-@\t\r" else text for text in texts])
    return buffer.getvalue()
