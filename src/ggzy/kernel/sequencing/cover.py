"""Cover: sealed events enter the log in rounds, among leaves that mean nothing, so that nobody can count them.

Every round adds 4, 16, 64, 256 … leaves, also when nothing happened, from the first sealed event of this
installation on. A cover leaf is an event like any other, on a chain of its own: a salted commitment without
content. Only auditors can tell it from a real one, and only afterwards can they be shown that it was none.

What a leaf shows of a sealed event is its hour (see disclosure.shown_time). So each hour since the last round, give
or take a minute by which clocks differ, is filled up to a bucket of its own; the order within a round is random.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import SystemRandom
from uuid import UUID

import psycopg
from django.db import connection, transaction

from ggzy.kernel.ledger import disclosure, years
from ggzy.kernel.ledger.emit import Happening, emit_all, hold
from ggzy.kernel.ledger.models import Chain
from ggzy.kernel.sequencing import growing
from ggzy.kernel.tlog import entry

SUBJECT = "cover"
MOST = 4**7
_SKEW = timedelta(minutes=1)
_chance = SystemRandom()
_SEALED = sorted(disclosure.SEALED)
_PENDING = """
SELECT id, entry FROM kernel_event WHERE idx IS NULL AND disclose = ANY(%s) ORDER BY id LIMIT %s
"""
_PLACE = """
UPDATE kernel_event e SET idx = v.idx, log_id = %s
FROM unnest(%s::uuid[], %s::int8[]) AS v(id, idx) WHERE e.id = v.id AND e.idx IS NULL
"""
Leaf = tuple[UUID, bytes]


def grow(at: datetime) -> int:
    """One round: take in the sealed events that wait and their cover; returns how many leaves there are now more."""
    with transaction.atomic():
        log = growing.log_of(years.year(at))
        waiting = _waiting()
        since = _last_round()
        if not waiting and since is None:
            return 0
        leaves = mixed(waiting, _cover(waiting, min(since or at, at), at))
        first = log.first + log.size
        places = [first + i for i in range(len(leaves))]
        with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(_PLACE, [log.pk, [leaf_id for leaf_id, _ in leaves], places])
            if cursor.rowcount != len(leaves):
                raise LookupError("a sealed event has got its place elsewhere")
        growing.extend(log, [written for _, written in leaves])
    return len(leaves)


def bucket(events: int) -> int:
    """How many leaves stand for so many events in a round: the next of 4, 16, 64, 256 …"""
    leaves = 4
    while leaves < events:
        leaves *= 4
    return leaves


def mixed(waiting: list[Leaf], covering: list[Leaf]) -> list[Leaf]:
    """Both in one row: the places of those that waited are drawn by lot, their own order stays."""
    drawn = set(_chance.sample(range(len(waiting) + len(covering)), len(waiting)))
    real, fill = iter(waiting), iter(covering)
    return [next(real if place in drawn else fill) for place in range(len(waiting) + len(covering))]


def _waiting() -> list[Leaf]:
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(_PENDING, [_SEALED, MOST], binary=True).fetchall()


def _last_round() -> datetime | None:
    """When cover was last made, as its newest event's id tells (RFC 9562 section 5.7); None before the first time."""
    chain = Chain.objects.filter(pk=disclosure.chain_of(SUBJECT, "cover")).first()
    if chain is None or chain.last_id is None:
        return None
    return datetime.fromtimestamp((chain.last_id.int >> 80) / 1000, UTC)


def _cover(waiting: list[Leaf], since: datetime, at: datetime) -> list[Leaf]:
    """The leaves that fill up each hour of this round."""
    told = Counter(entry.moment(written) for _, written in waiting)
    hour = disclosure.shown_time("cover", since - _SKEW)
    while hour <= at + _SKEW:
        told[hour] += 0
        hour += timedelta(hours=1)
    fill = [hour for hour, events in told.items() for _ in range(bucket(events) - events)]
    happenings = [Happening("cover", "clock", hour, {}, "cover") for hour in fill]
    return [(made.event_id, made.entry) for made in emit_all(hold(SUBJECT), happenings)]
