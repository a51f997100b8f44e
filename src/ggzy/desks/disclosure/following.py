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
from ggzy.kernel.ledger import feed, followers
from ggzy.kernel.ledger.feed import Published

NAME = "disclosure"
COMMIT_SECONDS = 1.0
"""Between two commits; what comes after a quiet moment is committed at once. Small commits make many merges."""
_AT_ONCE = 4000
"""Records read in one go, about; a batch of the intake stays whole."""
_MOST_EVENTS = 50
_WAIT_SECONDS = 0.5
_TELL_SECONDS = 3.0
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
    with index.locked("reindex"), Pass(index.fresh()) as ahead:
        while ahead.position < (end := feed.end()):
            ahead.put_some(end)
            ahead.commit_every(_BUILD_COMMIT_SECONDS)
            progress(ahead.position, end)
        ahead.commit()
        ahead.writer.close()
        index.switch(ahead.writer.path)
        return ahead.writer.path


class Pass:
    """A way through the ledger into one index folder: `position` is the next event to read."""

    def __init__(self, path: Path) -> None:
        self.writer = index.Writer(path)
        self.position = self.writer.cursor
        self._inheritance = Inheritance()
        self._events = 1
        self._committed = time.monotonic()

    def __enter__(self) -> "Pass":
        return self

    def __exit__(self, *_: object) -> None:
        self.writer.let_go()

    def put_some(self, end: int) -> None:
        """Put the records of the next events before `end` into the index, some thousands at most."""
        events, records = min(self._events, end - self.position), 0
        for published in feed.published(self.position, events):
            records += 1
            found = entry(_in_force(published) if published.is_late else published)
            if found is not None:
                self.writer.put(self._inheritance.complete(found))
        self.position += events
        self._events = min(max(self._events * _AT_ONCE // max(records, 1), 1), _MOST_EVENTS)

    def commit_every(self, seconds: float) -> float:
        """Commit when the last time was so long ago; says in how many seconds it will be, less than 0 for now."""
        due = self._committed + seconds - time.monotonic()
        if due <= 0:
            self.commit()
        return due

    def commit(self) -> None:
        """Make all that was put visible."""
        if self.position != self.writer.cursor:
            self.writer.commit(self.position)
            self._committed = time.monotonic()


def _in_force(late: Published) -> Published:
    """What all may see now of a record of which a version was disclosed late, or erased."""
    return feed.record(late.head_id) or late


def _follow(path: Path, stop: Event) -> None:
    """Follow into one folder, until told to stop or until another folder is in use."""
    with Pass(path) as here:
        told, told_at = -1, 0.0
        while not stop.is_set() and index.current() == path:
            end = feed.end()
            if here.position < end:
                here.put_some(end)
            if here.position != told or time.monotonic() - told_at > _TELL_SECONDS:
                followers.reached(NAME, here.position)
                told, told_at = here.position, time.monotonic()
            due = here.commit_every(COMMIT_SECONDS)
            if here.position == end:
                waits = here.position != here.writer.cursor
                followers.await_growth(stop, min(max(due, 0), _WAIT_SECONDS) if waits else _WAIT_SECONDS)
        if index.current() == path:
            here.commit()
