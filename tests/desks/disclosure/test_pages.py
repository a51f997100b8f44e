from datetime import timedelta
from decimal import Decimal

import pytest

from ggzy import standard
from ggzy.desks.disclosure import front, queries
from ggzy.desks.disclosure.query import is_shown
from ggzy.kernel import clock
from ggzy.kernel.ledger import feed
from ggzy.standard import CHINA

PROCEDURE = standard.example("501")["TENDER_PROJECT_CODE"]
PROJECT = standard.example("501")["PROJECT_CODE"]
WINNER = "91310000DEM000777X"


@pytest.fixture
def trade(ledger, caught_up):
    """A trade as far as its result, with two lots."""
    first, second = f"{PROCEDURE}001", f"{PROCEDURE}002"
    own = {"TENDER_PROJECT_CODE": PROCEDURE}
    heads = ledger.publish(
        ("500", "p", {"PROJECT_CODE": PROJECT, "PROJECT_NAME": "中环路改造"}),
        ("501", "t", {**own, "PROJECT_CODE": PROJECT, "TENDER_PROJECT_NAME": "中环路改造施工"}),
        ("502", "l1", {**own, "BID_SECTION_CODE": first, "BID_SECTION_NAME": "一标段"}),
        ("502", "l2", {**own, "BID_SECTION_CODE": second, "BID_SECTION_NAME": "二标段"}),
        ("503", "n", {**own, "BID_SECTION_CODES": f"{first};{second}", "NOTICE_NAME": "招标公告"}),
        ("513", "r", {**own, "BID_SECTION_CODE": first, "NOTICE_NAME": "中标结果", "BID_AMOUNT": "12", "PRICE_UNIT": "1",
                      "WIN_BIDDER_NAME": "甲公司", "WIN_BIDDER_CODE": WINNER, "NOTICE_SEND_TIME": "20260317090000"}),
    )  # fmt: skip
    caught_up()
    return dict(zip(("project", "procedure", "lot 1", "lot 2", "notice", "result"), heads, strict=True))


@pytest.mark.parametrize("code", [PROJECT, PROCEDURE, f"{PROCEDURE}002"])
def test_a_project_is_found_by_any_of_its_codes(trade, code):
    found = queries.project(code)
    assert (found.code, found.name, found.market) == (PROJECT, "中环路改造", "construction")
    assert [(s.code, s.state, sum(group.total for group in s.groups)) for s in found.stages] == [
        ("approval", "past", 4), ("notice", "past", 1), ("result", "now", 1), ("contract", "future", 0),
        ("performance", "future", 0),
    ]  # fmt: skip
    assert found.lot_count == 2
    assert [(lot.name, lot.amount, lot.winner) for lot in found.lots] == [
        ("一标段", Decimal(120_000), "甲公司"), ("二标段", found.lots[1].amount, ""),
    ]  # fmt: skip


def test_a_party_shows_what_it_won(trade):
    found = queries.party(WINNER)
    assert (found.name, found.roles) == ("甲公司", ["winner"])
    assert ([hit.title for hit in found.won.hits], found.won.total) == (["中标结果"], 1)
    assert found.totals == [("2026", Decimal(120_000))]


@pytest.mark.parametrize("ask", [queries.project, queries.party])
def test_unknown_codes_have_no_page(trade, ask):
    assert ask("E9999999999999999") is None
    assert ask("") is None


def test_a_notice_shows_its_fields_in_words_and_its_versions(trade, ledger, caught_up):
    ledger.publish(
        (
            "503",
            "n",
            {"NOTICE_NAME": "招标公告（更正）", "BID_SECTION_CODES": f"{PROCEDURE}001;{PROCEDURE}002"},
        )
    )
    found = queries.notice(trade["notice"])
    assert (found.entry.title, found.withdrawn, found.idx) == ("招标公告（更正）", False, 1)
    assert [(v.n, v.idx) for v in found.versions] == [(1, 0), (2, 1)]
    assert [(c.label, c.old, c.new) for c in found.versions[1].changes if "标题" in c.label] == [
        ("公告标题", "招标公告", "招标公告（更正）")
    ]
    fields = dict(found.fields)
    assert fields["公告性质"] not in ("1", "2", "3")
    assert "数据时间戳" not in fields


def test_a_withdrawn_notice_keeps_its_page(trade, ledger):
    ledger.publish(("503", "n", None))
    found = queries.notice(trade["notice"])
    assert found.withdrawn
    assert found.entry.withdrawn
    assert found.entry.title == "招标公告"
    assert found.versions[-1].withdrawn


def test_a_text_with_mark_up_loses_what_could_do_harm(ledger):
    (head,) = ledger.publish(
        (
            "503",
            "n",
            {"NOTICE_CONTENT": '<p onclick="x()">甲<script>y()</script><a href="javascript:z()">乙</a></p>'},
        )
    )
    assert queries.notice(head).text_html == '<p>甲<a rel="nofollow noopener">乙</a></p>'
    (head,) = ledger.publish(("503", "m", {"NOTICE_CONTENT": "一 < 二\n\n三"}))
    assert queries.notice(head).text_html == "<p>一 &lt; 二</p><p>三</p>"


@pytest.mark.parametrize("number", [0, 999_999, -1, 2**80])
def test_numbers_without_a_record_have_no_page(trade, number):
    assert queries.notice(number) is None


def test_people_and_experts_have_no_page(ledger):
    (head,) = ledger.publish(("111", "x", {}))
    assert queries.notice(head) is None


def test_a_record_of_which_nothing_is_public_has_no_page_and_is_not_found(ledger, caught_up):
    (head,) = ledger.publish(("101", "x", {}))
    caught_up()
    assert feed.record(head).is_hidden
    assert queries.notice(head) is None
    assert not is_shown(head)


def test_the_home_page_counts_today(ledger, caught_up, monkeypatch):
    monkeypatch.setattr(front, "home", front._Kept().get)
    now = clock.now().astimezone(CHINA)
    ledger.publish(
        ("503", "a", {"NOTICE_NAME": "今日", "NOTICE_SEND_TIME": f"{now:%Y%m%d}000001", "BID_DOC_REFER_END_TIME": f"{now:%Y%m%d}235959"}),
        ("503", "b", {"NOTICE_NAME": "旧", "NOTICE_SEND_TIME": f"{now - timedelta(days=40):%Y%m%d%H%M%S}",
                      "BID_DOC_REFER_END_TIME": "20260101000000"}),
        ("513", "c", {"NOTICE_NAME": "成交", "NOTICE_SEND_TIME": f"{now:%Y%m%d}000002", "BID_AMOUNT": "2", "PRICE_UNIT": "1"}),
    )  # fmt: skip
    caught_up()
    home = front.home()
    assert home.markets[0] == ("construction", 2, 1, 1)
    assert [hit.title for hit in home.newest] == ["成交", "今日", "旧"]
    assert [hit.title for hit in home.closing] == ["今日"]
    assert home.volume[-1] == (f"{now:%Y-%m}", Decimal(20_000))
    assert len(home.volume) == 12


def test_the_home_page_shows_a_trade_once_at_the_deadline_that_its_last_paper_sets(ledger, caught_up, monkeypatch):
    monkeypatch.setattr(front, "home", front._Kept().get)
    now = clock.now().astimezone(CHINA)

    def paper(name: str, published: timedelta, due: timedelta, lots: str) -> dict[str, str]:
        return {
            "NOTICE_NAME": name, "BID_SECTION_CODES": lots, "NOTICE_SEND_TIME": f"{now - published:%Y%m%d%H%M%S}",
            "BID_DOC_REFER_END_TIME": f"{now + due:%Y%m%d%H%M%S}",
        }  # fmt: skip

    one, other = "E4401000001000001001001", "E4401000001000001001002"
    ledger.publish(
        ("503", "a", paper("公告", timedelta(days=9), timedelta(days=1), one)),
        ("503", "b", paper("变更公告", timedelta(days=2), timedelta(days=5), one)),
        ("503", "c", paper("另一标段", timedelta(days=9), timedelta(days=3), other)),
    )
    caught_up()
    assert [hit.title for hit in front.home().closing] == ["另一标段", "变更公告"]
