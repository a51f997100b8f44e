"""The demo city: right by the standard, coherent, the same for the same seed, alive around now, and clearly invented."""

import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from ggzy import standard
from ggzy.desks.exchange import demo

UNTIL = date(2026, 11, 24)


@pytest.fixture(scope="module")
def sent():
    return [*demo.records(6000, until=UNTIL)]


def test_every_record_passes_the_standard_without_a_warning(sent):
    for _, envelope in sent:
        checked = standard.check(envelope["data_set"], envelope["data"])
        assert not checked.faults, (envelope, checked.faults)
        assert not checked.warnings, (envelope, checked.warnings)


def test_every_data_set_a_system_lists_is_sent_and_no_other(sent):
    listed = {(system.id, number) for system in demo.systems() for number in system.data_sets}
    many = [*sent, *demo.records(30_000, until=UNTIL)]
    assert {(system, envelope["data_set"]) for system, envelope in many} == listed


def test_each_system_reports_under_its_own_code(sent):
    codes = {system.id: system.code for system in demo.systems()}
    assert len(set(codes.values())) == len(codes)
    assert all(envelope["data"]["PLATFORM_CODE"] == codes[system] for system, envelope in sent)


def test_exactly_as_many_as_asked_for_and_the_same_for_the_same_seed(sent):
    assert len(sent) == 6000
    assert [*demo.records(6000, until=UNTIL)] == sent
    assert [*demo.records(6000, until=UNTIL, seed=7)] != sent
    assert [*demo.records(0, until=UNTIL)] == []
    assert len([*demo.records(3, until=UNTIL)]) == 3


def test_parents_come_first_within_their_system(sent):
    known = defaultdict(set)
    for system, envelope in sent:
        checked = standard.check(envelope["data_set"], envelope["data"])
        missing = set(checked.parents) - known[system]
        assert not missing, (envelope["data_set"], missing)
        known[system].update(checked.declares)


def test_nothing_is_from_the_future_and_open_deadlines_are_near(sent):
    assert all(envelope["data"]["DATA_TIMESTAMP"] < "20261124000000" for _, envelope in sent)
    deadlines = [envelope["data"].get("BID_DOC_REFER_END_TIME") or envelope["data"].get("BID_CLOSING_TIME", "")
                 for _, envelope in sent if envelope["data_set"] in ("503", "551")]  # fmt: skip
    running = [deadline for deadline in deadlines if deadline >= "20261124"]
    assert len(running) >= 10
    assert max(running) < "20270115"
    assert min(running) < "20261201"


def test_a_moment_may_be_the_limit():
    last = [*demo.records(6000, until=datetime(2026, 11, 24, 7, 0, tzinfo=UTC))][-1][1]["data"][
        "DATA_TIMESTAMP"
    ]
    assert "20261124" < last < "20261124150000"


def test_a_key_comes_again_only_as_a_later_version(sent):
    last = {}
    again = Counter()
    for system, envelope in sent:
        place = (system, envelope["data_set"], envelope["key"])
        if place in last:
            again[envelope["data_set"]] += 1
            assert envelope["data"]["DATA_TIMESTAMP"] > last[place]
        last[place] = envelope["data"]["DATA_TIMESTAMP"]
    assert again["503"] > 5  # changed notices
    assert again["502"] > 2  # second tenders


def test_second_tenders_follow_failures(sent):
    failed = {envelope["data"]["BID_SECTION_CODE"] for _, envelope in sent if envelope["data_set"] == "517"}
    second = {envelope["data"]["BID_SECTION_CODE"] for _, envelope in sent
              if envelope["data_set"] == "502" and envelope["data"]["BID_ECTION_NUM"] == "2"}  # fmt: skip
    assert second
    assert second <= failed


def test_penalties_hit_a_bidder_of_that_lot(sent):
    bidders = defaultdict(set)
    for _, envelope in sent:
        if envelope["data_set"] == "507":
            bidders[envelope["data"]["BID_SECTION_CODE"]].add(envelope["data"]["BIDDER_ORG_CODE"])
    penalties = [envelope["data"] for _, envelope in sent if envelope["data_set"] == "300"]
    assert penalties
    assert all(p["BODY_CODE"] in bidders[p["BID_SECTION_CODE"]] for p in penalties)


def test_the_winner_is_the_first_candidate_and_signs_the_contract(sent):
    by_lot = defaultdict(dict)
    for _, envelope in sent:
        data = envelope["data"]
        if envelope["data_set"] == "510" and data["WIN_CANDIDATE_ORDER"] == "1":
            by_lot[data["BID_SECTION_CODE"]]["first"] = data["WIN_CANDIDATE_CODE"]
        if envelope["data_set"] in ("513", "512"):
            by_lot[data["BID_SECTION_CODE"]][envelope["data_set"]] = (
                data.get("WIN_BIDDER_CODE") or data["BIDDER_CODE"]
            )
    assert all(len(set(told.values())) == 1 for told in by_lot.values())


def test_the_showcase_comes_first_and_goes_through_every_stage(sent):
    shown = [envelope for _, envelope in sent[:60] if demo.SHOWCASE_PROJECT_CODE in str(envelope["data"])]
    stages = Counter(envelope["data_set"] for envelope in shown)
    assert set(stages) >= set(
        [
            "500",
            "501",
            "502",
            "503",
            "504",
            "506",
            "507",
            "510",
            "511",
            "513",
            "512",
            "522",
            "305",
            "300",
            "400",
        ]
    )
    assert stages["502"] == 2
    assert [e["data"]["NOTICE_NATURE"] for e in shown if e["key"] == demo.SHOWCASE_NOTICE_KEY] == ["1", "2"]
    assert {e["data"]["BID_SECTION_CODE"] for e in shown if e["data_set"] == "513"} == set(
        demo.SHOWCASE_LOT_CODES
    )
    assert sent[0][1]["data"]["PROJECT_NAME"] == demo.SHOWCASE_PROJECT_NAME


def test_every_text_is_marked_and_names_nobody(sent):
    for _, envelope in sent:
        data = envelope["data"]
        for field in ("NOTICE_CONTENT", "BULLETIN_CONTENT", "PUBLICITY_CONTENT", "BID_OPENING_CONTENT",
                      "ANNOUNCEMENT_CONNECT", "TRANSFER_NOTES", "IMPORTANT_INFO", "WIN_BID_BULLETIN_CONTENT"):  # fmt: skip
            assert data.get(field, "【演示数据】").startswith("【演示数据】")
        for field in ("TENDERER_PHONE_NUMBER", "LEGAL_CONTACT_PHONE", "CONTACT_NUMBER"):
            assert data.get(field, "0000-").startswith("0000-")
        assert data.get("BIDDER_NAME", "示范").startswith("示范")


def test_notices_are_long_and_their_words_vary(sent):
    texts = [envelope["data"].get("NOTICE_CONTENT") or envelope["data"].get("BULLETIN_CONTENT")
             for _, envelope in sent if envelope["data_set"] in ("503", "551")]  # fmt: skip
    assert len(set(texts)) == len(texts)
    assert 300 < sum(map(len, texts)) / len(texts) < 1200
    titles = [envelope["data"]["NOTICE_NAME"] for _, envelope in sent if envelope["data_set"] == "503"]
    assert max(map(len, titles)) >= 60


DATED = ("BID_OPEN_TIME", "BID_OPENING_TIME", "BID_DOC_REFER_END_TIME", "BID_CLOSING_TIME", "POST_BID_CLOSING_TIME",
         "NOTICE_SEND_TIME", "BULLETIN_START_TIME", "WIN_BID_BULLETIN_START_TIME", "CLARIFY_TIME", "LISTING_DEADLINE")  # fmt: skip
# Public holidays within the three years before UNTIL, by the State Council's notices of each year.
HOLIDAYS = [("20240101", "20240101"), ("20240210", "20240217"), ("20240501", "20240505"), ("20241001", "20241007"),
            ("20250128", "20250204"), ("20250501", "20250505"), ("20251001", "20251008"), ("20260101", "20260103"),
            ("20260215", "20260223"), ("20260619", "20260621"), ("20261001", "20261007"), ("20270101", "20270101")]  # fmt: skip


def test_nothing_is_opened_or_due_on_a_day_on_which_nobody_works(sent):
    days = {envelope["data"][field][:8] for _, envelope in sent for field in DATED if envelope["data"].get(field)}
    assert len(days) > 300
    free = [day for day in days if any(first <= day <= last for first, last in HOLIDAYS)]
    assert free == []
    assert [day for day in days if datetime.strptime(day, "%Y%m%d").weekday() > 4] == []  # noqa: DTZ007


def _moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%d%H%M%S")  # noqa: DTZ007


def test_bidders_have_the_days_that_the_law_leaves_them(sent):
    deadlines = {}
    for _, envelope in sent:
        data, number = envelope["data"], envelope["data_set"]
        if number == "503":
            closes = deadlines[data["TENDER_PROJECT_CODE"]] = _moment(data["BID_DOC_REFER_END_TIME"])
            if data["NOTICE_NATURE"] != "2":
                assert closes - _moment(data["NOTICE_SEND_TIME"]) >= timedelta(days=20)
            assert closes - _moment(data["DATA_TIMESTAMP"]) >= timedelta(days=15)
        if number == "504":
            assert deadlines[data["TENDER_PROJECT_CODE"]] - _moment(data["CLARIFY_TIME"]) >= timedelta(days=15)


def test_no_text_asks_bidders_to_be_from_here(sent):
    """招标投标法 第六条，优化营商环境条例 第十三条: no demand of a local registration, branch, tax or award."""
    barrier = re.compile(r"(本地|本市|本区|当地)(设有|设立|注册|登记|纳税|缴纳|获得|具有)|常驻服务机构")
    for _, envelope in sent:
        for text in envelope["data"].values():
            assert not barrier.search(str(text)), text
