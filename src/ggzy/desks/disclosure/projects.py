"""The page of one project: everything that carries its codes, in the order of a trade."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from ggzy import standard
from ggzy.desks.disclosure import deadlines, names
from ggzy.desks.disclosure.query import Hit, found_by_code

_MAIN = ("notice", "opening", "candidates", "result", "contract", "performance")
"""Stages that a trade goes through when nothing goes wrong; others appear only when something was published."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the time line; `planned_at` is when a future one is due, where that is known."""

    code: str
    name: str
    state: Literal["past", "now", "future"]
    items: list[Hit]
    planned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot: what is known of it now; `state` is the stage it has reached, in words."""

    code: str
    name: str
    amount: Decimal | None
    winner: str
    deadline_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Project:
    """A project with its stages and, where it has several parts, its lots.

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
    moved: dict[int, deadlines.Standing] = field(default_factory=dict)


def project(code: str) -> Project | None:
    """The project with this code; a procedure's or lot's code finds the project that it belongs to."""
    hits = _family(code)
    if not hits:
        return None
    oldest = sorted(hits, key=lambda hit: hit.published_at)
    head = next((h for kind in ("project", "procedure") for h in oldest if h.kind == kind), oldest[0])
    papers = list(filter(deadlines.sets_one, oldest))
    stands = {paper.head_id: deadlines.standing(paper, papers) for paper in papers}
    held = [
        replace(hit, deadline_at=stood.deadline_at) if (stood := stands.get(hit.head_id)) else hit
        for hit in oldest
    ]
    buying = [hit for hit in oldest if hit.principal]
    bought = next((hit for hit in buying if hit.code("principal")), buying[0] if buying else head)
    return Project(
        head.code("project") or head.code("procedure") or code,
        head.title,
        bought.principal,
        bought.code("principal"),
        next((hit.agent for hit in oldest if hit.agent), ""),
        head.market,
        next((hit.region for hit in oldest if hit.region), ""),
        _stages(held),
        _lots(oldest),
        {head_id: stood for head_id, stood in stands.items() if stood.moved},
    )


def _family(code: str) -> list[Hit]:
    """Up from any code to its project, then down to all that carries a code of the project or its procedures."""
    found = found_by_code(*(f"{kind}:{code}" for kind in ("project", "procedure", "lot", "deal")))
    procedures = _codes(found, "procedure")
    projects = _codes(found, "project") or _codes(found_by_code(*procedures), "project")
    procedures |= _codes(found_by_code(*projects), "procedure")
    family = projects | procedures
    return found_by_code(*family) if family else found


def _codes(hits: Iterable[Hit], kind: str) -> set[str]:
    return {code for hit in hits for code in hit.codes if code.startswith(f"{kind}:")}


def _stages(hits: list[Hit]) -> list[Stage]:
    items = {stage: [hit for hit in hits if hit.stage == stage] for stage in standard.stages()}
    reached = max((at for at, stage in enumerate(_MAIN) if items.get(stage)), default=-1)
    ended = bool(items.get("failure")) or reached == len(_MAIN) - 1
    due = [
        hit.deadline_at
        for hit in hits
        if hit.deadline_at and hit.stage in ("notice", "change", "clarification")
    ]
    stages = []
    for stage, found in items.items():
        main = _MAIN.index(stage) if stage in _MAIN else -1
        if found:
            state: Literal["past", "now", "future"] = "now" if main == reached and not ended else "past"
            stages.append(Stage(stage, names.STAGES[stage], state, found))
        elif main > reached and not ended:
            planned = max(due, default=None) if stage == "opening" else None
            stages.append(Stage(stage, names.STAGES[stage], "future", [], planned))
    return stages


def _lots(hits: list[Hit]) -> list[Lot]:
    """The lots in the order of their codes; none when the project has no more than one."""
    codes = sorted({code.partition(":")[2] for hit in hits for code in hit.codes if code.startswith("lot:")})
    return [_lot(code, hits) for code in codes] if len(codes) > 1 else []


def _lot(code: str, hits: list[Hit]) -> Lot:
    own = [hit for hit in hits if f"lot:{code}" in hit.codes]
    alone = [hit for hit in own if sum(c.startswith("lot:") for c in hit.codes) == 1]
    name = next((hit.title for hit in alone if hit.kind in ("lot", "project")), code)
    result = next(
        (hit for hit in reversed(alone) if hit.stage in ("result", "contract") and hit.winner), None
    )
    priced = next((hit for hit in reversed(alone) if hit.amount is not None), None)
    failed = [hit.stage for hit in own if hit.stage == "failure"]
    reached = failed or sorted((hit.stage for hit in own if hit.stage in _MAIN), key=_MAIN.index)
    return Lot(
        code,
        name,
        result.amount if result and result.amount is not None else priced.amount if priced else None,
        result.winner if result else "",
        deadlines.of_lot(code, hits),
        names.STAGES[reached[-1]] if reached else "",
    )
