"""The one process that writes the index: it reads the ledger from its cursor on and commits as it goes."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import psycopg
from django.db import InterfaceError, OperationalError, connection

from ggzy.desks.disclosure import index
from ggzy.desks.disclosure.entry import entry
from ggzy.desks.disclosure.inherited import Inheritance
from ggzy.kernel.ledger import feed

EVENTS = 50
COMMIT_SECONDS = 1.0
"""Between two commits; what comes after a quiet moment is committed at once. Small commits make many merges."""
BEHIND_SECONDS = 2.0
"""Between two commits while there is more to read: fewer and larger ones are what catches up."""
_WAIT_SECONDS = 0.5
_BUILD_COMMIT_SECONDS = 10.0
log = logging.getLogger(__name__)


def follow(stop: Event) -> None:
    """Keep the index in step with the ledger until told to stop; outlives restarts of the database."""
    with index.locked("writer", stop) as held:
        while held and not stop.is_set():
            path = index.current()
            try:
                _follow(path or rebuild(), stop)
            except (OperationalError, InterfaceError, psycopg.OperationalError) as problem:
                log.warning("the database is away, trying again: %s", problem)
                connection.close()
                stop.wait(1)
            except (OSError, ValueError):
                if index.current() == path:  # else the folder was replaced under our hands, as it may be
                    raise


def rebuild(progress: Callable[[int, int], None] = lambda done, end: None) -> Path:
    """Build a new index from the first event on while the old one serves, then put it in its place.

    `progress` hears how many events are done and how many there are.
    """
    with index.locked("reindex"):
        writer, inheritance = index.Writer(index.fresh()), Inheritance()
        committed = time.monotonic()
        while writer.cursor < (end := feed.end()):
            position = writer.cursor
            while position < end:
                position = put_events(writer, inheritance, position, end)
                progress(position, end)
                if time.monotonic() - committed > _BUILD_COMMIT_SECONDS:
                    writer.commit(position)
                    committed = time.monotonic()
            writer.commit(position)
        writer.commit(writer.cursor)
        writer.close()
        index.switch(writer.path)
        return writer.path


def put_events(writer: index.Writer, inheritance: Inheritance, first: int, end: int) -> int:
    """Put the records of the next events into the index; gives the index of the event after them."""
    for published in feed.published(first, min(EVENTS, end - first)):
        if (found := entry(published)) is not None:
            writer.put(inheritance.complete(found))
    return min(first + EVENTS, end)


def _follow(path: Path, stop: Event) -> None:
    """Follow into one folder, until told to stop or until another folder is in use."""
    with index.Writer(path) as writer:
        position, committed, inheritance = writer.cursor, time.monotonic(), Inheritance()
        while not stop.is_set() and index.current() == path:
            end = feed.end()
            if position < end:
                position = put_events(writer, inheritance, position, end)
            due = committed + (COMMIT_SECONDS if position == end else BEHIND_SECONDS) - time.monotonic()
            if position != writer.cursor and due <= 0:
                writer.commit(position)
                committed = time.monotonic()
            elif position == end:
                _wait(stop, min(due, _WAIT_SECONDS) if position != writer.cursor else _WAIT_SECONDS)
        if index.current() == path and position != writer.cursor:
            writer.commit(position)


def _wait(stop: Event, seconds: float) -> None:
    """Until the ledger grows, or so many seconds have passed."""
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("LISTEN ledger")
    next(raw.notifies(timeout=seconds, stop_after=1), None)
    if raw.closed:
        stop.wait(seconds)
