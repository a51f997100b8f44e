"""Proofs out of the running log: that an event is in it, that it only grew, and all that a subject did."""

from base64 import b64encode
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection

from ggzy.kernel.ledger import disclosure
from ggzy.kernel.ledger.disclosure import Reader
from ggzy.kernel.ledger.emit import event_json
from ggzy.kernel.ledger.models import Chain, Checkpoint, Event, Log, Moment
from ggzy.kernel.ledger.stored import read_tile
from ggzy.kernel.tlog import tiles, tree
from ggzy.kernel.tlog.proof import Proof

MOST_LINES = 1000
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


def shown(event: Event, reader: Reader = "public") -> Shown:
    """What this reader may see of an event."""
    if not disclosure.may_see(event.disclose, reader, _reached(event.subject)):
        return Shown(None, None, bytes(event.entry), event.idx)
    return _shown(event)


def is_public(event: Event) -> bool:
    """Whether all may see the event now."""
    return disclosure.may_see(event.disclose, "public", _reached(event.subject))


def _shown(event: Event) -> Shown:
    prev = None if event.prev is None else bytes(event.prev)
    text = event_json(
        event.id, event.subject, event.subject_seq, event.type, event.actor, event.at, event.body.encode(), prev
    )
    return Shown(text.decode(), bytes(event.salt), bytes(event.entry), event.idx)


def _reached(chain: str) -> bool:
    """Whether all may see what was withheld on this chain; on an open chain nothing waits for a moment."""
    return bool(disclosure.sealed_as(chain)) and Moment.objects.filter(pk=chain).exists()


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


@dataclass(frozen=True, slots=True)
class Trace:
    """A stretch of one chain, without gaps; `next` continues it, `sealed` names the subject's other chains."""

    lines: list[dict[str, Any]]
    next: int | None
    sealed: list[str]


def trace(chain: str, reader: Reader = "public", after: int = 0, limit: int = 100) -> Trace | None:
    """The events of a chain in order, at most `limit` (1,000) of those behind number `after`.

    What is withheld shows only its leaf and its class, so none can be left out. A sealed chain, whose number of
    events is secret, is for the public not there before its moment; then it is there as a whole, and the event
    that discloses it says how many it holds and how they end. None when there is no such chain for this reader.
    """
    sealed = disclosure.sealed_as(chain)
    if "\0" in chain or (disclosure.MARK in chain and sealed not in disclosure.SEALED):
        return None
    reached = _reached(chain)
    if sealed and not disclosure.may_see(sealed, reader, reached):
        return None
    limit = max(1, min(limit, MOST_LINES))
    found = list(Event.objects.filter(subject=chain, subject_seq__gt=after).order_by("subject_seq")[: limit + 1])
    others = [] if sealed else _sealed_chains(chain, reader)
    if not found and not others and not Chain.objects.filter(pk=chain, seq__gt=0).exists():
        return None
    lines = [_line(event, disclosure.may_see(event.disclose, reader, reached)) for event in found[:limit]]
    return Trace(lines, found[limit - 1].subject_seq if len(found) > limit else None, others)


def _line(event: Event, visible: bool) -> dict[str, Any]:
    seen = _shown(event) if visible else Shown(None, None, bytes(event.entry), event.idx)
    return {
        "seq": event.subject_seq,
        "index": seen.idx,
        "class": event.disclose,
        "event": seen.event,
        "salt": None if seen.salt is None else b64encode(seen.salt).decode(),
        "entry": seen.entry.decode(),
        "leaf": tree.leaf_hash(seen.entry).hex(),
        "erased_by": None if event.erased_by is None else str(event.erased_by),
    }


def _sealed_chains(subject: str, reader: Reader) -> list[str]:
    """The sealed chains beside a subject's open one that this reader may see."""
    names = [disclosure.chain_of(subject, name) for name in sorted(disclosure.SEALED)]
    there = Chain.objects.filter(pk__in=names, seq__gt=0).order_by("pk").values_list("pk", flat=True)
    return [name for name in there if disclosure.may_see(disclosure.sealed_as(name), reader, _reached(name))]


def event_of(event_id: UUID) -> Event:
    """The event with this id."""
    return Event.objects.get(pk=event_id)


def reader(log_id: int, size: int) -> tree.Reader:
    """Read the log's tree as it was at this size."""
    return tiles.reader(size, partial(read_tile, log_id))
