"""The sequencer: the one process that gives events their places and signs the log.

What all may see at once goes out at once; sealed events go out in rounds (see cover), busy or not.

It asks for pending events ten times a second. Being told by NOTIFY was refused: a transaction that notifies
takes a lock at commit that all other notifying transactions wait for, on the busiest path there is (eight
writers of single rows lost 27 to 71 % of their rate to it in three runs).
"""

import logging
import time
from threading import Event

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from ggzy.kernel import clock
from ggzy.kernel.ledger.models import Log
from ggzy.kernel.sequencing import cosigning, cover, forkguard, witnesses
from ggzy.kernel.sequencing.growing import MOST, grow
from ggzy.kernel.sequencing.publishing import NO_WITNESSES, Forked, publish
from ggzy.kernel.tlog.policy import Policy, Unreadable

BEAT_SECONDS = 0.1
PUBLISH_SECONDS = 1.0
ALARM_SECONDS = 15.0
_ALONE = 0x6767_7A79  # "ggzy": the advisory lock of the one sequencer
log = logging.getLogger(__name__)


def run(stop: Event) -> None:
    """Sequence and publish until told to stop; outlives restarts of the database.

    A second sequencer waits for the first one to end. While the log has forked, nothing is sequenced or signed; so
    the witnesses are asked first whenever the database may have become another one.
    """
    while not stop.is_set():
        try:
            if not _alone(stop):
                return
            _work(stop, witnesses.policy())
        except (Forked, Unreadable) as alarm:
            log.critical("%s", alarm)
            connection.close()
            stop.wait(ALARM_SECONDS)
        except (OperationalError, InterfaceError, psycopg.OperationalError) as problem:
            log.warning("the database is away, trying again: %s", problem)
            connection.close()
            stop.wait(1)


def _work(stop: Event, policy: Policy) -> None:
    with cosigning.knock(policy) as doors:
        forkguard.guard(policy, doors, stop)
        _catch_up(policy, mend=True)
        with cosigning.beside(policy, doors) as witnessing:
            _beat(stop, policy, witnessing)


def sequence() -> int:
    """Sequence and publish all that is pending, once; returns how many events got their places."""
    total = 0
    while taken := grow(clock.now()):
        total += taken
    total += cover.grow(clock.now())
    policy = witnesses.policy()
    _catch_up(policy)
    cosigning.once(policy)
    return total


def _alone(stop: Event) -> bool:
    """Wait until no other sequencer is at work; the lock dies with this connection."""
    waiting = False
    while not stop.is_set():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ALONE])
            if cursor.fetchone()[0]:
                return True
        if not waiting:
            log.info("another sequencer is at work; waiting for it to end")
            waiting = True
        stop.wait(1)
    return False


def _catch_up(policy: Policy = NO_WITNESSES, mend: bool = False) -> None:
    """Publish what is committed; an earlier process may not have got to it."""
    for log_id in Log.objects.order_by("id").values_list("id", flat=True):
        publish(log_id, mend, policy)


def _beat(stop: Event, policy: Policy, witnessing: cosigning.Beside | None) -> None:
    published, covered, behind = 0.0, time.monotonic(), False
    while not stop.is_set():
        if witnessing:
            witnessing.raise_alarm()
        taken = grow(clock.now())
        if time.monotonic() - covered >= settings.COVER_SECONDS:
            taken, covered = taken + cover.grow(clock.now()), time.monotonic()
        behind = behind or taken > 0
        if behind and (now := time.monotonic()) - published >= PUBLISH_SECONDS:
            _catch_up(policy)
            if witnessing:
                witnessing.tell()
            published, behind = now, False
        if taken < MOST:
            stop.wait(BEAT_SECONDS)
    _catch_up(policy)
