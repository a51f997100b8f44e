"""`ggzy inbox DIR`: watch a folder into which trading systems put national exchange packages."""

import logging
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, connection

from ggzy.desks.exchange.intake import in_words
from ggzy.desks.exchange.models import TradingSystem
from ggzy.desks.exchange.packages.folder import Folder
from ggzy.desks.exchange.prepare import Reporter
from ggzy.kernel.errors import Refusal, Unavailable
from ggzy.kernel.resident import until_told
from ggzy.standard import identifiers

log = logging.getLogger(__name__)
RETRY = 5.0


class Command(BaseCommand):
    help = "监视文件夹，接收放入其中的国家标准数据包；每个包处理后移入 done/ 或 failed/，旁边附逐条答复"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument(
            "--platform", help="报送系统的标识码；不给时，DIR 下每个以标识码命名的子文件夹属于该系统"
        )
        parser.add_argument("--once", action="store_true", help="处理完现有文件就结束（不等文件写稳）")
        parser.add_argument("--interval", type=float, default=2.0, help="两次查看之间的秒数（默认 2）")

    def handle(
        self, *args: Any, folder: Path, platform: str | None, once: bool, interval: float, **options: Any
    ) -> None:
        stop = until_told()
        folders: dict[str, Folder] = {}
        try:
            while not stop.is_set():
                pause = interval
                try:
                    self._admit(folders, folder, platform)
                    for watched in folders.values():
                        self._round(watched, once)
                except (OperationalError, InterfaceError, Unavailable, OSError) as problem:
                    if once:
                        raise CommandError(
                            f"现在无法处理：{problem}。文件仍在 working/ 或原处，请稍后重试。"
                        ) from None
                    log.warning("the inbox waits and tries again: %s", problem)
                    connection.close()
                    pause = RETRY
                if once:
                    return
                stop.wait(pause)
        finally:
            for watched in folders.values():
                watched.close()

    def _admit(self, folders: dict[str, Folder], top: Path, platform: str | None) -> None:
        """Look after the folders of all systems that are admitted; a new folder is found while this runs."""
        if not top.is_dir():
            raise CommandError(f"没有文件夹 {top}。请先建立它。")
        wanted = (
            {platform: top}
            if platform
            else {path.name: path for path in top.iterdir() if identifiers.uscc_valid(path.name)}
        )
        fresh = {code: path for code, path in wanted.items() if code not in folders}
        admitted = set(TradingSystem.objects.filter(pk__in=fresh).values_list("pk", flat=True))
        for code, path in fresh.items():
            if code in admitted:
                try:
                    folders[code] = Folder(path, Reporter(code, f"system:{code}"))
                except Refusal as refusal:
                    raise CommandError(refusal.detail) from None
                self.stdout.write(f"正在照看 {path}（{code}）")
            elif platform:
                raise CommandError(f"没有交易系统 {code}。请先用 ggzy token issue {code} --name 名称 接入。")

    def _round(self, watched: Folder, once: bool) -> None:
        for name, tally, well in watched.round(settled=once):
            self.stdout.write(f"{name}：{in_words(tally.counts)}，已移入 {'done' if well else 'failed'}/")
            self.stdout.flush()
