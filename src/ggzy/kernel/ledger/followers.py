"""Readers of the ledger: waiting for it to grow, saying how far one has come, not running ahead of them."""

import time
from datetime import datetime, timedelta
from threading import Event

import psycopg
from django.db import connection

from ggzy.kernel import clock
from ggzy.kernel.ledger import feed
from ggzy.kernel.ledger.models import Follower

_ALIVE = timedelta(seconds=10)
_LOOK_SECONDS = 0.05
_OLDEST_UNREAD = """
SELECT min(e.at) FROM kernel_follower f JOIN kernel_event e ON e.idx = f.next_idx WHERE f.awaited AND f.at > %s
"""


def reached(name: str, next_idx: int, *, awaited: bool = True) -> None:
    """Say that a follower has read all events before this one; also says that it is alive.

    `awaited`: intake slows down for it, because people expect to see at once what it makes.
    """
    Follower.objects.update_or_create(name=name, defaults={"next_idx": next_idx, "at": clock.now(), "awaited": awaited})


def cursor(name: str) -> int:
    """The first event that a follower has not read yet; 0 for one that has never said anything."""
    return Follower.objects.filter(name=name).values_list("next_idx", flat=True).first() or 0


def behind() -> timedelta:
    """How old the oldest event is that some living follower has not read yet, of those that are awaited.

    One that has been silent for ten seconds has stopped; nobody waits for it.
    """
    now = clock.now()
    with connection.cursor() as asked:
        asked.execute(_OLDEST_UNREAD, [now - _ALIVE])
        oldest: datetime | None = asked.fetchone()[0]
    return timedelta() if oldest is None else max(now - oldest, timedelta())


def living() -> int:
    """How many followers that are awaited have said something within the last ten seconds."""
    return Follower.objects.filter(awaited=True, at__gt=clock.now() - _ALIVE).count()


def let_catch_up(allowed: timedelta, seconds: float) -> None:
    """Wait until no follower is further behind than allowed, at most so many seconds."""
    deadline = time.monotonic() + seconds
    while behind() > allowed and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)


def await_growth(stop: Event, seconds: float) -> None:
    """Wait until the ledger grows, or so many seconds have passed."""
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("LISTEN ledger")
    next(raw.notifies(timeout=seconds, stop_after=1), None)
    if raw.closed:
        stop.wait(seconds)


def wait_for(idx: int, seconds: float) -> bool:
    """Wait until the event with this index has its place, at most so long; says whether it has.

    Listens on a connection of its own, so the caller's transaction does not hide what is new.
    """
    deadline = time.monotonic() + seconds
    parameters = {k: v for k, v in connection.get_connection_params().items() if k in _CONNECT}
    with connection.wrap_database_errors, psycopg.connect(**parameters, autocommit=True) as listener:
        listener.execute("LISTEN ledger")
        while feed.end() <= idx:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            for _ in listener.notifies(timeout=left, stop_after=1):
                pass
    return True


_CONNECT = {"dbname", "user", "password", "host", "port", "connect_timeout"}
