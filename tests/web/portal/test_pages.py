"""Every page answers, says what it should, escapes what it shows, and stays light."""

import csv
import json
import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.contrib.staticfiles import finders
from python_calamine import CalamineWorkbook

from ggzy.commons.files import store
from ggzy.desks.disclosure import queries
from ggzy.desks.disclosure.notices import Attachment
from ggzy.web.portal import downloads, notice
from tests.web.portal.conftest import LONG, LOT, PROCEDURE, PROJECT, WINNER

HEAVIEST = 60_000  # bytes of a page with all its styles and scripts, before compression


def text_of(response) -> str:
    """What a reader sees: the page without its tags, blanks made single."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def addresses(trade) -> dict[str, str]:
    """One address of every kind of page."""
    notice = f"/notices/{trade['notice']}"
    return {
        "home": "/", "about": "/about", "list": "/notices", "notice": notice, "compare": f"{notice}/compare",
        "proof": f"{notice}/proof", "project": f"/projects/{PROJECT}", "party": f"/parties/{WINNER}",
        "search": "/notices?q=松溪&market=construction", "empty": "/notices?q=月球基地",
    }  # fmt: skip


def test_every_page_is_light_and_keeps_the_content_policy(client, addresses):
    for name, address in addresses.items():
        response = client.get(address)
        page = response.content.decode()
        assert response.status_code == 200, name
        assert "style=" not in page and not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=", page), name
        assert page.count("<h1") == 1 and '<main id="main"' in page, name
        parts = [re.sub("^/static/", "", part) for part in re.findall(r'(?:href|src)="(/static/[^"]+)"', page)]
        weight = len(response.content) + sum(Path(finders.find(part)).stat().st_size for part in parts)
        assert weight < HEAVIEST, (name, weight)


def test_a_city_without_any_record_still_has_its_pages(client, ledger):
    assert "还没有公告" in text_of(client.get("/"))
    assert client.get("/notices").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "page=0", "page=-1", "page=999999999999999999999", "page=x", "size=1000000", "since=2026-13-45", "until=x",
        "since=2026-03-02&until=2026-03-01", "amount_min=NaN", "amount_max=1e999", "amount_min=-5", "sort=random",
        "q=%00", "q=%22", "q=%E2%80%9C", "q=" + "%E7%94%B2" * 3000, "q=*%20AND%20(", "market=%3Cb%3E", "kind=nothing",
        "region=999999", "code=%27%3B--", "market=&market=", "q=%FF%FE", "size=0&page=2",
    ],
)  # fmt: skip
def test_a_bad_address_gets_a_list_and_never_an_error(client, trade, query):
    for address in ("/notices", "/notices/count", "/notices.atom", "/notices.json", "/notices.csv", "/notices.xlsx"):
        response = client.get(f"{address}?{query}&all=1")
        assert response.status_code == 200, address
        assert b"<b>" not in response.getvalue() or "market" not in query


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("amount_min=abc", "最低金额“abc”无法识别"),
        ("since=2026-03-02&until=2026-03-01", "开始日期晚于结束日期，已对调"),
        ("sort=random", "没有“random”这种排序"),
    ],
)
def test_a_bad_parameter_is_said_in_a_sentence(client, trade, query, said):
    assert said in text_of(client.get(f"/notices?{query}"))


def test_the_list_counts_marks_and_links(client, trade):
    page = client.get("/notices?q=松溪").content.decode()
    assert '共 <b class="num">1</b> 条' in page
    assert f'<a class="title" href="/notices/{trade["notice"]}">示范市云汀区<mark>松溪</mark>' in page
    assert '<span class="unseen">去掉条件：</span>松溪' in page


def test_an_empty_list_says_why_and_what_to_do(client, trade):
    seen = text_of(client.get("/notices?q=月球基地&market=land"))
    assert "没有符合这些条件的公告" in seen
    assert "去掉“月球基地”" in seen and "去掉“土地使用权”" in seen


@pytest.mark.parametrize(
    ("typed", "name"),
    [(PROJECT, "松溪综合整治"), (PROCEDURE, "松溪综合整治"), (LOT, "松溪综合整治"), (WINNER, "示范建工"),
     (WINNER.lower(), "示范建工")],
)  # fmt: skip
def test_an_exact_code_goes_straight_to_its_page(client, trade, typed, name):
    answer = client.get("/notices", {"q": typed})
    assert answer.status_code == 302
    assert f"<h1>{name}</h1>" in client.get(answer.headers["Location"]).content.decode()
    assert client.get("/notices", {"q": typed, "all": "1"}).status_code == 200


def test_a_notice_shows_its_text_escaped_in_sections(client, trade):
    page = client.get(f"/notices/{trade['notice']}").content.decode()
    assert f"<h1>{LONG}</h1>" in page
    assert '<h2 id="s1">一、概况</h2>' in page and '<a href="#s2">二、要求</a>' in page
    assert "治理河段&lt;9.8&gt;公里" in page
    assert "第 2 版，变更 1 处" in page and "已存证 · 第 2 条" in page


def test_a_comparison_shows_only_what_changed(client, trade):
    page = client.get(f"/notices/{trade['notice']}/compare?from=1&to=2").content.decode()
    assert "<del>9.9</del><ins>9.8</ins>" in page
    assert page.count("<del>") == 2, "the key and the change"


@pytest.mark.parametrize("query", ["from=x", "from=0&to=9", "from=1&to=99999999999", "from=²", "to=-1"])
def test_versions_that_do_not_exist_are_said_in_a_sentence(client, trade, query):
    response = client.get(f"/notices/{trade['notice']}/compare?{query}")
    assert response.status_code == 200
    assert "没有您指定的版本，下面显示最近两版" in text_of(response)


def test_a_withdrawn_notice_says_so_and_keeps_its_content(client, trade, ledger, caught_up):
    ledger.publish(("503", "n", None))
    caught_up()
    page = client.get(f"/notices/{trade['notice']}").content.decode()
    assert "此公告已撤销，内容仅供查证" in page and LONG in page
    assert LONG not in client.get("/notices").content.decode()


def test_a_page_says_the_language_it_is_in(client, trade):
    answer = client.get("/notices", headers={"accept-language": "en"})
    assert answer["Content-Language"] == "zh-hans"
    assert '<html lang="zh-hans">' in answer.content.decode()


def test_a_proof_says_which_version_it_checks_and_what_came_after(client, trade, ledger, caught_up):
    address = f"/notices/{trade['notice']}/proof"
    first = client.get(f"{address}?version=1")
    assert "这条公告有 2 版，这里核对的是第 1 版，之后改过 1 次。 对比" in text_of(first)
    assert f'href="/notices/{trade["notice"]}/compare?from=1&amp;to=2"' in first.content.decode()
    assert "第 1 版与收到时一致，一个字也没有变过。" in first.content.decode()
    assert "这里核对的是第 2 版" in text_of(client.get(address)) and "之后改过" not in text_of(client.get(address))
    assert "只有这一版" in text_of(client.get(f"/notices/{trade['result']}/proof"))
    ledger.publish(("503", "n", None))
    caught_up()
    for version, said in ((1, "第 1 版，之后改过 1 次"), (2, "第 2 版"), (3, "第 3 版")):
        seen = text_of(client.get(f"{address}?version={version}"))
        assert f"这条公告有 3 版，这里核对的是{said}" in seen and "对比 已撤销" in seen
    assert "第 3 版（撤销）与收到时一致" in client.get(address).content.decode()


def test_a_project_has_its_stages_in_the_order_of_the_trade(client, trade):
    page = client.get(f"/projects/{LOT}").content.decode()
    stages = re.findall(r'<li class="(past|now|future)">.*?<h2>(.*?)</h2>', page, re.DOTALL)
    assert stages == [
        ("past", "立项与审批"), ("past", "交易公告"), ("now", "结果公告"), ("future", "合同"), ("future", "履约"),
    ]  # fmt: skip


def test_a_party_shows_what_it_won_with_its_bars(client, trade):
    page = client.get(f"/parties/{WINNER}").content.decode()
    assert "<h1>示范建工</h1>" in page and "单位 亿元" in page
    assert 'title="123,456,789.01 元">12,345.68 万元' in page


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/notices/999999", "notice.not_found"),
        ("/notices/9999999999999999999999", "notice.not_found"),
        ("/projects/E999", "project.not_found"),
        ("/parties/none", "party.not_found"),
        ("/nowhere", "request.not_found"),
    ],
)
def test_what_is_not_there_says_so_with_a_code(client, trade, address, code):
    response = client.get(address)
    assert response.status_code == 404
    assert code in text_of(response) and "回到" in text_of(response)


def test_pages_are_for_reading_only(client, addresses):
    for address in addresses.values():
        assert client.post(address).status_code == 405
        assert client.head(address).status_code == 200


def test_a_table_can_be_downloaded_and_holds_no_formula(client, trade):
    body = client.get("/notices.csv").getvalue().decode()
    rows = list(csv.reader(body.removeprefix("\ufeff").splitlines()))
    assert body.startswith("\ufeff编号,标题")
    assert {row[1] for row in rows[1:]} == {LONG, "'=中标结果"}
    result = dict(zip(rows[0], next(row for row in rows if row[0] == str(trade["result"])), strict=True))
    assert (result["发布时间"], result["金额（元）"], result["中标（成交）人"]) == ("2026-03-17 09:00", "123456789.01", "示范建工")
    assert (result["招标项目编号"], result["标段编号"], result["公告所载截止时间"]) == (PROCEDURE, LOT, "")
    assert result["地址"] == f"http://testserver/notices/{trade['result']}"


@pytest.mark.parametrize(
    ("cell", "text"), [("", ""), ("=1+1", "'=1+1"), ("@x", "'@x"), ("\t=1", "'\t=1"), (Decimal("-5"), "-5.00"), (None, ""), (7, "7")]
)
def test_only_a_text_that_reads_as_a_formula_is_quoted(cell, text):
    assert downloads._text(cell) == text


def test_a_spreadsheet_has_figures_moments_and_no_formula(client, trade):
    answer = client.get("/notices.xlsx?all=1")
    assert answer["Content-Disposition"] == 'attachment; filename="notices.xlsx"'
    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.getvalue())).get_sheet_by_index(0)
    head, *rows = sheet.to_python()
    assert head == list(downloads.COLUMNS) and head[6] == "金额（元）"
    assert {row[1] for row in rows} == {LONG, "=中标结果"}
    result = next(row for row in rows if row[0] == trade["result"])
    assert (f"{result[5]:%Y-%m-%d %H:%M}", result[6]) == ("2026-03-17 09:00", 123456789.01)
    assert (result[8], result[12], result[13]) == ("示范建工", LOT, f"http://testserver/notices/{trade['result']}")
    assert [row[6] for row in rows if row[0] == trade["notice"]] == [""], "no amount is no figure, and not zero"


def test_a_spreadsheet_keeps_its_head_in_sight_and_its_texts_as_texts(client, trade):
    with ZipFile(BytesIO(client.get("/notices.xlsx").getvalue())) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert 'ySplit="1"' in sheet and 'state="frozen"' in sheet
    assert "<f>" not in sheet


def test_attachments_say_how_large_they_are_in_one_query(trade, django_assert_num_queries):
    stored = [store.save([text * 1_300_000], "application/pdf") for text in (b"x", b"y")]
    attached = [Attachment(f"{number}.pdf", file.digest) for number, file in enumerate(stored)]
    found = replace(queries.notice(trade["notice"]), attachments=[*attached, Attachment("elsewhere.pdf", "0" * 64)])
    with django_assert_num_queries(1):
        assert [file["size"] for file in notice.attachments(found)] == [1_300_000, 1_300_000, None]
    with django_assert_num_queries(0):
        assert notice.attachments(replace(found, attachments=[])) == []


def test_the_telephone_is_where_somebody_needs_it(client, trade, settings):
    proof = f"/notices/{trade['notice']}/proof"
    assert "监督电话" not in text_of(client.get("/about"))
    settings.SUPERVISION_PHONE = "12345-6"
    page = client.get(proof).content.decode()
    assert '<a href="tel:12345-6">12345-6</a>' in page
    assert "拨打平台监督电话 12345-6" in re.search('data-bad="([^"]+)"', page)[1]


def test_a_list_can_be_downloaded_as_lines_of_json(client, trade):
    rows = [json.loads(line) for line in client.get("/notices.json?stage=result").getvalue().splitlines()]
    assert [(row["id"], row["amount"], row["winner"]) for row in rows] == [(trade["result"], "123456789.01", "示范建工")]


def test_any_list_can_be_subscribed_to(client, trade):
    feed = ElementTree.fromstring(client.get("/notices.atom?market=construction").content)
    titles = [title.text for title in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert titles[0] == "工程建设" and LONG in titles


def test_a_list_offers_what_it_shows_for_subscription_and_download(client, trade):
    page = client.get("/notices?q=松溪&market=construction").content.decode()
    asked = "?q=%E6%9D%BE%E6%BA%AA&amp;market=construction"
    assert f'href="/notices.atom{asked}">订阅这个检索</a>' in page
    assert f'href="/notices.json{asked}">NDJSON</a>' in page


def test_words_keep_the_filters_and_filters_keep_the_words(client, trade):
    def hidden(form: str) -> dict[str, str]:
        return dict(re.findall('<input type="hidden" name="([^"]+)" value="([^"]*)">', form))

    page = client.get("/notices?q=松溪&market=construction&amount_min=5&sort=amount&page=2&all=1").content.decode()
    words, filters = (re.search(f'<form class="{name}".*?</form>', page, re.DOTALL)[0] for name in ("find", "filters"))
    assert hidden(words) == {"market": "construction", "amount_min": "5", "sort": "amount"}
    assert hidden(filters) == {"q": "松溪", "sort": "amount", "all": "1"}
    assert hidden(re.search('<form class="find".*?</form>', client.get("/about").content.decode(), re.DOTALL)[0]) == {}


def test_new_notices_announce_themselves(client, trade, ledger, caught_up):
    assert client.get("/notices/count?market=construction").json() == {"total": 2}
    ledger.publish(("503", "m", {"NOTICE_NAME": "又一条公告"}))
    caught_up()
    assert client.get("/notices/count?market=construction").json() == {"total": 3}
