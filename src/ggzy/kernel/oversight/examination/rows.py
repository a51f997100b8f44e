"""Reading tables of any size: one read-only snapshot, and cursors that the server keeps."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from django.db import connection, transaction

AT_ONCE = 500


class Happened(NamedTuple):
    """An event as its row tells it."""

    id: UUID
    subject: str
    subject_seq: int
    type: str
    actor: str
    at: datetime | None
    body: str
    prev: bytes | None
    salt: bytes
    disclose: str
    entry: bytes
    log_id: int | None
    idx: int | None
    erased_by: UUID | None

    def __str__(self) -> str:
        return (
            f"kernel_event 待编号的 {self.id}"
            if self.idx is None
            else f"kernel_event 第 {self.idx:,} 条 {self.id}"
        )


# A moment that Python cannot hold, such as infinity, reads as none.
_COLUMNS = ", ".join(
    "CASE WHEN at > '0001-01-03' AND at < '9999-12-30' THEN at END" if column == "at" else column
    for column in Happened._fields
)
EVENTS = f"SELECT {_COLUMNS} FROM kernel_event"  # noqa: S608 - names, not input


@contextmanager
def snapshot() -> Iterator[None]:
    """See the database as it is at this moment, whatever is written meanwhile; nothing can be changed."""
    with transaction.atomic(durable=True):
        execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def stream(name: str, statement: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement, 500 at a time; the cursor's name is its own within the snapshot."""
    with connection.wrap_database_errors, psycopg.ServerCursor(connection.connection, name) as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(statement, values, binary=True)
        yield from cursor


def execute(statement: str, values: Sequence[Any] = ()) -> psycopg.Cursor:
    """Run a statement whose answer is small."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return psycopg.Cursor(connection.connection).execute(statement, values, binary=True)


def number(statement: str, values: Sequence[Any] = ()) -> int:
    """The one number that a statement answers."""
    row = execute(statement, values).fetchone()
    return int(row[0]) if row else 0
