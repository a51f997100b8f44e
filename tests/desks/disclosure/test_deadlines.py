"""Which paper's deadline holds: for a notice, in its project, on the home page."""

from datetime import datetime, timedelta

import pytest

from ggzy.desks.disclosure import deadlines, front, queries
from ggzy.desks.disclosure.query import hit
from ggzy.kernel import clock
from ggzy.standard import CHINA

A, B = "lot:P1", "lot:P2"
NOW = datetime(2026, 3, 10, tzinfo=CHINA)


def _day(number: float) -> datetime:
    return NOW + timedelta(days=number)


@pytest.fixture
def papers(entries, monkeypatch):
    """Papers (stage, lots, day of publication, deadline) of one procedure as lines of lists."""
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def put(*given, **last):
        made = [
            {"stage": stage, "codes": ("procedure:P", *lots), "published_at": _day(published), "deadline_at": _day(due)}
            for stage, lots, published, due in given
        ]
        made[-1] |= last
        return [hit(one, ()) for one in entries(*made)]

    return put


def _held(paper):
    return deadlines.standing(paper, deadlines.papers_about(paper))


def _moved(stood):
    return [(ruling.at, ruling.paper.head_id, ruling.lots) for ruling in stood.moved]


def test_a_later_paper_moves_the_deadline_of_an_earlier_one(papers):
    notice, change = papers(("notice", [A], -9, 5), ("change", [A], -2, 9))
    assert _held(notice)[:2] == (_day(9), _day(5))
    assert _moved(_held(notice)) == [(_day(9), change.head_id, ())]
    assert _held(change) == (_day(9), None, ())


def test_a_new_version_is_the_last_word_though_it_keeps_the_old_date_of_publication(papers):
    clarification, notice = papers(
        ("clarification", [A], -4, 5), ("notice", [A], -9, 9), version=2, changed_at=_day(-1)
    )
    assert _moved(_held(clarification)) == [(_day(9), notice.head_id, ())]
    assert not _held(notice).moved


def test_a_paper_that_names_no_lot_speaks_of_the_whole_procedure(papers):
    notice, _ = papers(("notice", [A, B], -9, 5), ("change", [], -2, 9))
    assert _held(notice).replaced == _day(5)


def test_a_paper_of_one_lot_moves_that_lot_alone(papers):
    notice, change = papers(("notice", [A, B], -9, 5), ("change", [A], -2, 9))
    assert _held(notice) == (_day(5), None, _held(notice).moved)
    assert _moved(_held(notice)) == [(_day(9), change.head_id, ("P1",))]
    assert [paper.head_id for paper in front._home().closing] == [notice.head_id, change.head_id]
    assert [lot.deadline_at for lot in queries.project("P").lots] == [_day(9), _day(5)]


def test_a_second_round_moves_nothing_of_the_first(papers):
    first, second = papers(("notice", [A], -40, -10), ("notice", [A], -5, 9))
    assert not _held(first).moved
    assert not _held(second).moved
    assert deadlines.of_lot("P1", [first, second]) == _day(9)


def test_a_late_version_of_the_first_round_does_not_rule_the_second(papers):
    second, _first = papers(("notice", [A], -5, 9), ("notice", [A], -40, -10), version=2, changed_at=_day(-1))
    assert not _held(second).moved


def test_a_moved_deadline_is_on_the_project_with_the_paper_that_moved_it(papers):
    notice, change = papers(("notice", [A], -9, 5), ("change", [A], -2, 9))
    found = queries.project("P")
    rows = {row.head_id: row.deadline_at for stage in found.stages for group in stage.groups for row in group.hits}
    assert rows == {notice.head_id: _day(9), change.head_id: _day(9)}
    assert list(found.moved) == [notice.head_id]
    assert next(stage.planned_at for stage in found.stages if stage.code == "opening") == _day(9)


def test_a_notice_shows_the_deadline_that_holds_and_its_paper(ledger, caught_up):
    now = clock.now().astimezone(CHINA)
    procedure = "E4401000001000001001"
    own = {"TENDER_PROJECT_CODE": procedure, "BID_SECTION_CODES": f"{procedure}001"}

    def dated(published: int, due: int) -> dict[str, str]:
        return {
            "NOTICE_SEND_TIME": f"{now - timedelta(days=published):%Y%m%d%H%M%S}",
            "BID_DOC_REFER_END_TIME": f"{now + timedelta(days=due):%Y%m%d%H%M%S}",
        }

    old, new = ledger.publish(("503", "a", {**own, **dated(9, 3)}), ("503", "b", {**own, **dated(2, 8)}))
    caught_up()
    found = queries.notice(old)
    assert found.entry.deadline_at.date() == (now + timedelta(days=8)).date()
    assert found.replaced.date() == (now + timedelta(days=3)).date()
    assert [ruling.paper.head_id for ruling in found.moved] == [new]
    ledger.publish(("503", "a", {**own, **dated(9, 12)}))
    caught_up()
    assert not queries.notice(old).moved
    assert [ruling.paper.head_id for ruling in queries.notice(new).moved] == [old]
