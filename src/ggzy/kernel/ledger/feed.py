"""The ledger as a feed: records in the order of the log, each exactly once.

Followers read by the dense index that the sequencer gives, never by id or clock: an id cursor loses what
commits late.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from ggzy.kernel.ledger.records import HIDDEN

_HIDDEN = HIDDEN.decode()


class Published(NamedTuple):
    """One version of one record as the ledger published it; `public` is canonical JSON."""

    idx: int
    n: int
    head_id: int
    version: int
    source: str
    data_set: str
    key: str
    withdrawn: bool
    at: datetime
    public: str

    @property
    def is_hidden(self) -> bool:
        """Nothing of it is public: for the public it does not exist."""
        return self.public == _HIDDEN


_COLUMNS = (
    "SELECT e.idx, r.n, r.head_id, r.version, h.source, r.data_set, h.key, r.withdrawn, e.at, r.public"
    " FROM kernel_event e JOIN kernel_record r ON r.event_id = e.id JOIN kernel_head h ON h.id = r.head_id"
)


def end() -> int:
    """The index that the next sequenced event will get: a reader whose cursor equals it has read all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(idx) + 1, 0) FROM kernel_event")
        return cursor.fetchone()[0]


def published(first: int, events: int = 100) -> Iterator[Published]:
    """The records of the events with `first <= idx < first + events`, in ledger order.

    An event without records (a sign-in, a refusal) yields nothing; the caller moves its cursor by
    min(first + events, end()).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_COLUMNS} WHERE e.idx >= %s AND e.idx < %s ORDER BY e.idx, r.n",
            [first, first + events],
        )
        while rows := cursor.fetchmany(2000):
            yield from map(Published._make, rows)


def record(head_id: int, version: int | None = None) -> Published | None:
    """One version of a record, the one in force when none is named; None until it has its place in the log."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_COLUMNS} WHERE r.head_id = %s AND r.version = coalesce(%s, h.version) AND e.idx IS NOT NULL",
            [head_id, version],
        )
        row = cursor.fetchone()
    return Published(*row) if row else None


def versions(head_id: int) -> list[Published]:
    """All versions of one record that have their place in the log, the first one first."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_COLUMNS} WHERE r.head_id = %s AND e.idx IS NOT NULL ORDER BY r.version", [head_id])
        return [Published(*row) for row in cursor.fetchall()]
