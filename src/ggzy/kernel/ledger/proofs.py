"""Proofs out of the running log: that an event is in it, that it only grew, and all that a subject did."""

from base64 import b64encode
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection

from ggzy.kernel.ledger import tiles, tree
from ggzy.kernel.ledger.emit import event_json
from ggzy.kernel.ledger.models import Checkpoint, Event, Log
from ggzy.kernel.ledger.proof import Proof
from ggzy.kernel.ledger.publishing import read_tile

PUBLIC = "public"
# The index by leaf holds the events that have a place; those that wait for one are few and looked through.
_BY_LEAF = """
SELECT id FROM kernel_event WHERE idx IS NOT NULL AND sha256('\\x00'::bytea || entry) = %(leaf)s
UNION ALL
SELECT id FROM kernel_event WHERE idx IS NULL AND sha256('\\x00'::bytea || entry) = %(leaf)s
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """An event as it may be shown: its canonical JSON and its salt, or only its leaf when it is withheld."""

    event: str | None
    salt: bytes | None
    entry: bytes
    idx: int | None


def shown(event: Event) -> Shown:
    """What everyone may see of an event."""
    if event.disclose != PUBLIC:
        return Shown(None, None, bytes(event.entry), event.idx)
    prev = None if event.prev is None else bytes(event.prev)
    text = event_json(
        event.id, event.subject, event.subject_seq, event.type, event.actor, event.at, event.body.encode(), prev
    )
    return Shown(text.decode(), bytes(event.salt), bytes(event.entry), event.idx)


def inclusion(event: Event) -> Proof | None:
    """The proof that this event is in its log, under the newest signed checkpoint; None while there is none."""
    if event.idx is None or event.log_id is None:
        return None
    log = Log.objects.get(pk=event.log_id)
    index = event.idx - log.first
    newest = Checkpoint.objects.filter(log_id=log.pk, note__isnull=False, size__gt=index).order_by("-size").first()
    if newest is None or newest.note is None:
        return None
    return Proof(index, tree.inclusion_proof(index, newest.size, reader(log.pk, newest.size)), newest.note)


def by_leaf(leaf: bytes) -> Event | None:
    """The event under this leaf hash."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_LEAF, {"leaf": leaf})
        row = cursor.fetchone()
    return Event.objects.get(pk=row[0]) if row else None


def consistency(year: int, old: int, new: int) -> list[bytes]:
    """The hashes that show that the year's log only grew between two sizes; LookupError beyond its size."""
    log = Log.objects.filter(pk=year).first()
    if log is None or not 0 < old <= new <= log.size:
        raise LookupError(f"the log of {year} has no such sizes")
    return tree.consistency_proof(old, new, reader(year, new))


def trace(subject: str) -> list[dict[str, Any]]:
    """All events of a subject in order; those that are withheld show only their leaf, so none can be left out."""
    answer = []
    for event in Event.objects.filter(subject=subject).order_by("subject_seq"):
        seen = shown(event)
        answer.append(
            {
                "seq": event.subject_seq,
                "index": seen.idx,
                "event": seen.event,
                "salt": None if seen.salt is None else b64encode(seen.salt).decode(),
                "entry": seen.entry.decode(),
                "leaf": tree.leaf_hash(seen.entry).hex(),
            }
        )
    return answer


def event_of(event_id: UUID) -> Event:
    """The event with this id."""
    return Event.objects.get(pk=event_id)


def reader(log_id: int, size: int) -> tree.Reader:
    """Read the log's tree as it was at this size."""
    return tiles.reader(size, partial(read_tile, log_id))
