"""What a witness remembers: the newest checkpoint of each log, and every one that a log has signed for it.

One SQLite file. A checkpoint is on the disk before its cosignature leaves the house, and it takes the place of just
the one that it was compared with: of two requests at a time one is refused.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ggzy.kernel.tlog import tree
from ggzy.kernel.tlog.checkpoint import Checkpoint

SCHEMA = """
CREATE TABLE IF NOT EXISTS log (
    origin TEXT PRIMARY KEY, hash TEXT UNIQUE NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
    note TEXT NOT NULL, follows TEXT, announced TEXT, followed_by TEXT);
CREATE TABLE IF NOT EXISTS seen (
    origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, at INTEGER NOT NULL, note TEXT NOT NULL,
    verdict TEXT NOT NULL, PRIMARY KEY (origin, size, root)) WITHOUT ROWID;
"""
ACCEPTED, SPLIT, UNPROVEN = "accepted", "split", "unproven"


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest checkpoint of a log: as a tree, and as the note that was cosigned ("" before the first)."""

    checkpoint: Checkpoint
    note: str
    follows: str | None = None
    followed_by: str | None = None


class Store:
    """The witness's file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._db().executescript(SCHEMA)

    def newest(self, origin: str) -> Kept:
        """What was cosigned last; the empty tree before that."""
        return self._kept("origin", origin) or Kept(Checkpoint(origin, 0, tree.EMPTY), "")

    def by_hash(self, digest: str) -> Kept | None:
        """The same by the SHA-256 of the origin in hexadecimal, as monitors ask."""
        return self._kept("hash", digest)

    def origins(self) -> list[str]:
        """All logs that were ever cosigned or announced."""
        return [origin for (origin,) in self._db().execute("SELECT origin FROM log ORDER BY origin")]

    def advance(self, before: Checkpoint, after: Checkpoint, cosigned: str, at: int) -> bool:
        """Put a checkpoint in the place of the one it was compared with; False when that is no longer there."""
        with self._transaction() as db:
            self._begin(db, before.origin)
            moved = db.execute(
                "UPDATE log SET size = ?, root = ?, note = ? WHERE origin = ? AND size = ? AND root = ? AND followed_by IS NULL",
                (after.size, after.root, cosigned, before.origin, before.size, before.root),
            ).rowcount
            if moved:
                _remember(db, after, cosigned, ACCEPTED, at)
        return moved == 1

    def remember(self, shown: Checkpoint, signed: str, verdict: str, at: int) -> None:
        """Keep a checkpoint that the log signed but that was not cosigned: it may be proof against the log."""
        with self._transaction() as db:
            _remember(db, shown, signed, verdict, at)

    def accepted(self, origin: str, size: int) -> tuple[bytes, str] | None:
        """Root and note of the checkpoint that was cosigned at this size."""
        found: tuple[bytes, str] | None = (
            self._db()
            .execute(
                "SELECT root, note FROM seen WHERE (origin, size, verdict) = (?, ?, ?)",
                (origin, size, ACCEPTED),
            )
            .fetchone()
        )
        return found

    def refused(self, origin: str) -> list[tuple[int, int, str, str]]:
        """What the log signed and this witness did not cosign: size, unix time, verdict, note."""
        return (
            self._db()
            .execute(
                "SELECT size, at, verdict, note FROM seen WHERE origin = ? AND verdict != ? ORDER BY at",
                (origin, ACCEPTED),
            )
            .fetchall()
        )

    def succeed(self, ended: Checkpoint, origin: str, announced: str) -> bool:
        """End a log and begin its successor; False when it has moved on or has another successor."""
        with self._transaction() as db:
            self._begin(db, ended.origin)
            closed = db.execute(
                "UPDATE log SET followed_by = ? WHERE origin = ? AND size = ? AND root = ? AND coalesce(followed_by, ?) = ?",
                (origin, ended.origin, ended.size, ended.root, origin, origin),
            ).rowcount
            if closed:
                self._begin(db, origin)
                db.execute(
                    "UPDATE log SET follows = ?, announced = ? WHERE origin = ? AND follows IS NULL",
                    (ended.origin, announced, origin),
                )
        return closed == 1

    def _kept(self, column: str, value: str) -> Kept | None:
        asked = f"SELECT origin, size, root, note, follows, followed_by FROM log WHERE {column} = ?"  # noqa: S608 - a name
        row = self._db().execute(asked, (value,)).fetchone()
        return Kept(Checkpoint(*row[:3]), *row[3:]) if row else None

    @staticmethod
    def _begin(db: sqlite3.Connection, origin: str) -> None:
        db.execute(
            "INSERT OR IGNORE INTO log (origin, hash, size, root, note) VALUES (?, ?, 0, ?, '')",
            (origin, sha256(origin.encode()).hexdigest(), tree.EMPTY),
        )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        db = self._db()
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def _db(self) -> sqlite3.Connection:
        """This thread's connection; every commit reaches the disk before it returns."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = sqlite3.connect(self._path, timeout=10, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
        return db


def _remember(db: sqlite3.Connection, shown: Checkpoint, note: str, verdict: str, at: int) -> None:
    """A checkpoint that is accepted after all stays accepted; all else stands as it was first judged."""
    db.execute(
        "INSERT INTO seen (origin, size, root, at, note, verdict) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET verdict = excluded.verdict, note = excluded.note WHERE excluded.verdict = 'accepted'",
        (shown.origin, shown.size, shown.root, at, note, verdict),
    )
