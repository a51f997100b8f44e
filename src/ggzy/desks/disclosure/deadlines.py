"""Which paper's deadline holds: a correction, clarification or change moves what an earlier paper said."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from tantivy import Query, Searcher

from ggzy.desks.disclosure import index
from ggzy.desks.disclosure.query import Hit, all_of, any_of, carrying, newest_hits, span, tagged
from ggzy.desks.disclosure.slices import Family
from ggzy.kernel import clock

CALLS = ("notice", "prequalification", "change", "clarification")
"""Stages whose papers set a deadline for bidders; a later one moves it."""

_MOST_PAPERS = 2000
_SCOPES = ("lot:", "procedure:", "project:")


class Ruling(NamedTuple):
    """A deadline that holds and the paper that sets it; `lots` are codes, none where it holds for all."""

    at: datetime
    paper: Hit
    lots: tuple[str, ...] = ()


class Standing(NamedTuple):
    """What holds for the lots of one paper.

    `deadline_at` is the next deadline, or the last one when all have passed; `replaced` is the paper's own where it
    holds for no lot any more; `moved` are the deadlines that other papers set.
    """

    deadline_at: datetime | None
    replaced: datetime | None = None
    moved: tuple[Ruling, ...] = ()


def sets_one(hit: Hit) -> bool:
    """Whether a paper sets a deadline for bidders."""
    return hit.stage in CALLS and hit.deadline_at is not None


def calls() -> Query:
    """Entries of the stages whose papers set deadlines."""
    return any_of([tagged(f"stage:{stage}") for stage in CALLS])


def papers_about(hit: Hit) -> list[Hit]:
    """The other public papers with a deadline that share a lot, procedure or project with this one."""
    searcher = index.reader.searcher()
    codes = [code for code in hit.codes if code.startswith(_SCOPES)]
    if searcher is None or not codes:
        return []
    return [other for other in papers(searcher, carrying(*codes)) if other.head_id != hit.head_id]


def papers(searcher: Searcher, asked: Query) -> list[Hit]:
    """The papers with a deadline among some entries, the newest first: those have the last word."""
    return newest_hits(searcher, all_of([asked, calls(), span("deadline", 0, None)]), _MOST_PAPERS)


def papers_of(family: Family) -> list[Hit]:
    """The papers of a project that set deadlines, the newest first."""
    if family.is_whole:
        return [hit for hit in reversed(family.first) if sets_one(hit)]
    return papers(family.searcher, family.asked)


def standings(hits: Sequence[Hit]) -> Iterator[tuple[Hit, Standing]]:
    """What holds for each paper of a list, all read at once; other records stand for themselves."""
    for hit, others in _each_with_others(hits):
        yield hit, standing(hit, others)


def held(hits: Sequence[Hit]) -> list[Hit]:
    """The lines of a list with the deadlines that hold now, not those that a later paper has moved."""
    return [replace(hit, deadline_at=stood.deadline_at) for hit, stood in standings(hits)]


def ruling(hits: Sequence[Hit]) -> Iterator[tuple[Hit, bool]]:
    """Whether each paper of a list sets the deadline of at least one of its lots."""
    for hit, others in _each_with_others(hits):
        yield hit, any(found.paper.head_id == hit.head_id for found in rulings(hit, others))


def _each_with_others(hits: Sequence[Hit]) -> Iterator[tuple[Hit, list[Hit]]]:
    """Each record with the other papers about its lots, procedures and projects, read in one go."""
    searcher = index.reader.searcher()
    codes = {code for hit in hits if sets_one(hit) for code in hit.codes if code.startswith(_SCOPES)}
    about: dict[str, list[Hit]] = {}
    for paper in papers(searcher, carrying(*codes)) if searcher and codes else ():
        for code in codes.intersection(paper.codes):
            about.setdefault(code, []).append(paper)
    for hit in hits:
        others = {other.head_id: other for code in hit.codes for other in about.get(code, ())}
        others.pop(hit.head_id, None)
        yield hit, list(others.values())


def rulings(paper: Hit, papers: Iterable[Hit]) -> list[Ruling]:
    """For all lots of a paper the deadline that holds, each with the paper that sets it."""
    others = sorted((other for other in papers if sets_one(other)), key=_word)
    ruled: dict[int, tuple[Hit, list[str]]] = {}
    parts = _parts(paper)
    for part in parts or ("",):
        last = _last_word(paper, part, others)
        ruled.setdefault(last.head_id, (last, []))[1].append(part.partition(":")[2])
    return [
        Ruling(last.deadline_at, last, tuple(lots) if len(ruled) > 1 else ())
        for last, lots in ruled.values()
        if last.deadline_at is not None
    ]


def standing(paper: Hit, papers: Iterable[Hit]) -> Standing:
    """What holds for a paper's lots now, given all papers of its trade."""
    if not sets_one(paper):
        return Standing(paper.deadline_at)
    found = rulings(paper, papers)
    moved = tuple(ruling for ruling in found if ruling.paper.head_id != paper.head_id)
    moments = [ruling.at for ruling in found]
    now = clock.now()
    shown = min((at for at in moments if at >= now), default=max(moments))
    return Standing(shown, paper.deadline_at if len(moved) == len(found) else None, moved)


def of_lot(code: str, papers: Sequence[Hit]) -> datetime | None:
    """The deadline that holds for a lot in its last round; nothing when no paper names the lot."""
    named = [paper for paper in papers if sets_one(paper) and f"lot:{code}" in paper.codes]
    if not named:
        return None
    newest = max(named, key=lambda paper: paper.published_at)
    return _last_word(newest, f"lot:{code}", sorted(filter(sets_one, papers), key=_word)).deadline_at


def _word(hit: Hit) -> tuple[datetime, int]:
    """When a paper last spoke: a new version of a notice often keeps the date of its first publication."""
    return max(hit.published_at, hit.changed_at or hit.published_at), hit.head_id


def _parts(paper: Hit) -> list[str]:
    """The lots of a paper; of one that names none its procedures, or else its projects."""
    found = ([code for code in paper.codes if code.startswith(scope)] for scope in _SCOPES)
    return next(filter(None, found), [])


def _last_word(paper: Hit, part: str, others: Iterable[Hit]) -> Hit:
    """The paper that rules for one part; `others` in the order in which they spoke."""
    ruling = paper
    for other in others:
        if _word(other) > _word(ruling) and _covers(other, paper, part) and _is_same_round(ruling, other):
            ruling = other
    return ruling


def _covers(other: Hit, paper: Hit, part: str) -> bool:
    """Whether a paper speaks of a part: it names it, or names no lots and so speaks of the whole procedure."""
    own = _parts(other)
    names_lots = any(code.startswith("lot:") for code in own)
    return part in own or (not names_lots and not set(own).isdisjoint(paper.codes))


def _is_same_round(one: Hit, other: Hit) -> bool:
    """Neither was published after the other's deadline: a second tender for the same lots moves nothing."""
    if one.deadline_at is None or other.deadline_at is None:
        return False
    return one.published_at <= other.deadline_at and other.published_at <= one.deadline_at
