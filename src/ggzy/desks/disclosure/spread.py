"""How the entries of a list spread over days, and how to part it so that no part is too long."""

from datetime import date, datetime
from typing import NamedTuple

from ggzy.desks.disclosure import index
from ggzy.desks.disclosure.filters import Query
from ggzy.desks.disclosure.query import matching
from ggzy.standard import CHINA

_DAY = 86_400 << 31
_EAST = 8 * 3600 << 31
_DAYS = {"days": {"histogram": {"field": "at", "interval": _DAY, "offset": _DAY - _EAST, "min_doc_count": 1}}}


class Part(NamedTuple):
    """Some days of a list that follow one another, both included, and how many entries they have."""

    since: date
    until: date
    entries: int


def days(query: Query) -> list[tuple[date, int]]:
    """The city's days on which a list has entries, the newest first, with how many."""
    searcher = index.reader.searcher()
    if searcher is None:
        return []
    buckets = searcher.aggregate(matching(query, searcher), _DAYS)["days"]["buckets"]
    return [(_city_day(int(bucket["key"])), bucket["doc_count"]) for bucket in reversed(buckets)]


def parts(query: Query, most: int) -> list[Part]:
    """A list in parts of whole days with at most so many entries each, the newest first.

    Only a single day that has more stands as a part that is too long.
    """
    found: list[Part] = []
    for day, count in days(query):
        if found and found[-1].entries + count <= most:
            found[-1] = Part(day, found[-1].until, found[-1].entries + count)
        else:
            found.append(Part(day, day, count))
    return found


def _city_day(key: int) -> date:
    """The day that begins here; a figure that came back rounded still falls into it."""
    return datetime.fromtimestamp((key >> 31) + 1, CHINA).date()
