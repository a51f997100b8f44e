import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ggzy import standard
from ggzy.desks.disclosure import wire
from ggzy.desks.disclosure.entry import UNSEEN, entry
from ggzy.kernel.ledger.feed import Published
from ggzy.standard import CHINA

AT = datetime(2026, 3, 17, tzinfo=UTC)


def _published(number: str, withdrawn: bool = False, **fields: str) -> Published:
    checked = standard.check(number, json.dumps({**standard.example(number), **fields}).encode())
    assert not checked.faults
    return Published(0, 0, 7, 1, "E3100009999", number, "key", withdrawn, AT, checked.public.decode())


@pytest.mark.parametrize("number", standard.DATA_SETS)
def test_every_data_set_makes_an_entry_or_stays_out_of_sight(number):
    known = standard.DATA_SETS[number]
    found = entry(_published(number))
    assert (found is None) == (known.kind in UNSEEN)
    if found is not None:
        assert found.title
        assert found.published_at.tzinfo is not None
        assert "<" not in found.text


def test_an_invitation_to_tender():
    found = entry(
        _published("503", NOTICE_NAME="道路 改造", NOTICE_CONTENT="<p>甲&amp;乙</p><script>x()</script><p>丙</p>",
                   NOTICE_SEND_TIME="20260301093000", BID_DOC_REFER_END_TIME="20260401000000")
    )  # fmt: skip
    assert (found.title, found.text) == ("道路 改造", "甲&乙\n丙")
    assert (found.market, found.kind, found.stage, found.listed) == (
        "construction",
        "invitation",
        "notice",
        True,
    )
    assert found.published_at == datetime(2026, 3, 1, 9, 30, tzinfo=CHINA)
    assert found.deadline_at == datetime(2026, 4, 1, tzinfo=CHINA)
    assert found.region == "310000"
    procedure = standard.example("503")["TENDER_PROJECT_CODE"]
    assert f"procedure:{procedure}" in found.codes
    assert procedure in found.searched


def test_what_is_no_notice_is_searched_by_its_title_and_names():
    found = entry(_published("502", BID_SECTION_NAME="一标段", BID_SECTION_CONTENT="挖土方"))
    assert (found.title, found.text, found.listed) == ("一标段", "", False)
    assert found.codes
    assert found.searched == "一标段"


def test_a_notice_without_a_text_is_searched_by_its_fields():
    found = entry(_published("554"))
    assert found.listed
    assert standard.data_set("554").fields[0].title in found.text


def test_an_amount_is_in_yuan_whatever_its_unit():
    assert entry(_published("513", BID_AMOUNT="12.5", PRICE_UNIT="1")).amount == Decimal(125_000)
    assert entry(_published("513", BID_AMOUNT="12.5", PRICE_UNIT="0")).amount == Decimal("12.5")


def test_a_party_stands_in_the_codes_by_its_role():
    found = entry(_published("513", WIN_BIDDER_CODE="91310000DEM000001H;91310000DEM000002E"))
    assert {"winner:91310000DEM000001H", "party:91310000DEM000001H", "winner:91310000DEM000002E"} <= set(
        found.codes
    )


def test_a_notice_from_the_national_portal_keeps_its_market_and_stage():
    found = entry(_published("1900", MARKET="02", STAGE="0203"))
    assert (found.market, found.kind, found.stage) == ("procurement", "outside", "contract")


def test_a_withdrawn_record_keeps_nothing_but_its_number():
    found = entry(_published("503", withdrawn=True))
    assert (found.head_id, found.withdrawn, found.text, found.codes) == (7, True, "", ())


@pytest.mark.parametrize(
    "text", ["", "2026", "20261301", "20260230", "20260301250000", "bald", "２０２６０３０１０"]
)
def test_what_is_no_moment_is_none(text):
    assert wire.moment(text) is None


@pytest.mark.parametrize(
    ("figure", "unit", "currency"),
    [("", "0", ""), ("x", "0", ""), ("NaN", "0", ""), ("1", "0", "840"), ("-1", "0", "")],
)
def test_what_is_no_amount_in_yuan_is_none(figure, unit, currency):
    assert wire.amount(figure, unit, currency) is None


def test_a_listing_of_land_is_open_to_its_minute_or_to_the_end_of_its_last_day():
    to_the_minute = entry(_published("600", LISTING_DEADLINE="202604011000", END_DATE="20260401"))
    assert to_the_minute.deadline_at == datetime(2026, 4, 1, 10, tzinfo=CHINA)
    to_the_day = entry(_published("600", LISTING_DEADLINE="", END_DATE="20260401"))
    assert to_the_day.deadline_at == datetime(2026, 4, 1, 23, 59, 59, tzinfo=CHINA)


@pytest.mark.parametrize("number", ["700", "750"])
def test_a_listing_of_property_is_open_so_many_days_after_the_first(number):
    found = entry(_published(number, PUBLISH_DATE="20260301", PUBLISH_DURATION="28"))
    assert found.deadline_at == datetime(2026, 3, 29, 23, 59, 59, tzinfo=CHINA)


@pytest.mark.parametrize("days", ["", "-1", "1.5", "99999", "x", "２８"])
def test_what_is_no_number_of_days_gives_no_deadline(days):
    assert wire.after(AT, days) is None


def test_a_record_without_a_public_date_says_that_it_stands_where_it_arrived():
    contract = entry(_published("512", SUBMIT_TIME="20260101000000"))
    assert (contract.dated, contract.published_at) == (False, AT)
    assert entry(_published("503")).dated


def test_a_later_version_says_when_it_arrived():
    assert entry(_published("503")).changed_at is None
    assert entry(_published("503")._replace(version=2)).changed_at == AT
