"""`ggzy sequencer`: give events their places in the log and sign it."""

import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from ggzy.kernel.sequencing import sequencer


class Command(BaseCommand):
    help = "存证编号：给事件排定序号，扩展日志，签署检查点"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        sequencer.run(stop)
