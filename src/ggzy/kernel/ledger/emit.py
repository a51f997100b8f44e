"""Emit: write an event in the transaction of the action that it names.

An event without its change, or a change without its event, is then impossible. The event gets its place in
the log later, from the sequencer; what is fixed here are its bytes.
"""

import os
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection
from django.db.transaction import TransactionManagementError

from ggzy.kernel import clock
from ggzy.kernel.errors import Conflict, Unprocessable
from ggzy.kernel.ledger import disclosure
from ggzy.kernel.ledger.models import Chain, Moment
from ggzy.kernel.tlog import entry, tree

LONGEST_SUBJECT = 500
_NEVER_EMITTED = frozenset({"erased"})
_HOLD = "SELECT seq, last, last_id FROM kernel_chain WHERE subject = %s FOR UPDATE"
_CREATE = "INSERT INTO kernel_chain (subject, seq) VALUES (%s, 0) ON CONFLICT DO NOTHING RETURNING seq, last, last_id"
_MOVE = """
UPDATE kernel_chain SET seq = %(seq)s, last = %(last)s, last_id = %(last_id)s
WHERE subject = %(subject)s AND seq = %(before)s
"""
_COLUMNS = "id, subject, subject_seq, type, actor, at, body, prev, salt, disclose, entry"
_TYPES = ["uuid", "text", "int8", "text", "text", "timestamptz", "text", "bytea", "bytea", "text", "bytea"]
_COPY = f"COPY kernel_event ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
# One statement: the chain moves on and the event is written, or, where the chain is not as it was held, neither.
_MOVE_AND_INSERT = f"""
WITH held AS ({_MOVE} RETURNING 1)
INSERT INTO kernel_event ({_COLUMNS})
SELECT {", ".join(f"%({column})s" for column in _COLUMNS.split(", "))} FROM held
"""  # noqa: S608 - names, not input


@dataclass(frozen=True, slots=True)
class Happening:
    """What an event says happened, before it has its place in a chain.

    `body` holds texts, whole numbers, booleans, lists and objects with ASCII keys; anything else is a
    ValueError. `disclose` names who may see event and salt, and from when (see disclosure.CLASSES);
    `discloses` names the classes of which this event, a public one, lets all see what its subject withheld.
    """

    type: str
    actor: str
    at: datetime
    body: dict[str, Any]
    disclose: str = "public"
    discloses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Emitted:
    """An event as it was written: its place within its subject and the leaf that will stand in the log."""

    event_id: UUID
    leaf_hash: bytes
    entry: bytes
    commitment: bytes
    seq: int


def hold(subject: str) -> Chain:
    """Lock the subject's chain until the transaction ends, so that acts on one subject never interleave.

    The chain is made when the subject is new; Unprocessable when no subject can be called so.
    """
    _require_transaction()
    if len(subject) > LONGEST_SUBJECT or "\0" in subject or disclosure.MARK in subject:
        raise Unprocessable("没有这样的办理对象。请核对编号。", code="action.subject")
    return _hold(subject)


def _hold(subject: str) -> Chain:
    row = _execute(_HOLD, (subject,)).fetchone()
    while row is None:  # another transaction may have made the chain and be about to commit
        row = _execute(_CREATE, (subject,)).fetchone() or _execute(_HOLD, (subject,)).fetchone()
    seq, last, last_id = row
    return Chain(subject, seq, last, last_id)


def emit(
    chain: Chain,
    *,
    type: str,
    actor: str,
    at: datetime,
    body: dict[str, Any],
    disclose: str = "public",
    discloses: tuple[str, ...] = (),
) -> Emitted:
    """Write the next event of a chain that this transaction holds; see Happening for what may be said."""
    return emit_all(chain, [Happening(type, actor, at, body, disclose, discloses)])[0]


def emit_all(chain: Chain, happenings: Sequence[Happening]) -> list[Emitted]:
    """Write the next events of a chain that this transaction holds, all of them or none, in this order.

    The chain's row is written once however many they are, and two or more travel in one COPY. All are of one
    disclosure class; those of a sealed class go to the subject's chain of that class.
    """
    _require_transaction()
    if not happenings:
        return []
    disclose = happenings[0].disclose
    if any(happening.disclose != disclose for happening in happenings) or disclose in _NEVER_EMITTED:
        raise ValueError("events that are written together are of one class that can be chosen")
    if disclose in disclosure.SEALED:
        chain = _hold(disclosure.chain_of(chain.subject, disclose))
    moments = [_moments(chain, happening) for happening in happenings] if any(h.discloses for h in happenings) else []
    if moments:
        happenings = [
            replace(h, body={**h.body, "discloses": said}) if said else h
            for h, said in zip(happenings, moments, strict=True)
        ]
    emitted = _write(chain, happenings)
    for event, said in zip(emitted, moments, strict=False):
        Moment.objects.bulk_create(Moment(chain=moment["chain"], event_id=event.event_id) for moment in said)
    return emitted


def _moments(chain: Chain, happening: Happening) -> list[dict[str, Any]]:
    """What an event says of the chains that it discloses: how long each is, and the commitment it ends with.

    The chain is held, so nothing comes in between; as it is dense and linked, these two leave nothing out.
    """
    if happening.discloses and happening.disclose != "public":
        raise ValueError("only a public event can disclose others")
    said = []
    for name in happening.discloses:
        if disclosure.CLASSES[name].all_see != "from its moment":
            raise ValueError(f"nothing of class {name} is ever disclosed")
        sealed = _hold(disclosure.chain_of(chain.subject, name))
        if Moment.objects.filter(pk=sealed.subject).exists():
            raise Conflict("此前依法不公开的留痕已经公开，不能再次公开。请核对办理进度。", code="evidence.disclosed")
        last = None if sealed.last is None else b64encode(sealed.last).decode()
        said.append({"chain": sealed.subject, "events": sealed.seq, "last": last})
    return said


def _write(chain: Chain, happenings: Sequence[Happening]) -> list[Emitted]:
    head = Chain(chain.subject, chain.seq, chain.last, chain.last_id)
    made = [_next(head, happening) for happening in happenings]
    move = {
        "subject": chain.subject, "before": chain.seq, "seq": head.seq, "last": head.last, "last_id": head.last_id,
    }  # fmt: skip
    if len(made) == 1:
        row = dict(zip(_COLUMNS.split(", "), made[0][1], strict=True))
        moved = _execute(_MOVE_AND_INSERT, {**move, **row}).rowcount
    else:
        moved = _execute(_MOVE, move).rowcount
    if moved != 1:
        raise TransactionManagementError(f"the chain of {chain.subject} is not held by this transaction")
    if len(made) > 1:
        _copy([row for _, row in made])
    chain.seq, chain.last, chain.last_id = head.seq, head.last, head.last_id
    return [emitted for emitted, _ in made]


def _next(head: Chain, happening: Happening) -> tuple[Emitted, tuple[Any, ...]]:
    """The event that follows the head, as handed out and as the table's row; the head moves on to it."""
    seq, prev, at = head.seq + 1, None if head.last is None else bytes(head.last), happening.at
    random = os.urandom(40)
    salt, event_id = random[:32], _next_id(head.last_id, random[32:])
    body = entry.canonical(happening.body)
    shown = event_json(event_id, head.subject, seq, happening.type, happening.actor, at, body, prev)
    committed = entry.commitment(salt, shown)
    leaf = entry.entry(committed, clock.milliseconds(disclosure.shown_time(happening.disclose, at)))
    row = (
        event_id, head.subject, seq, happening.type, happening.actor, at, body.decode(), prev, salt,
        happening.disclose, leaf,
    )  # fmt: skip
    head.seq, head.last, head.last_id = seq, committed, event_id
    return Emitted(event_id, tree.leaf_hash(leaf), leaf, committed, seq), row


def event_json(
    event_id: UUID, subject: str, seq: int, type: str, actor: str, at: datetime, body: bytes, prev: bytes | None
) -> bytes:
    """The canonical JSON to which an event's leaf commits; `body` is canonical JSON already.

    `at` is written in UTC with microseconds; `prev` is the commitment of the subject's event before.
    """
    return b'{"actor":%b,"at":"%b","body":%b,"id":"%b","prev":%b,"seq":%d,"subject":%b,"type":%b,"v":1}' % (
        entry.canonical(actor),
        at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z").encode(),
        body,
        str(event_id).encode(),
        b"null" if prev is None else b'"%b"' % b64encode(prev),
        seq,
        entry.canonical(subject),
        entry.canonical(type),
    )


def _next_id(last: UUID | None, eight: bytes) -> UUID:
    """A UUIDv7 (RFC 9562 section 5.7, method 3) of eight random bytes that is greater than the subject's last one."""
    now = clock.now()
    milliseconds, fraction = clock.milliseconds(now), (now.microsecond % 1000 << 12) // 1000
    random = int.from_bytes(eight, "big") & (1 << 62) - 1
    made = milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random
    if last is not None and made <= last.int:
        moment = (last.int >> 80 << 12 | last.int >> 64 & 0xFFF) + 1
        made = moment >> 12 << 80 | 0x7 << 76 | (moment & 0xFFF) << 64 | 0b10 << 62 | random
    return UUID(int=made)


def _execute(statement: str, values: Any) -> psycopg.Cursor:
    """Run a statement prepared and with binary values, past the ORM's cursor: this path is the busiest."""
    with connection.wrap_database_errors:
        return psycopg.Cursor(connection.connection).execute(statement, values, prepare=True)


def _copy(rows: list[tuple[Any, ...]]) -> None:
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection).copy(_COPY) as copy:
        copy.set_types(_TYPES)
        for row in rows:
            copy.write_row(row)


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("evidence is written inside the transaction of its action")
