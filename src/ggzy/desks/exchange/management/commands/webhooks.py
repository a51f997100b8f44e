"""`ggzy webhooks`: push public changes to the addresses that trading systems gave."""

import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from ggzy.desks.exchange.webhooks import actions  # noqa: F401 - registers the actions
from ggzy.desks.exchange.webhooks.delivery import deliver


class Command(BaseCommand):
    help = "变更推送：把公开变更按存证顺序推送到各系统登记的地址（常驻；同一时间只有一个进程在推送）"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        deliver(stop)
