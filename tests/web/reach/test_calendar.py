"""A calendar of deadlines: valid, one event a trade, the same event when the deadline moves or the trade is called off."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from ggzy.desks.disclosure import index
from ggzy.kernel import clock
from tests.web.reach.conftest import SCRIPT

NOW = datetime(2026, 5, 20, 4, tzinfo=UTC)
TRADE = ("project:P1", "procedure:P1001", "lot:P1001A", "lot:P1001B")


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def entries(entries, monkeypatch) -> Callable[..., None]:
    """Put entries into an index, and look at it at once."""

    def put(*given: dict[str, Any]) -> None:
        entries(*given)
        monkeypatch.setattr(index, "reader", index.Reader())

    return put


def paper(days: int, due: int | None = None, **more: Any) -> dict[str, Any]:
    """A paper published so many days from now, with a deadline so many days from now."""
    at = None if due is None else NOW + timedelta(days=due)
    return {"published_at": NOW + timedelta(days=days), "deadline_at": at, "codes": TRADE, **more}


def events(client, address: str = "/notices.ics") -> list[Any]:
    """The events of a calendar, which the library must be able to read."""
    answer = client.get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n")), "RFC 5545 section 3.1"
    calendar = Calendar.from_ical(answer.content)
    assert calendar["VERSION"] == "2.0" and calendar["PRODID"] and not calendar.errors
    found = calendar.walk("VEVENT")
    assert len({event["UID"] for event in found}) == len(found)
    assert all(event["DTSTAMP"] and not event.errors for event in found)
    assert all(event["DTSTART"].dt.tzinfo is not None and "TZID" not in event["DTSTART"].params for event in found)
    return found


def test_each_deadline_is_an_event_at_its_moment(client, entries):
    entries(paper(-9, 11, title="道路施工招标公告", principal="示范建设局"))
    (event,) = events(client)
    assert event["DTSTART"].dt == NOW + timedelta(days=11) and event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == "截止：道路施工招标公告" and event["SEQUENCE"] == 0
    assert event["UID"] == "deadline-1-P1001A@localhost" and event["URL"] == "http://testserver/notices/1"
    assert "示范建设局" in event["DESCRIPTION"]


def test_a_moved_deadline_stays_the_same_event_with_a_higher_sequence(client, entries):
    first = paper(-9, 11, title="招标公告")
    entries(first)
    (before,) = events(client)
    entries(first, paper(-2, 18, title="更正公告", stage="change", kind="clarification"))
    (after,) = events(client)
    assert after["UID"] == before["UID"] and after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt == NOW + timedelta(days=18) and after["SUMMARY"] == before["SUMMARY"]
    assert "更正公告 http://testserver/notices/2" in after["DESCRIPTION"].replace("\n", "")
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt


def test_a_new_version_of_the_notice_moves_its_event(client, entries):
    entries(paper(-9, 11))
    (before,) = events(client)
    entries(paper(-9, 15, version=2, changed_at=NOW - timedelta(days=1)))
    (after,) = events(client)
    assert after["UID"] == before["UID"] and after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt == NOW + timedelta(days=15)


def test_one_lot_moves_alone(client, entries):
    entries(paper(-9, 11), paper(-2, 18, stage="change", kind="clarification", codes=TRADE[:3]))
    found = {str(event["UID"]): event["DTSTART"].dt - NOW for event in events(client)}
    assert found == {
        "deadline-1-P1001A@localhost": timedelta(days=18), "deadline-1-P1001B@localhost": timedelta(days=11),
    }  # fmt: skip


def test_a_list_of_notices_follows_changes_that_are_not_in_it(client, entries):
    moved = paper(-9, 11, codes=("lot:Y",)), paper(-2, 18, stage="change", kind="clarification", codes=("lot:Y",))
    entries(*moved)
    (event,) = events(client, "/notices.ics?kind=invitation")
    assert event["DTSTART"].dt == NOW + timedelta(days=18)
    assert events(client, "/notices.ics?market=land") == []


def test_a_trade_that_was_called_off_stays_and_says_so(client, entries):
    first = paper(-9, 11, title="招标公告")
    entries(first)
    (before,) = events(client)
    entries(first, paper(-1, title="终止公告", stage="failure", kind="failure"))
    (event,) = events(client)
    assert (event["UID"], event["STATUS"], event["SUMMARY"]) == (before["UID"], "CANCELLED", "已终止：招标公告")
    assert event["SEQUENCE"] > before["SEQUENCE"] and event["URL"] == "http://testserver/notices/2"


def test_a_second_tender_after_a_failed_one_is_an_event_of_its_own(client, entries):
    failed = paper(-8, title="流标公告", stage="failure", kind="failure")
    entries(paper(-29, -9), failed, paper(-3, 17, title="第二次招标公告"))
    found = {str(event["UID"]): str(event["STATUS"]) for event in events(client)}
    assert found == {"deadline-1-P1001A@localhost": "CANCELLED", "deadline-3-P1001A@localhost": "CONFIRMED"}


def test_what_passed_long_ago_is_left_out_of_lists_and_kept_for_projects(client, entries):
    entries(paper(-90, -60, codes=("project:P1", "procedure:P1001")))
    assert events(client) == []
    assert len(events(client, "/projects/P1.ics")) == 1


def test_a_calendar_that_is_too_long_says_so_and_keeps_what_comes_next(client, entries, monkeypatch):
    monkeypatch.setattr("ggzy.desks.disclosure.agenda.MOST", 3)
    entries(*(paper(-20, due, codes=(f"lot:L{due}",)) for due in (-5, 9, 2, 4, 7)))
    found = sorted((event["DTSTART"].dt - NOW).days for event in events(client))
    assert found == [2, 4, 7]
    assert "条数超过 3" in client.get("/notices.ics").content.decode().replace("\r\n ", "")


def test_a_script_is_text_and_ends_no_line(client, entries):
    entries(paper(-1, 3, title=SCRIPT, principal="甲\r\nBEGIN:VALARM\r\nX", codes=()))
    (event,) = events(client)
    assert event["SUMMARY"] == f"截止：{SCRIPT}" and not event.subcomponents
