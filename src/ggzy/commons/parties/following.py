"""The register keeps up with the ledger: whatever record of a party has come in, from whom ever, is taken into it."""

import logging
from threading import Event

import psycopg
from django.db import InterfaceError, OperationalError, connection

from ggzy.commons.parties import actions
from ggzy.commons.parties.reading import kinds
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.ledger import contents, feed, followers

NAME = "parties"
_MOST_EVENTS = 50
_MOST_RECORDS = 500
_WAIT_SECONDS = 1.0
log = logging.getLogger(__name__)


def follow(stop: Event) -> None:
    """Keep the register in step until told to stop; outlives restarts of the database."""
    while not stop.is_set():
        try:
            catch_up(stop)
            followers.await_growth(stop, _WAIT_SECONDS)
        except (OperationalError, InterfaceError, psycopg.OperationalError) as problem:
            log.warning("the database is away, trying again: %s", problem)
            connection.close()
            stop.wait(1)


def catch_up(stop: Event | None = None) -> int:
    """Take in all that the ledger holds by now and that the register has not read; returns how many records.

    Broken off, it takes some records a second time, which changes nothing.
    """
    taken, position, end = 0, followers.cursor(NAME), feed.end()
    while position < end and not (stop and stop.is_set()):
        upto = min(position + _MOST_EVENTS, end)
        heads = contents.touched(position, upto, list(kinds()))
        for first in range(0, len(heads), _MOST_RECORDS):
            perform(Act("clock", "clock", "clock"), actions.enter.name, heads=heads[first : first + _MOST_RECORDS])
        position, taken = upto, taken + len(heads)
        followers.reached(NAME, position, awaited=False)
    return taken
