"""A file holds the whole list of one moment, is made while it is sent, and is never silently cut."""

import csv
import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from ggzy.desks.disclosure import index
from ggzy.web.portal import downloads
from ggzy.web.reach.spreadsheet import spreadsheet
from tests.desks.disclosure.conftest import entries

__all__ = ["entries"]

FORMULAS = ["=HYPERLINK(\"http://evil\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"]
NEWLINE = "第一行\n=第二行"


def rows_of(client, ending: str, asked: str = "") -> list[dict[str, object]]:
    """The rows of a download, by their columns."""
    answer = client.get(f"/notices.{ending}?{asked}")
    assert answer.status_code == 200 and answer.streaming
    body = answer.getvalue()
    if ending == "csv":
        return list(csv.DictReader(body.decode("utf-8-sig").splitlines(keepends=True)))
    if ending == "json":
        return [json.loads(line) for line in body.splitlines()]
    head, *rows = CalamineWorkbook.from_filelike(BytesIO(body)).get_sheet_by_index(0).to_python()
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("sort", ["newest", "amount", "deadline", "relevance"])
def test_every_row_of_the_list_is_there_once_in_its_order(client, entries, ending, sort):
    entries(*({"title": f"道路 {n}", "amount": Decimal(n * 7 % 101)} for n in range(1, 351)))
    found = [int(row.get("编号") or row.get("id")) for row in rows_of(client, ending, f"sort={sort}&q=道路")]
    assert sorted(found) == list(range(1, 351))
    if sort == "newest":
        assert found == list(range(350, 0, -1))
    if sort == "amount":
        assert [n * 7 % 101 for n in found] == sorted((n * 7 % 101 for n in found), reverse=True)


def test_rows_come_in_portions_without_gap_or_double(client, entries, monkeypatch):
    monkeypatch.setattr("ggzy.desks.disclosure.newest._AT_ONCE", 7)
    entries(*({"published_at": datetime(2026, 3, 1 + n % 3, tzinfo=UTC)} for n in range(50)))
    found = [row["id"] for row in rows_of(client, "json")]
    assert len(found) == 50 and set(found) == set(range(1, 51))


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_what_is_taken_in_meanwhile_changes_nothing(client, entries, monkeypatch, ending):
    monkeypatch.setattr("ggzy.desks.disclosure.newest._AT_ONCE", 10)
    entries(*({"title": f"旧 {n}"} for n in range(1, 1001)))
    pieces = iter(client.get(f"/notices.{ending}"))
    first = next(pieces)
    writer = index.Writer(index.current())
    for head_id in range(1, 900):
        writer._writer.delete_documents_by_term("head", head_id)
    writer.commit(2000)
    writer.close()
    monkeypatch.setattr(index, "reader", index.Reader())
    body = first + b"".join(pieces)
    if ending == "xlsx":
        body = ZipFile(BytesIO(body)).read("xl/worksheets/sheet1.xml")
    assert all(f"旧 {n}".encode() in body for n in range(1, 1001))
    assert len(rows_of(client, ending)) == 101


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_a_reader_who_hangs_up_ends_the_work(client, entries, monkeypatch, ending):
    entries(*({"title": "长" * 400} for n in range(3000)))
    read = []
    original = index.entries

    def counted(searcher, addresses):
        for entry in original(searcher, addresses):
            read.append(entry.head_id)
            yield entry

    monkeypatch.setattr(index, "entries", counted)
    answer = client.get(f"/notices.{ending}")
    assert read == [], "nothing is made before it is asked for"
    next(iter(answer))
    seen = len(read)
    answer.close()
    assert 0 < seen == len(read) < 3000


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_a_list_that_is_too_long_is_offered_in_parts_that_hold_it_all(client, entries, monkeypatch, ending):
    monkeypatch.setattr(downloads, "MOST_ROWS", 10)
    days = [datetime(2026, 3, 1, 17, tzinfo=UTC) + timedelta(days=n // 4, minutes=n) for n in range(34)]
    entries(*({"title": f"道路 {n}", "published_at": at} for n, at in enumerate(days, 1)))
    answer = client.get(f"/notices.{ending}?q=道路")
    page = answer.content.decode()
    assert answer.status_code == 422 and "共有 34 条" in page and "最多 10 条" in page and "download.too_long" in page
    offered = [found.replace("&amp;", "&") for found in re.findall(rf'href="/notices\.{ending}\?([^"]+)"', page)]
    found = [int(row.get("编号") or row.get("id")) for part in offered for row in rows_of(client, ending, part)]
    assert len(offered) > 3 and sorted(found) == list(range(1, 35))
    assert "2026-03-02" in offered[-1], "days are the city's: 17:00 UTC is the next day's first hour"


def test_a_day_that_is_too_long_leads_to_its_list(client, entries, monkeypatch):
    monkeypatch.setattr(downloads, "MOST_ROWS", 3)
    entries(*({} for n in range(5)))
    page = client.get("/notices.csv").content.decode()
    assert 'href="/notices?since=2026-03-01&amp;until=2026-03-01"' in page and "请再按类别、地区等条件缩小范围" in page


def test_no_formula_comes_out_of_a_table(client, entries):
    entries(*({"title": text, "principal": text, "winner": text, "codes": (f"lot:{text}",)} for text in FORMULAS))
    for row in csv.reader(client.get("/notices.csv").getvalue().decode("utf-8-sig").splitlines(keepends=True)):
        assert not [cell for cell in row if cell.startswith(downloads.FORMULA)]


def test_a_spreadsheet_holds_texts_as_texts(client, entries):
    hard = [*FORMULAS[:4], "http://evil", "00123", "_x0041_", NEWLINE, "<script>&\"'", " 空 格 ", "长" * 40_000]
    entries(*({"title": text} for text in hard))
    body = client.get("/notices.xlsx").getvalue()
    sheet = etree.fromstring(ZipFile(BytesIO(body)).read("xl/worksheets/sheet1.xml"))
    space = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    assert not sheet.findall(".//s:f", space) and not sheet.findall(".//s:hyperlink", space)
    rows = CalamineWorkbook.from_filelike(BytesIO(body)).get_sheet_by_index(0).to_python()[1:]
    found = {row[1] for row in rows}
    assert {text[:32_767] for text in hard} - found <= {"_x0041_"}  # calamine gives it with its escape
    assert "_x005F_x0041_" in etree.tostring(sheet, encoding="unicode")


def test_a_spreadsheet_is_sent_while_it_is_made():
    made = []

    def rows():
        for number in range(20_000):
            made.append(number)
            yield (number, f"标题{number * 7919 % 10_007}")

    pieces = spreadsheet("表", {"编号": 10, "标题": 60}, rows())
    body = next(pieces)
    assert len(made) < 20_000
    body += b"".join(pieces)
    assert ZipFile(BytesIO(body)).testzip() is None
    assert len(CalamineWorkbook.from_filelike(BytesIO(body)).get_sheet_by_index(0).to_python()) == 20_001


def test_an_empty_list_is_a_table_with_its_head(client, entries):
    entries({})
    for ending, rows in (("csv", 0), ("xlsx", 0), ("json", 0)):
        assert len(rows_of(client, ending, "q=月球基地")) == rows


def test_asking_only_for_the_head_makes_nothing(client, entries, monkeypatch):
    entries({})
    read = []
    monkeypatch.setattr(index, "entries", lambda searcher, addresses: (read.append(one) for one in addresses))
    for ending in ("csv", "xlsx", "json"):
        answer = client.head(f"/notices.{ending}")
        assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    assert read == []
    assert client.head("/notices.json")["Access-Control-Allow-Origin"] == "*"
