"""What records say in full, both parts of the version in force: for those of the house that keep registers by them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from django.db import connection

_IN_FORCE = """
SELECT h.id, h.source, h.data_set, h.key, h.version, h.stamp, h.withdrawn, r.public, r.private
FROM kernel_head h JOIN kernel_record r ON r.event_id = h.event_id AND r.n = h.n WHERE h.id = ANY(%s) ORDER BY h.id
"""
_TOUCHED = """
SELECT DISTINCT r.head_id FROM kernel_event e JOIN kernel_record r ON r.event_id = e.id
WHERE e.idx >= %s AND e.idx < %s AND r.data_set = ANY(%s) ORDER BY r.head_id
"""
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Content(NamedTuple):
    """A record's version in force; `stamp` is its sender's own time of the data (yyyyMMddHHmmss)."""

    head_id: int
    source: str
    data_set: str
    key: str
    version: int
    stamp: str
    withdrawn: bool
    public: str
    private: str

    @property
    def fields(self) -> dict[str, str]:
        """All fields that the record has, none masked; of a withdrawn or erased one there may be none."""
        both = _decode(self.public) | _decode(self.private)
        return {name: value for name, value in both.items() if isinstance(value, str)}


def in_force(head_ids: Sequence[int]) -> list[Content]:
    """What these records say now, in the order of their numbers."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [list(head_ids)])
        return [Content._make(row) for row in cursor.fetchall()]


def touched(first: int, end: int, data_sets: Sequence[str]) -> list[int]:
    """The records of these data sets of which an event with `first <= idx < end` carries a version."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, [first, end, list(data_sets)])
        return [row[0] for row in cursor.fetchall()]
