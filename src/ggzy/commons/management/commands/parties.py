import signal
from threading import Event
from typing import Any

from django.core.management import BaseCommand

from ggzy.commons.parties.following import follow


class Command(BaseCommand):
    help = "让主体库跟上存证日志（常驻）：新到的主体登记归入已有主体，或成为新主体"
    requires_system_checks: list[str] = []

    def handle(self, **_: Any) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        follow(stop)
