"""Waiting for the ledger to grow."""

import time

import psycopg
from django.db import connection

from ggzy.kernel.ledger import feed


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
