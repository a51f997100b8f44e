"""The lots of one project: what is known of each now, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ggzy.desks.disclosure import deadlines, names
from ggzy.desks.disclosure.entry import LISTED
from ggzy.desks.disclosure.query import Hit, all_of, any_of, carrying, tagged
from ggzy.desks.disclosure.slices import Family

ON_A_PAGE = 24

_NAMING = ("lot", "project")
"""Kinds whose records give a lot its name."""
_REACHED = ("notice", "opening", "candidates", "result", "contract", "performance")


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot: what is known of it now; `state` is the stage it has reached, in words."""

    code: str
    name: str
    amount: Decimal | None
    winner: str
    deadline_at: datetime | None
    state: str


def lots_of(family: Family, papers: Sequence[Hit], page: int = 1) -> tuple[list[Lot], int]:
    """A page of the lots in the order of their codes and how many there are; none when there is only one.

    `papers` are those of the project that set deadlines.
    """
    telling = any_of([tagged("listed"), *(tagged(f"kind:{kind}") for kind in _NAMING)])
    codes = sorted({c for own in family.codes(telling, _tells) for c in own if c.startswith("lot:")})
    if len(codes) < 2:
        return [], len(codes)
    shown = codes[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    hits = family.oldest(all_of([telling, carrying(*shown)]), _tells, family.total) if shown else []
    return [_lot(code.partition(":")[2], hits, papers) for code in shown], len(codes)


def _tells(hit: Hit) -> bool:
    """Whether a record says how a lot stands: notices do, and those that name it."""
    return hit.kind in LISTED or hit.kind in _NAMING


def _lot(code: str, hits: Sequence[Hit], papers: Sequence[Hit]) -> Lot:
    own = [hit for hit in hits if f"lot:{code}" in hit.codes]
    alone = [hit for hit in own if sum(c.startswith("lot:") for c in hit.codes) == 1]
    name = next((hit.title for hit in alone if hit.kind in _NAMING), code)
    result = next(
        (hit for hit in reversed(alone) if hit.stage in ("result", "contract") and hit.winner), None
    )
    priced = next((hit for hit in reversed(alone) if hit.amount is not None), None)
    failed = [hit.stage for hit in own if hit.stage == "failure"]
    reached = failed or sorted((hit.stage for hit in own if hit.stage in _REACHED), key=_REACHED.index)
    return Lot(
        code,
        name,
        result.amount if result and result.amount is not None else priced.amount if priced else None,
        result.winner if result else "",
        deadlines.of_lot(code, papers),
        names.STAGES[reached[-1]] if reached else "",
    )
