"""Projects and parties of any size: all is counted, pages hold all of it, and one page stays quick."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from ggzy import standard
from ggzy.desks.disclosure import deadlines, front, lots, names, parties, projects, queries
from ggzy.desks.disclosure.entry import UNSEEN
from ggzy.desks.disclosure.query import hit
from ggzy.kernel import clock

BIDDERS, LOTS = 2_500, 130
PARTY = "91310000DEM000777X"
OLD = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.fixture
def big(entries):
    """A project with more of everything than a page can hold; its notices come last."""
    project, procedure = "project:P1", "procedure:P1001"
    entries(
        {"kind": "project", "stage": "approval", "title": "大项目", "codes": (project,), "listed": False, "principal": "甲局"},
        {"kind": "procedure", "stage": "approval", "title": "施工", "codes": (project, procedure), "listed": False},
        *(
            {"kind": "lot", "stage": "approval", "title": f"{n} 标段", "codes": (procedure, f"lot:P1001{n:03d}"), "listed": False}
            for n in range(LOTS)
        ),
        *(
            {"kind": "bidders", "stage": "opening", "title": f"投标人 {n}", "codes": (procedure,), "listed": False}
            for n in range(BIDDERS)
        ),
        {"title": "招标公告", "codes": (procedure, "lot:P1001000")},
    )


def test_a_project_of_thousands_counts_all_and_shows_the_first(big):
    found = queries.project("P1")
    groups = {(stage.code, group.kind): group for stage in found.stages for group in stage.groups}
    assert groups["opening", "bidders"].total == BIDDERS
    assert [one.title for one in groups["opening", "bidders"].hits] == [f"投标人 {n}" for n in range(projects.OPEN)]
    assert groups["notice", "invitation"].total == 1
    assert (found.name, found.principal, found.lot_count, len(found.lots)) == ("大项目", "甲局", LOTS, lots.ON_A_PAGE)


def test_the_pages_of_a_part_hold_every_record_once(big):
    seen = []
    for page in range(1, -(-BIDDERS // projects.PART) + 1):
        part = projects.part("P1", "opening", "bidders", page)
        assert part.total == BIDDERS
        seen += [one.title for one in part.hits]
    assert seen == [f"投标人 {n}" for n in range(BIDDERS)]
    assert projects.part("P1", "opening", "bidders", page + 1).hits == []
    pages = [projects.lots("P1", page)[0] for page in range(1, -(-LOTS // lots.ON_A_PAGE) + 1)]
    assert [lot.code for page in pages for lot in page] == [f"P1001{n:03d}" for n in range(LOTS)]


def test_a_large_project_is_not_slow(big):
    queries.project("P1")
    began = time.process_time()
    for _ in range(5):
        queries.project("P1")
    assert (time.process_time() - began) / 5 < 0.1


def test_a_party_of_thousands_counts_and_sums_all_and_turns_pages(entries):
    won, amount = 1_234, Decimal("100.50")
    codes = (f"winner:{PARTY}", f"party:{PARTY}")
    entries(
        *(
            {"stage": "result", "kind": "result", "codes": codes, "winner": "乙公司有限", "amount": amount, "title": f"结果 {n}",
             "published_at": OLD + timedelta(minutes=n)}
            for n in range(won)
        )
    )  # fmt: skip
    found = queries.party(PARTY)
    assert (found.won.total, found.won.pages, len(found.won.hits)) == (won, 25, parties.ON_A_PAGE)
    assert found.totals == [("2025", amount * won)]
    seen = [one.title for page in range(1, 26) for one in queries.party(PARTY, {"won": page}).won.hits]
    assert seen == [f"结果 {n}" for n in reversed(range(won))]
    assert queries.party(PARTY, {"won": 999}).won.page == 25


def test_notices_that_name_a_party_without_its_code_are_counted_apart(entries):
    coded = {"stage": "result", "codes": (f"winner:{PARTY}", f"party:{PARTY}"), "winner": "示范建工集团"}
    entries(
        {**coded, "title": "有代码"},
        {"stage": "result", "winner": "示范建工集团", "title": "只有名称"},
        {"text": "业绩：示范建工集团承建", "title": "正文提到"},
        {"text": "示范建工", "title": "另一家"},
    )
    found = queries.party(PARTY)
    assert found.name == "示范建工集团"
    assert [one.title for one in found.named.hits] == ["正文提到", "只有名称"]
    assert (found.named.total, found.mentions, found.won.total) == (2, 3, 1)


def test_what_has_no_date_is_not_new_on_the_home_page(entries, monkeypatch):
    monkeypatch.setattr(front, "home", front._Kept().get)
    now = clock.now()
    entries(
        {"title": "今天来的旧公告", "published_at": now, "dated": False},
        {"title": "公告", "published_at": now - timedelta(days=9)},
    )
    assert [one.title for one in front.home().newest] == ["公告"]


def test_what_ends_today_is_counted_by_the_deadline_that_holds(entries, monkeypatch):
    now = datetime(2026, 3, 10, 1, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)

    def paper(stage, lot, published, due):
        return {
            "stage": stage, "codes": ("procedure:P", f"lot:{lot}"), "published_at": now + timedelta(days=published),
            "deadline_at": now + timedelta(days=due, hours=1),
        }  # fmt: skip

    entries(
        paper("notice", "P1", -9, 0), paper("change", "P1", -2, 7),  # moved away from today
        paper("notice", "P2", -9, -3), paper("change", "P2", -4, 0),  # moved to today
        paper("notice", "P3", -9, 0), paper("clarification", "P3", -2, 0),  # repeated: one trade
        paper("notice", "P4", -9, 0),
    )  # fmt: skip
    assert front._home().markets[0].due == 3


def test_rows_of_a_list_show_the_deadline_that_holds(entries):
    from_notice, from_change = OLD + timedelta(days=9), OLD + timedelta(days=20)
    made = entries(
        {"stage": "notice", "codes": ("lot:P1",), "published_at": OLD, "deadline_at": from_notice},
        {"stage": "change", "codes": ("lot:P1",), "published_at": OLD + timedelta(days=2), "deadline_at": from_change},
        {"stage": "result", "codes": ("lot:P1",), "published_at": OLD, "deadline_at": from_notice},
    )
    held = deadlines.held([hit(one, ()) for one in made])
    assert [row.deadline_at for row in held] == [from_change, from_change, from_notice]


def test_a_penalty_is_on_the_page_of_whom_it_punishes_and_not_on_that_of_its_principal(entries):
    other = "91310000DEM000666X"
    penalty = {"stage": "penalty", "kind": "credit"}
    entries(
        {**penalty, "title": "罚别人", "codes": (f"party:{other}", f"principal:{PARTY}")},
        {**penalty, "title": "罚招标人", "codes": (f"party:{PARTY}", f"principal:{PARTY}")},
        {**penalty, "title": "罚投标人", "codes": (f"party:{PARTY}", f"principal:{other}")},
    )
    assert [one.title for one in queries.party(PARTY).penalties.hits] == ["罚投标人", "罚招标人"]
    assert [one.title for one in queries.party(other).penalties.hits] == ["罚别人"]


def test_every_kind_that_the_public_sees_has_a_name():
    kinds = {known.kind for known in standard.DATA_SETS.values()} - UNSEEN
    assert kinds <= names.KINDS.keys()
