"""The one process that delivers: it walks webhooks through the ledger, sends what is ready, and notes what came of it.

What is under way when it dies is sent again by its successor under the same webhook-id: at least once, never lost.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from threading import Event

from django.db import InterfaceError, OperationalError, connection

from ggzy.desks.exchange.published import line
from ggzy.desks.exchange.webhooks import following, signing
from ggzy.desks.exchange.webhooks.lanes import Lanes, Waiting
from ggzy.desks.exchange.webhooks.models import Delivery, Webhook
from ggzy.desks.exchange.webhooks.outcomes import Outcomes
from ggzy.desks.exchange.webhooks.sending import PATIENCE_SECONDS, Answer, Post, Sender
from ggzy.kernel import clock
from ggzy.kernel.ledger import feed

KEPT = timedelta(days=7)
"""How long one can look up what was delivered; the ledger itself can be delivered again from any point."""
_LOCK = 0x6767_7A79_7765_6268  # "ggzywebh": only one process delivers
_LOOK_SECONDS = 1.0
_WALK_SECONDS = 0.1
_FINISH_SECONDS = 5.0
_TIDY_SECONDS = 3600.0
_TIDIED_AT_ONCE = 20_000
log = logging.getLogger(__name__)


def deliver(stop: Event, patience: float = PATIENCE_SECONDS) -> None:
    """Deliver until told to stop; outlives restarts of the database."""
    while not stop.is_set():
        try:
            with _alone(stop) as alone:
                if alone:
                    Courier(patience).run(stop)
        except (OperationalError, InterfaceError) as problem:
            log.warning("the database is away, trying again: %s", problem)
            connection.close()
            stop.wait(1)


@contextmanager
def _alone(stop: Event) -> Iterator[bool]:
    """Hold the right to deliver, which dies with its connection; False when told to stop before it was free."""
    held = False
    while not held and not stop.is_set():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            held = cursor.fetchone()[0]
        if not held:
            stop.wait(1)
    yield held
    if held:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


class Courier:
    """One life of the process: what waits for each webhook, and what is under way."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._lanes: dict[int, Lanes] = {}
        self._active: set[int] = set()
        self._answers: SimpleQueue[tuple[tuple[int, Waiting], Answer]] = SimpleQueue()
        self._look_at = self._walk_at = self._tidy_at = 0.0

    def run(self, stop: Event) -> None:
        """Go round until told to stop."""
        sender = Sender(self._answers_of)
        try:
            while not stop.is_set():
                self._round(sender)
            self._finish()
        finally:
            sender.close()

    def _finish(self) -> None:
        """Hear out what is under way, for some seconds: what is broken off is sent again by the next life."""
        until = time.monotonic() + _FINISH_SECONDS
        while time.monotonic() < until and any(lanes.under_way for lanes in self._lanes.values()):
            self._settle()

    def _answers_of(self, token: object, answer: Answer) -> None:
        self._answers.put((token, answer))  # type: ignore[arg-type]

    def _round(self, sender: Sender) -> None:
        now, ticks = clock.now(), time.monotonic()
        if ticks >= self._look_at:
            self._look()
            self._look_at = ticks + _LOOK_SECONDS
        if ticks >= self._walk_at and not self._walk(now):
            self._walk_at = ticks + _WALK_SECONDS
        if ticks >= self._tidy_at:
            tidy(now)
            self._tidy_at = ticks + _TIDY_SECONDS
        for number in self._active:
            lanes = self._lanes[number]
            for one in lanes.ready(now):
                self._send(sender, lanes, one, now)
        self._settle()

    def _look(self) -> None:
        """Read all webhooks and what waits for them anew: their owners change both."""
        active = {webhook.pk: webhook for webhook in Webhook.objects.filter(state="active")}
        self._active = set(active)
        self._lanes = {n: lanes for n, lanes in self._lanes.items() if n in active or lanes.under_way}
        for number, webhook in active.items():
            self._lanes.setdefault(number, Lanes(webhook)).load(webhook)

    def _walk(self, now: datetime) -> bool:
        """Let the webhooks for which little waits go on through the ledger; says whether they found anything."""
        walkers = [lanes.webhook for n in self._active if len((lanes := self._lanes[n]).waiting) < following.ENOUGH]
        found = following.walk(walkers, now) if walkers else set()
        for number in found:
            self._lanes[number].load(self._lanes[number].webhook)
        return bool(found)

    def _send(self, sender: Sender, lanes: Lanes, one: Waiting, now: datetime) -> None:
        published = feed.record(one.head_id, one.version)
        if published is None or published.is_hidden:
            Delivery.objects.filter(pk=one.pk).update(state="skipped", fault="这一版内容已不再公开", tried_at=now)
            lanes.waiting.pop(one.pk)
            return
        body = line(published)
        headers = signing.headers(one.message_id, body, signing.seeds(lanes.webhook, now), now)
        lanes.begin(one, now)
        sender.send((lanes.webhook.pk, one), Post(lanes.webhook.address, body, headers), self._patience)

    def _settle(self) -> None:
        """Wait a moment for answers, then note all that there are."""
        outcomes = Outcomes()
        try:
            token, answer = self._answers.get(timeout=_WALK_SECONDS)
            while True:
                number, one = token
                outcomes.add(self._lanes[number], one, answer)
                token, answer = self._answers.get_nowait()
        except Empty:
            outcomes.write(clock.now())


def tidy(now: datetime) -> None:
    """Forget deliveries that were done with some days ago."""
    done = Delivery.objects.exclude(state="waiting").filter(tried_at__lt=now - KEPT)
    while done.filter(pk__in=list(done.values_list("pk", flat=True)[:_TIDIED_AT_ONCE])).delete()[0]:
        pass
