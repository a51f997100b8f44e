"""The ledger as a feed: records in the order of the log, each exactly once.

Followers read by the dense index that the sequencer gives, never by id or clock: an id cursor loses what
commits late. What may not be seen yet is not told. It is told when the event that discloses it is, in that
event's place: so who has read up to an index has been told, for good, all that may be seen at that index. In
the same way the erasure of a version is told in the place of the event that erased it.
"""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from typing import NamedTuple

import psycopg
from django.db import connection

from ggzy.kernel.ledger.records import HIDDEN

_HIDDEN = HIDDEN.decode()


class Published(NamedTuple):
    """One version of one record as the ledger published it; `public` is canonical JSON.

    `idx` is the place of the event that carries it, `told` that of the event with which all may see it: the same
    but for what was withheld first, and for what is erased. Such a one comes late: newer versions may have been
    told before it.
    """

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
    erased: bool = False
    told: int = 0

    @property
    def is_hidden(self) -> bool:
        """Nothing of it is public: for the public it does not exist."""
        return self.public == _HIDDEN

    @property
    def is_late(self) -> bool:
        """It is not told with its own event, so it may not be the version in force."""
        return self.told != self.idx


_SHOWN = (
    "SELECT e.idx, r.n, r.head_id, r.version, h.source, r.data_set, h.key, r.withdrawn, e.at, r.public,"
    " r.erased_by IS NOT NULL"
)
_JOINED = " FROM kernel_event e JOIN kernel_record r ON r.event_id = e.id JOIN kernel_head h ON h.id = r.head_id"
_MOMENT = (
    "SELECT d.idx FROM kernel_moment m JOIN kernel_event d ON d.id = m.event_id"
    " WHERE m.chain = e.subject AND d.idx IS NOT NULL"
)
# A record that some event has made known to all; asked for by head, so there are few.
_VISIBLE = f"{_SHOWN}, greatest(e.idx, ({_MOMENT})){_JOINED} WHERE e.idx IS NOT NULL AND (e.disclose = 'public' OR EXISTS ({_MOMENT}))"
_AT_ONCE = (
    f"{_SHOWN}, e.idx{_JOINED} WHERE e.idx >= %(first)s AND e.idx < %(end)s"
    f" AND (e.disclose = 'public' OR EXISTS ({_MOMENT} AND d.idx <= e.idx))"
)
# What an event makes known besides what it carries: told in its place, and rare.
_LATE = f"""
WITH here AS MATERIALIZED (
    SELECT id, idx, type, disclose, body FROM kernel_event
    WHERE idx >= %(first)s AND idx < %(end)s AND disclose = 'public'
      AND (type = 'evidence.erase' OR EXISTS (SELECT 1 FROM kernel_moment m WHERE m.event_id = kernel_event.id))
), late AS (
    SELECT e.id, NULL::int AS n, d.idx AS told FROM here d JOIN kernel_moment m ON m.event_id = d.id
    JOIN kernel_event e ON e.subject = m.chain AND e.idx < d.idx
    UNION ALL
    SELECT (body::json->>'event')::uuid, (body::json->>'n')::int, idx FROM here WHERE type = 'evidence.erase'
)
{_SHOWN}, late.told FROM late JOIN kernel_event e ON e.id = late.id
JOIN kernel_record r ON r.event_id = late.id AND (late.n IS NULL OR r.n = late.n)
JOIN kernel_head h ON h.id = r.head_id ORDER BY late.told, e.idx, r.n
"""  # noqa: S608 - names, not input
_HEADS = f"SELECT head_id FROM ({_AT_ONCE}) t UNION SELECT head_id FROM ({_LATE}) u ORDER BY head_id"  # noqa: S608


def end() -> int:
    """The index that the next sequenced event will get: a reader whose cursor equals it has read all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(idx) + 1, 0) FROM kernel_event")
        return cursor.fetchone()[0]


def published(first: int, events: int = 100) -> Iterator[Published]:
    """The records that the events with `first <= idx < first + events` make known to all, in ledger order.

    An event without records (a sign-in, a refusal) yields nothing; the caller moves its cursor by
    min(first + events, end()).
    """
    given = {"first": first, "end": first + events}
    with connection.cursor() as cursor:
        cursor.execute(_LATE, given)
        late = list(map(Published._make, cursor.fetchall()))
    # Binary, past the ORM's cursor: that one reads each moment in Python, and here are those of all records.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as raw:
        raw.execute(f"{_AT_ONCE} ORDER BY e.idx, r.n", given, binary=True)
        yield from merge(late, _rows(raw), key=lambda p: (p.told, p.idx, p.n)) if late else _rows(raw)


def heads(first: int, end: int) -> list[int]:
    """The records of which the events with `first <= idx < end` make something known to all."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, {"first": first, "end": end})
        return [row[0] for row in cursor.fetchall()]


def _rows(cursor: psycopg.Cursor) -> Iterator[Published]:
    while rows := cursor.fetchmany(2000):
        yield from map(Published._make, rows)


def record(head_id: int, version: int | None = None) -> Published | None:
    """One version of a record, the newest one that all may see when none is named; None until there is one."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_VISIBLE} AND r.head_id = %s AND r.version = coalesce(%s, r.version) ORDER BY r.version DESC LIMIT 1",
            [head_id, version],
        )
        row = cursor.fetchone()
    return Published(*row) if row else None


def versions(head_id: int) -> list[Published]:
    """All versions of one record that all may see, the first one first."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_VISIBLE} AND r.head_id = %s ORDER BY r.version", [head_id])
        return [Published(*row) for row in cursor.fetchall()]
