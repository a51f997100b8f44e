"""The page of one project: everything that carries its codes, in the order of a trade.

A project may have three records or a hundred thousand. All are counted; a page shows the first ones of each kind
and the rest page by page (`part`), so that nothing is cut silently and no page grows with its project.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from tantivy import Query, Searcher

from ggzy import standard
from ggzy.desks.disclosure import deadlines, index, names, slices
from ggzy.desks.disclosure.lots import Lot, lots_of
from ggzy.desks.disclosure.query import Hit, all_of, any_of, carrying, tagged

OPEN = 20
"""Records of one kind in one stage that the page of a project shows; the others have pages of their own."""
PART = 100
"""Records on a page of a part."""

_MAIN = ("notice", "opening", "candidates", "result", "contract", "performance")
"""Stages that a trade goes through when nothing goes wrong; others appear only when something was published."""
_SCOPES = ("project", "procedure", "lot", "deal")
_DECLARING = ("project", "procedure")
_FIRST = 100
_DECLARED = 10_000


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one kind in a stage: how many there are, and the first of them."""

    kind: str
    total: int
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the time line; `planned_at` is when a future one is due, where that is known."""

    code: str
    name: str
    state: Literal["past", "now", "future"]
    groups: list[Group]
    planned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A project with its stages and, where it has several parts, the first of its lots.

    Papers stand in their stages with the deadline that holds now; `moved` says, by head_id, of which it is not the
    one that they gave.
    """

    code: str
    name: str
    principal: str
    principal_code: str
    agent: str
    market: str
    region: str
    stages: list[Stage]
    lots: list[Lot]
    lot_count: int
    moved: dict[int, deadlines.Standing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a project's records of one kind in one stage, the first ones first."""

    hits: list[Hit]
    total: int
    moved: dict[int, deadlines.Standing]


def project(code: str) -> Project | None:
    """The project with this code; a procedure's or lot's code finds the project that it belongs to."""
    family = _family(code)
    if family is None:
        return None
    papers = deadlines.papers_of(family)
    groups = {key: Group(key[1], count, _of(family, *key)) for key, count in family.facets().items()}
    held, moved = _held([hit for group in groups.values() for hit in group.hits], papers)
    known = _known(family)
    head = next((h for kind in _DECLARING for h in known if h.kind == kind), known[0])
    buying = [hit for hit in known if hit.principal]
    bought = next((hit for hit in buying if hit.code("principal")), buying[0] if buying else head)
    lots, lot_count = lots_of(family, papers)
    return Project(
        head.code("project") or head.code("procedure") or code,
        head.title,
        bought.principal,
        bought.code("principal"),
        next((hit.agent for hit in known if hit.agent), ""),
        head.market,
        next((hit.region for hit in known if hit.region), ""),
        _stages(groups, held, papers),
        lots,
        lot_count,
        moved,
    )


def part(code: str, stage: str, kind: str, page: int) -> Part | None:
    """A page (from 1) of a project's records of one kind in one stage; nothing for a code that is unknown."""
    family = _family(code)
    if family is None:
        return None
    asked = all_of([family.asked, _tags(stage, kind)])
    hits = slices.oldest(family.searcher, asked, PART, (page - 1) * PART)
    stands = list(deadlines.standings(sorted(hits, key=slices.by_date)))
    return Part(
        [replace(hit, deadline_at=stood.deadline_at) for hit, stood in stands],
        slices.total(family.searcher, asked),
        {hit.head_id: stood for hit, stood in stands if stood.moved},
    )


def lots(code: str, page: int) -> tuple[list[Lot], int] | None:
    """A page (from 1) of a project's lots and how many it has; nothing for a code that is unknown."""
    family = _family(code)
    return None if family is None else lots_of(family, deadlines.papers_of(family), page)


def newest(code: str, page: int, size: int) -> tuple[list[Hit], int]:
    """A page (from 1) of all records of a project, the newest first, and how many it has."""
    family = _family(code)
    if family is None:
        return [], 0
    return slices.latest(family.searcher, family.asked, size, (page - 1) * size), family.total


def calls(code: str) -> list[Hit]:
    """The papers of a project that set deadlines, the newest first."""
    family = _family(code)
    return [] if family is None else deadlines.papers_of(family)


def _family(code: str) -> slices.Family | None:
    """Up from any code to its project, then down to all that carries a code of the project or its procedures."""
    searcher = index.reader.searcher()
    if searcher is None or not code:
        return None
    start = carrying(*(f"{kind}:{code}" for kind in _SCOPES))
    found = _codes(searcher, start)
    if not found:
        return None
    procedures = {one for one in found if one.startswith("procedure:")}
    projects = {one for one in found if one.startswith("project:")}
    if procedures and not projects:
        projects = {one for one in _codes(searcher, carrying(*procedures)) if one.startswith("project:")}
    if projects and f"project:{code}" not in projects:
        procedures |= {one for one in _codes(searcher, carrying(*projects)) if one.startswith("procedure:")}
    family = projects | procedures
    return slices.Family(searcher, carrying(*family) if family else start)


def _codes(searcher: Searcher, asked: Query) -> set[str]:
    """The codes on the records that declare projects and procedures, and on the first of the others."""
    declared = all_of([asked, any_of([tagged(f"kind:{kind}") for kind in _DECLARING])])
    hits = slices.oldest(searcher, declared, _DECLARED) + slices.oldest(searcher, asked, _FIRST)
    return {code for hit in hits for code in hit.codes}


def _known(family: slices.Family) -> list[Hit]:
    """The records that say what the project is: its declarations, then the oldest of all."""
    if family.is_whole:
        return family.first
    kinds = [(tagged(f"kind:{kind}"), kind) for kind in _DECLARING]
    declared = [
        family.oldest(asked, lambda hit, kind=kind: hit.kind == kind, _FIRST) for asked, kind in kinds
    ]
    return sorted([*declared[0], *declared[1], *family.first], key=slices.by_date)


def _tags(stage: str, kind: str) -> Query:
    return all_of([tagged(f"stage:{stage}"), tagged(f"kind:{kind}")])


def _of(family: slices.Family, stage: str, kind: str) -> list[Hit]:
    return family.oldest(_tags(stage, kind), lambda hit: (hit.stage, hit.kind) == (stage, kind), OPEN)


def _held(hits: list[Hit], papers: list[Hit]) -> tuple[dict[int, Hit], dict[int, deadlines.Standing]]:
    """The papers among some records with the deadlines that hold, and of which another paper moved it."""
    stands = {hit.head_id: deadlines.standing(hit, papers) for hit in hits if deadlines.sets_one(hit)}
    held = {
        hit.head_id: replace(hit, deadline_at=stands[hit.head_id].deadline_at)
        for hit in hits
        if hit.head_id in stands
    }
    return held, {head_id: stood for head_id, stood in stands.items() if stood.moved}


def _stages(groups: dict[tuple[str, str], Group], held: dict[int, Hit], papers: list[Hit]) -> list[Stage]:
    found = {
        stage: [
            replace(group, hits=[held.get(hit.head_id, hit) for hit in group.hits])
            for (of, _kind), group in sorted(groups.items())
            if of == stage
        ]
        for stage in standard.stages()
    }
    reached = max((at for at, stage in enumerate(_MAIN) if found.get(stage)), default=-1)
    ended = bool(found.get("failure")) or reached == len(_MAIN) - 1
    stages = []
    for stage, own in found.items():
        main = _MAIN.index(stage) if stage in _MAIN else -1
        if own:
            state: Literal["past", "now", "future"] = "now" if main == reached and not ended else "past"
            stages.append(Stage(stage, names.STAGES[stage], state, own))
        elif main > reached and not ended:
            planned = _planned(held, papers) if stage == "opening" else None
            stages.append(Stage(stage, names.STAGES[stage], "future", [], planned))
    return stages


def _planned(held: dict[int, Hit], papers: list[Hit]) -> datetime | None:
    """When the last opening is due: the latest deadline that holds for a paper shown or newly published."""
    newest = (deadlines.standing(paper, papers).deadline_at for paper in papers[:OPEN])
    return max(filter(None, [*newest, *(hit.deadline_at for hit in held.values())]), default=None)
