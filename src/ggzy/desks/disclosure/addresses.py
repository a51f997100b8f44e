"""Where all that is public lies, in parts that never change their place, for those who read the whole site.

A part is a span of record numbers. The numbers and days of its notices come from the index's own order of time, so
that no document is opened for them; what is withdrawn or not public is not in the index and so not here.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection
from tantivy import FieldType, Order, Query, Searcher

from ggzy.desks.disclosure import index
from ggzy.desks.disclosure.query import all_of, any_of, tagged

PART = 50_000
_NAMED = {"project": "projects", "party": "parties"}
"""Kinds of records that have a page of their own code, and where it lies."""
_NUMBER = 2**31 - 1  # of a place in the order of time, what is the record's number (index.at_key)
_LAST = """
    SELECT h.id / %s, max(e.at) FROM kernel_head h JOIN kernel_event e ON e.id = h.event_id
     WHERE NOT h.withdrawn GROUP BY 1 ORDER BY 1"""
_CHANGED = """
    SELECT h.id, e.at FROM kernel_head h JOIN kernel_event e ON e.id = h.event_id
     WHERE h.id >= %s AND h.id < %s AND h.version > 1 AND NOT h.withdrawn"""


def parts() -> list[tuple[int, datetime]]:
    """The numbers of the parts that have addresses, and when the platform last took in one of their records."""
    searcher = index.reader.searcher()
    if searcher is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [PART])
        filled = cursor.fetchall()
    shown = any_of([tagged("listed"), *(tagged(f"kind:{kind}") for kind in _NAMED)])
    return [
        (number, at)
        for number, at in filled
        if searcher.search(all_of([_span(number), shown]), 1, count=False).hits
    ]


def of_part(number: int) -> dict[str, datetime]:
    """The paths of the pages of a part, at most PART, and when each last changed."""
    searcher = index.reader.searcher()
    if searcher is None or not 0 <= number < 2**31:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [number * PART, (number + 1) * PART])
        changed: dict[int, datetime] = dict(cursor.fetchall())
    found = dict(_notices(searcher, number, changed))
    for kind, folder in _NAMED.items():
        found |= _pages_of(searcher, number, changed, kind, folder)
    return found


def _notices(searcher: Searcher, number: int, changed: dict[int, datetime]) -> Iterator[tuple[str, datetime]]:
    asked = all_of([_span(number), tagged("listed")])
    hits = searcher.search(asked, PART, count=False, order_by_field="at", order=Order.Asc).hits
    for key, _address in hits:
        head_id = key & _NUMBER
        yield f"/notices/{head_id}", changed.get(head_id) or datetime.fromtimestamp(key >> 31, UTC)


def _pages_of(
    searcher: Searcher, number: int, changed: dict[int, datetime], kind: str, folder: str
) -> Iterator[tuple[str, datetime]]:
    hits = searcher.search(all_of([_span(number), tagged(f"kind:{kind}")]), PART, count=False).hits
    for entry in index.entries(searcher, (address for _score, address in hits)):
        code = next((code for code in entry.codes if code.startswith(f"{kind}:")), "")
        if code:
            yield f"/{folder}/{code.partition(':')[2]}", changed.get(entry.head_id) or entry.published_at


def _span(number: int) -> Query:
    """The records whose numbers fall into a part."""
    return Query.range_query(
        index.SCHEMA, "head", FieldType.Integer, number * PART, (number + 1) * PART - 1
    )
