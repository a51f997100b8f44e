"""`ggzy verify URL-or-folder`: is the log whole? Needs no database."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from ggzy.kernel.ledger import verify


class Command(BaseCommand):
    help = "验证整本存证日志：签名、每一条、每一块、树根；不需要数据库"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", help="网址（如 http://localhost:8000/evidence/2026）或文件夹")
        parser.add_argument("--vkey", help="您信任的验证公钥；不给时用日志旁边的 vkey")

    def handle(self, *args: Any, place: str, vkey: str | None, **options: Any) -> None:
        shown = tqdm(unit="条", desc="验证", file=sys.stderr, mininterval=0.5)

        def progress(done: int, size: int) -> None:
            shown.total, shown.n = size, done
            shown.refresh() if done == size else shown.update(0)

        try:
            report = verify.verify(verify.source(place), vkey, progress)
        except ValueError as fault:
            shown.close()
            self.stdout.write(f"不通过：{fault}")
            sys.exit(1)
        shown.close()
        self.stdout.write(f"{report.origin}\n条数 {report.size}\n树根 {report.root.hex()}\nOK 全部条目、哈希块与签名一致")
