"""Commands that stay: they work until they are told to stop, and end what they were at."""

import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand


def until_told() -> Event:
    """An event that is set when this program is asked to stop (SIGTERM, or Ctrl-C)."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


class Resident(BaseCommand):
    """A command without arguments; `work` does what it is for and returns soon after the event is set."""

    requires_system_checks: list[str] = []
    work: staticmethod

    def handle(self, *args: Any, **options: Any) -> None:
        self.work(until_told())
