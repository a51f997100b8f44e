"""The deadlines of a list as bidders keep them in a calendar: one for each trade, at the moment that holds now."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from ggzy.desks.disclosure import deadlines, index
from ggzy.desks.disclosure.filters import Query
from ggzy.desks.disclosure.query import Hit, all_of, between, carrying, matching, newest_hits, tagged
from ggzy.kernel import clock

MOST = 1_000
"""Deadlines of one calendar; those that come next stand first."""
KEPT = timedelta(days=30)
"""How long a deadline stays after it has passed."""
_MOST_PAPERS = 5_000
_TOGETHER = 300  # codes of one search
_SCOPES = ("lot:", "procedure:", "project:")


class Deadline(NamedTuple):
    """A deadline that holds: `first` is the paper that began the trade, `ruling` the one that sets the moment.

    `lots` are codes, none where it holds for all. `moved_at` is when a paper last had a word in it; the `failure` is
    the paper that ended the trade. Together with the lot's code, `first` names it for good.
    """

    at: datetime
    first: Hit
    ruling: Hit
    lots: tuple[str, ...]
    moved_at: datetime
    failure: Hit | None = None

    @property
    def name(self) -> str:
        """What stays the same when the deadline moves: the trade's first paper and the first of the lots."""
        lots = self.lots or tuple(sorted(code for code in self.first.codes if code.startswith("lot:")))[:1]
        return "-".join(filter(None, (str(self.first.head_id), *(code.removeprefix("lot:") for code in lots[:1]))))


def of_list(query: Query) -> tuple[list[Deadline], bool]:
    """The deadlines of a list, those that come next first, and whether there are more than MOST.

    A change notice rules over the papers of a list even where the list is of another kind or stage.
    """
    searcher = index.reader.searcher()
    if searcher is None:
        return [], False
    now = clock.now()
    wide = replace(query, kind=(), stage=())
    asked = all_of([matching(wide, searcher), deadlines.calls(), between("deadline", now - KEPT, None)])
    papers = _with_their_family(newest_hits(searcher, asked, _MOST_PAPERS))
    wanted = [paper for paper in papers if _is_of(query, paper)]
    found = [deadline for deadline in _deadlines(papers, wanted) if deadline.at >= now - KEPT]
    found.sort(key=lambda deadline: (deadline.at < now, deadline.at, deadline.name))
    return found[:MOST], len(found) > MOST or len(papers) >= _MOST_PAPERS


def of_papers(papers: Sequence[Hit]) -> list[Deadline]:
    """The deadlines of all papers of a project, past ones too."""
    calls = [paper for paper in papers if deadlines.sets_one(paper)]
    return _deadlines(_with_their_family(calls), calls)


def _is_of(query: Query, paper: Hit) -> bool:
    return (not query.kind or paper.kind in query.kind) and (not query.stage or paper.stage in query.stage)


def _with_their_family(papers: Sequence[Hit]) -> list[Hit]:
    """Some papers, and all others that speak of the same lots, procedures or projects."""
    found = {paper.head_id: paper for paper in papers}
    searcher = index.reader.searcher()
    for codes in _codes(papers):
        found |= {paper.head_id: paper for paper in deadlines.papers(searcher, carrying(*codes))}
    return list(found.values())


def _failures(papers: Sequence[Hit]) -> list[Hit]:
    """The papers that ended a trade of which some papers speak."""
    searcher = index.reader.searcher()
    return [
        paper
        for codes in _codes(papers)
        for paper in newest_hits(searcher, all_of([carrying(*codes), tagged("stage:failure")]), _MOST_PAPERS)
    ]


def _codes(papers: Sequence[Hit]) -> Iterator[list[str]]:
    """The codes of what some papers speak of, a few hundred at a time."""
    codes = sorted({code for paper in papers for code in paper.codes if code.startswith(_SCOPES)})
    return (codes[first : first + _TOGETHER] for first in range(0, len(codes), _TOGETHER))


def _deadlines(papers: Sequence[Hit], wanted: Iterable[Hit]) -> list[Deadline]:
    """What holds for each trade of the wanted papers, the earliest first."""
    about, failures = _by_code(papers), _by_code(_failures(papers))
    ruled = {paper.head_id: deadlines.rulings(paper, _sharing(paper, about)) for paper in papers}
    under: dict[int, list[Hit]] = {}
    for paper in papers:
        for ruling in ruled[paper.head_id]:
            under.setdefault(ruling.paper.head_id, []).append(paper)
    named: dict[str, Deadline] = {}
    for paper in wanted:
        peers = [peer for ruling in ruled[paper.head_id] for peer in under[ruling.paper.head_id]]
        first = min(peers, key=_began, default=paper)
        for ruling in ruled[first.head_id]:
            found = _deadline(first, ruling, _sharing(first, failures))
            named[found.name] = found
    return sorted(named.values(), key=lambda deadline: (deadline.at, deadline.name))


def _deadline(first: Hit, ruling: deadlines.Ruling, failures: Iterable[Hit]) -> Deadline:
    lots = {f"lot:{lot}" for lot in ruling.lots}
    ended = [
        paper
        for paper in failures
        if paper.stage == "failure"
        and paper.published_at >= first.published_at
        and (not lots or not _lots(paper) or lots & {*paper.codes})
    ]
    failure = max(ended, key=_began, default=None)
    spoke = max(_moved(paper) for paper in (first, ruling.paper, failure) if paper)
    return Deadline(ruling.at, first, ruling.paper, ruling.lots, spoke, failure)


def _by_code(papers: Iterable[Hit]) -> dict[str, list[Hit]]:
    about: dict[str, list[Hit]] = {}
    for paper in papers:
        for code in paper.codes:
            if code.startswith(_SCOPES):
                about.setdefault(code, []).append(paper)
    return about


def _sharing(paper: Hit, about: dict[str, list[Hit]]) -> list[Hit]:
    """The paper itself and those that share a lot, procedure or project with it."""
    found = {other.head_id: other for code in paper.codes for other in about.get(code, ())}
    return list({paper.head_id: paper, **found}.values())


def _lots(paper: Hit) -> list[str]:
    return [code for code in paper.codes if code.startswith("lot:")]


def _began(paper: Hit) -> tuple[datetime, int]:
    return paper.published_at, paper.head_id


def _moved(paper: Hit) -> datetime:
    return max(paper.published_at, paper.changed_at or paper.published_at)
