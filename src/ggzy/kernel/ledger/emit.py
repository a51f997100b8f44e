"""Emit: write an event in the transaction of the action that it names.

An event without its change, or a change without its event, is then impossible. The event gets its place in
the log later, from the sequencer; what is fixed here are its bytes.
"""

import os
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection
from django.db.transaction import TransactionManagementError

from ggzy.kernel import clock
from ggzy.kernel.errors import Unprocessable
from ggzy.kernel.ledger import entry, tree
from ggzy.kernel.ledger.models import Chain

LONGEST_SUBJECT = 500
_HOLD = "SELECT seq, last, last_id FROM kernel_chain WHERE subject = %s FOR UPDATE"
_CREATE = "INSERT INTO kernel_chain (subject, seq) VALUES (%s, 0) ON CONFLICT DO NOTHING"
# One statement: the chain moves on and the event is written, or, where the chain is not as it was held, neither.
_EMIT = """
WITH held AS (
    UPDATE kernel_chain SET seq = %(seq)s, last = %(commitment)s, last_id = %(id)s
    WHERE subject = %(subject)s AND seq = %(seq)s - 1 RETURNING 1)
INSERT INTO kernel_event
    (id, subject, subject_seq, type, actor, at, body, prev, salt, disclose, entry)
SELECT %(id)s, %(subject)s, %(seq)s, %(type)s, %(actor)s, %(at)s, %(body)s, %(prev)s, %(salt)s, %(disclose)s,
    %(entry)s FROM held
"""


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
    if len(subject) > LONGEST_SUBJECT or "\0" in subject:
        raise Unprocessable("没有这样的办理对象。请核对编号。", code="action.subject")
    row = _held(subject)
    while row is None:  # another transaction may have made the chain and be about to commit
        _execute(_CREATE, (subject,))
        row = _held(subject)
    seq, last, last_id = row
    return Chain(subject, seq, last, last_id)


def emit(
    chain: Chain, *, type: str, actor: str, at: datetime, body: dict[str, Any], disclose: str = "public"
) -> Emitted:
    """Write the next event of a chain that this transaction holds.

    `body` holds texts, whole numbers, booleans, lists and objects with ASCII keys; anything else is a
    ValueError. `disclose` names who may see event and salt, and from when (see the evidence reference).
    """
    _require_transaction()
    seq, prev = chain.seq + 1, None if chain.last is None else bytes(chain.last)
    event_id = _next_id(chain.last_id)
    written = entry.canonical(body)
    salt = os.urandom(32)
    committed = entry.commitment(salt, event_json(event_id, chain.subject, seq, type, actor, at, written, prev))
    leaf = entry.entry(committed, clock.milliseconds(at))
    cursor = _execute(
        _EMIT,
        {
            "id": event_id,
            "subject": chain.subject,
            "seq": seq,
            "type": type,
            "actor": actor,
            "at": at,
            "body": written.decode(),
            "prev": prev,
            "salt": salt,
            "disclose": disclose,
            "entry": leaf,
            "commitment": committed,
        },
    )
    if cursor.rowcount != 1:
        raise TransactionManagementError(f"the chain of {chain.subject} is not held by this transaction")
    chain.seq, chain.last, chain.last_id = seq, committed, event_id
    return Emitted(event_id, tree.leaf_hash(leaf), leaf, committed, seq)


def event_json(
    event_id: UUID, subject: str, seq: int, type: str, actor: str, at: datetime, body: bytes, prev: bytes | None
) -> bytes:
    """The canonical JSON to which an event's leaf commits; `body` is canonical JSON already.

    `at` is written in UTC with microseconds; `prev` is the commitment of the subject's event before.
    """
    shown = entry.canonical(
        {
            "actor": actor,
            "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "id": str(event_id),
            "prev": None if prev is None else b64encode(prev).decode(),
            "seq": seq,
            "subject": subject,
            "type": type,
            "v": 1,
        }
    )
    head, id_and_rest = shown.split(b',"id":', 1)  # "body" sorts before "id"; texts cannot hold a bare quote
    return b'%b,"body":%b,"id":%b' % (head, body, id_and_rest)


def _next_id(last: UUID | None) -> UUID:
    """A UUIDv7 (RFC 9562 section 5.7, method 3) that is greater than the subject's last one."""
    now = clock.now()
    milliseconds, fraction = clock.milliseconds(now), (now.microsecond % 1000 << 12) // 1000
    random = int.from_bytes(os.urandom(8), "big") & (1 << 62) - 1
    made = milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random
    if last is not None and made <= last.int:
        moment = (last.int >> 80 << 12 | last.int >> 64 & 0xFFF) + 1
        made = moment >> 12 << 80 | 0x7 << 76 | (moment & 0xFFF) << 64 | 0b10 << 62 | random
    return UUID(int=made)


def _held(subject: str) -> tuple[Any, ...] | None:
    return _execute(_HOLD, (subject,)).fetchone()


def _execute(statement: str, values: Any) -> psycopg.Cursor:
    """Run a statement prepared and with binary values, past the ORM's cursor: this path is the busiest."""
    with connection.wrap_database_errors:
        return psycopg.Cursor(connection.connection).execute(statement, values, prepare=True)


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("evidence is written inside the transaction of its action")
