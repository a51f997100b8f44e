import signal
from threading import Event
from typing import Any

from django.core.management import BaseCommand

from ggzy.desks.disclosure.following import follow


class Command(BaseCommand):
    help = "让检索索引跟上存证日志（常驻；同一时间只有一个进程在写，其余等待）"
    requires_system_checks: list[str] = []

    def handle(self, **_: Any) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        follow(stop)
