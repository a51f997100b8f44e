import time
from typing import Any

from django.core.management import BaseCommand

from ggzy.desks.disclosure.following import rebuild


class Command(BaseCommand):
    help = "从存证日志的第一条起重建检索索引；重建期间旧索引照常服务，完成后一次切换"
    requires_system_checks: list[str] = []

    def handle(self, **_: Any) -> None:
        began = told = time.monotonic()

        def progress(done: int, end: int) -> None:
            nonlocal told
            if time.monotonic() - told >= 1 or done == end:
                told = time.monotonic()
                self.stdout.write(f"已读 {done:,} / {end:,} 条存证（{done * 100 // max(end, 1)}%）")

        path = rebuild(progress)
        self.stdout.write(f"完成，用时 {time.monotonic() - began:.1f} 秒，新索引在 {path}。")
