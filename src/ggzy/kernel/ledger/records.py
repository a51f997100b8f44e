"""Records in the ledger: which version is in force, and how an event commits to each version that it carries.

An event that publishes records carries the root of a Merkle tree (RFC 6962 hashing) over them, so a single
record can be proven without showing the others. A record's leaf commits to its public and its private part
apart, each under a salt of its own: the public can check what it sees without learning what it may not.

    part   = SHA-256(salt[16] || canonical JSON)
    leaf   = SHA-256(0x00 || "ggzy-rec/1" || 0x00 || canonical JSON of
             {"data_set", "key", "private": b64(part), "public": b64(part), "source", "version", "withdrawn"})

Of an erased version only the two parts are kept, in the place of their salts: so its leaf stays, and with it the
proof of every other record of the batch.
"""

import os
from binascii import b2a_base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.db import connection

from ggzy.kernel.tlog import tree

HIDDEN = b"{}"
"""The public part of a record of which nothing is public: for the public it does not exist."""

_encode = msgspec.json.Encoder().encode
_BETWEEN = "\x1f"
"""Parts the texts of a list on its way to the database: no key holds a control."""
# One look into the index for each: left to choose, PostgreSQL reads the whole table for every large batch.
_GIVEN = (
    " unnest(string_to_array(%s, E'\\x1f'), string_to_array(%s, E'\\x1f')) AS c(data_set, key) CROSS JOIN LATERAL"
    " (SELECT * FROM kernel_head WHERE source = %s AND data_set = c.data_set AND key = c.key LIMIT 1) AS h"
)
_HEADS = (
    "SELECT h.data_set, h.key, h.id, h.version, h.stamp, h.digest, h.event_id, h.n, h.withdrawn FROM" + _GIVEN
)
_LEAVES = (
    "r.erased_by IS NOT NULL, r.salts, h.source, r.data_set, h.key, r.version, r.withdrawn, r.public, r.private"
    " FROM kernel_record r JOIN kernel_head h ON h.id = r.head_id"
)
_OF_HIDDEN = (
    "SELECT h.data_set, h.key FROM"
    + _GIVEN
    + " JOIN kernel_record r ON r.event_id = h.event_id AND r.n = h.n WHERE r.public = %s"
)


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A record as its sender gives it: `stamp` is the sender's own time of the data, yyyyMMddHHmmss."""

    data_set: str
    key: str
    stamp: str
    public: bytes
    private: bytes
    withdrawn: bool = False


class Head(msgspec.Struct):
    """The version in force."""

    id: int
    version: int
    stamp: str
    digest: bytes
    event_id: UUID | None
    n: int
    withdrawn: bool
    known: bool


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What becomes of a candidate, and which version of the record holds afterwards.

    `event_id` is empty when the version belongs to the event that is about to be written.
    """

    outcome: Literal["accepted", "unchanged", "superseded", "nothing_to_withdraw"]
    head_id: int = 0
    version: int = 0
    stamp: str = ""
    event_id: UUID | None = None
    n: int = 0


class _Entry(msgspec.Struct, gc=False):
    """What a record's leaf is the hash of; its fields stand in canonical order."""

    data_set: str
    key: str
    private: str
    public: str
    source: str
    version: int
    withdrawn: bool


class New(msgspec.Struct, frozen=True):
    """A version that is to be written."""

    candidate: Candidate
    head: Head
    version: int
    salts: bytes


def content_digest(candidate: Candidate) -> bytes:
    """Equal for equal content; only used to see whether anything changed."""
    return sha256(b"%d:%b%b" % (len(candidate.public), candidate.public, candidate.private)).digest()


def leaf(
    source: str, data_set: str, key: str, version: int, withdrawn: bool, salts: bytes, public: bytes, private: bytes
) -> bytes:
    """The hash by which an event's tree commits to one version of a record."""
    private_part, public_part = _part(salts[16:], private), _part(salts[:16], public)
    return _leaf(source, data_set, key, version, withdrawn, public_part, private_part)


def _leaf(
    source: str, data_set: str, key: str, version: int, withdrawn: bool, public_part: str, private_part: str
) -> bytes:
    entry = _Entry(data_set, key, private_part, public_part, source, version, withdrawn)
    return sha256(b"\x00ggzy-rec/1\x00" + _encode(entry)).digest()


def _part(salt: bytes, content: bytes) -> str:
    return _text(sha256(salt + content).digest())


def _text(digest: bytes) -> str:
    return b2a_base64(digest, newline=False).decode()


def hidden(source: str, candidates: Sequence[Candidate]) -> set[tuple[str, str]]:
    """Those of the records (data set, key) whose version in force shows nothing to the public."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_HIDDEN, [*_given(source, candidates), HIDDEN.decode()])
        return set(cursor.fetchall())


def decide(source: str, candidates: Sequence[Candidate]) -> tuple[list[Verdict], list[New]]:
    """Say for each candidate what becomes of it, in order. The caller holds the source's chain.

    An equal content is unchanged, an older stamp is superseded, everything else is the next version.
    """
    heads = _heads(source, candidates)
    verdicts: list[Verdict] = []
    new: list[New] = []
    fresh = iter(_fresh_ids(sum((c.data_set, c.key) not in heads for c in candidates)))
    salts = os.urandom(32 * len(candidates))
    for i, candidate in enumerate(candidates):
        head = heads.get((candidate.data_set, candidate.key))
        digest = content_digest(candidate)
        if head is None:
            if candidate.withdrawn:
                verdicts.append(Verdict("nothing_to_withdraw"))
                continue
            head = Head(next(fresh), 0, "", b"", None, 0, False, known=False)
            heads[candidate.data_set, candidate.key] = head
        elif digest == head.digest and candidate.withdrawn == head.withdrawn:
            verdicts.append(_verdict("unchanged", head))
            continue
        elif candidate.stamp < head.stamp:
            verdicts.append(_verdict("superseded", head))
            continue
        head.version += 1
        head.stamp, head.digest, head.withdrawn = candidate.stamp, digest, candidate.withdrawn
        head.event_id, head.n = None, len(new)
        new.append(New(candidate, head, head.version, salts[32 * i : 32 * i + 32]))
        verdicts.append(_verdict("accepted", head))
    return verdicts, new


def leaves(source: str, new: Sequence[New]) -> list[bytes]:
    """The leaves of the tree to which the event commits, in the order of the batch."""
    return [
        leaf(source, c.data_set, c.key, item.version, c.withdrawn, item.salts, c.public, c.private)
        for item in new
        for c in (item.candidate,)
    ]


@dataclass(frozen=True, slots=True)
class Proven:
    """One version of a record with the path that leads from it to the root in its event.

    `erased` says that content and salt are gone; `meta` with the parts' digests still leads to the leaf.
    """

    event_id: UUID
    n: int
    count: int
    path: list[bytes]
    root: bytes
    meta: dict[str, Any]
    public: str
    public_salt: bytes
    erased: bool


def prove(head_id: int, version: int) -> Proven | None:
    """How the event that published this version commits to it; None when there is no such version."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.event_id, r.n, {_LEAVES} WHERE r.head_id = %s AND r.version = %s",
            [head_id, version],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    event_id, n, erased, salts, source, data_set, key, _, withdrawn, public, private = row
    public_part, private_part = _parts(erased, bytes(salts), public, private)
    meta = {
        "data_set": data_set, "key": key, "private": private_part, "source": source, "version": version,
        "withdrawn": withdrawn,
    }  # fmt: skip
    if erased:
        meta["public"] = public_part
    completed = _tree_of(event_id)
    path = tree.inclusion_proof(n, len(completed[0]), lambda level, index: completed[level][index])
    root = tree.root_of(completed[0])
    return Proven(event_id, n, len(completed[0]), path, root, meta, public, b"" if erased else bytes(salts[:16]), erased)


@lru_cache(maxsize=64)
def _tree_of(event_id: UUID) -> list[list[bytes]]:
    """The complete subtrees over the records of an event, by level.

    A batch is read and hashed once for all proofs out of it: no leaf ever changes, not even by erasure. 64 trees
    of 1,000 records are 6 MB.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_LEAVES} WHERE r.event_id = %s ORDER BY r.n", [event_id])
        hashes = [
            _leaf(source, data_set, key, version, withdrawn, *_parts(erased, bytes(salts), public, private))
            for erased, salts, source, data_set, key, version, withdrawn, public, private in cursor.fetchall()
        ]
    return tree.append(0, [], hashes).completed


def _parts(erased: bool, salts: bytes, public: str, private: str) -> tuple[str, str]:
    """What a version's leaf commits to, public part first."""
    if erased:
        return _text(salts[:32]), _text(salts[32:])
    return _part(salts[:16], public.encode()), _part(salts[16:], private.encode())


def write(source: str, event_id: UUID, new: Sequence[New]) -> None:
    """Write the versions and move the heads, in the transaction of their event."""
    moved: dict[tuple[str, str], Head] = {}
    for item in new:
        item.head.event_id = event_id
        moved[item.candidate.data_set, item.candidate.key] = item.head
    with connection.wrap_database_errors, connection.cursor() as cursor:  # Django leaves COPY's errors as they are
        with cursor.copy(
            "COPY kernel_record (event_id, n, head_id, version, data_set, withdrawn, salts, public, private) FROM STDIN"
        ) as copy:
            copy.write(b"".join(_record_lines(event_id, new)))
        with cursor.copy(
            "COPY kernel_head (id, source, data_set, key, version, stamp, digest, event_id, n, withdrawn) FROM STDIN"
        ) as copy:
            copy.write(b"".join(_head_lines(source, event_id, moved)))
        known = [head for head in moved.values() if head.known]
        if known:
            cursor.execute(
                "UPDATE kernel_head h SET version = v.version, stamp = v.stamp, digest = v.digest,"
                " event_id = %s, n = v.n, withdrawn = v.withdrawn"
                " FROM unnest(%s::int8[], %s::int4[], %s::text[], %s::bytea[], %s::int4[], %s::bool[])"
                " AS v(id, version, stamp, digest, n, withdrawn) WHERE h.id = v.id",
                [
                    event_id,
                    [h.id for h in known],
                    [h.version for h in known],
                    [h.stamp for h in known],
                    [h.digest for h in known],
                    [h.n for h in known],
                    [h.withdrawn for h in known],
                ],
            )


def _record_lines(event_id: UUID, new: Sequence[New]) -> Iterator[bytes]:
    """The new versions in PostgreSQL's text form: made at once, they cost half of what rows one by one do."""
    event = str(event_id).encode()
    for n, item in enumerate(new):
        c = item.candidate
        yield b"%b\t%d\t%d\t%d\t%b\t%b\t\\\\x%b\t%b\t%b\n" % (
            event, n, item.head.id, item.version, _name(c.data_set), b"t" if c.withdrawn else b"f",
            item.salts.hex().encode(), _escaped(c.public), _escaped(c.private),
        )  # fmt: skip


def _head_lines(source: str, event_id: UUID, moved: dict[tuple[str, str], Head]) -> Iterator[bytes]:
    """The heads of records that are new, in PostgreSQL's text form."""
    event, sender = str(event_id).encode(), _name(source)
    for (data_set, key), head in moved.items():
        if not head.known:
            yield b"%d\t%b\t%b\t%b\t%d\t%b\t\\\\x%b\t%b\t%d\t%b\n" % (
                head.id, sender, _name(data_set), _name(key), head.version, _name(head.stamp),
                head.digest.hex().encode(), event, head.n, b"t" if head.withdrawn else b"f",
            )  # fmt: skip


def _escaped(content: bytes) -> bytes:
    """Canonical JSON as it stands in COPY: it holds no control, so only the backslash needs care."""
    return content.replace(b"\\", b"\\\\")


def _name(text: str) -> bytes:
    """A key or name as it stands in COPY, where tabs and line ends part values."""
    escaped = _escaped(text.encode())
    return escaped.replace(b"\t", b"\\t").replace(b"\n", b"\\n").replace(b"\r", b"\\r")


def _verdict(outcome: Literal["accepted", "unchanged", "superseded"], head: Head) -> Verdict:
    return Verdict(outcome, head.id, head.version, head.stamp, head.event_id, head.n)


def _heads(source: str, candidates: Sequence[Candidate]) -> dict[tuple[str, str], Head]:
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, _given(source, candidates))
        return {
            (row[0], row[1]): Head(row[2], row[3], row[4], bytes(row[5]), row[6], row[7], row[8], known=True)
            for row in cursor.fetchall()
        }


def _given(source: str, candidates: Sequence[Candidate]) -> list[str]:
    """The parameters of _GIVEN."""
    return [_BETWEEN.join([c.data_set for c in candidates]), _BETWEEN.join([c.key for c in candidates]), source]


def _fresh_ids(count: int) -> list[int]:
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('kernel_head', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]
