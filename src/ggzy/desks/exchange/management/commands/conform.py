"""`ggzy conform URL-or-FILE`: does what a trading system sends conform? Needs no database and no installation."""

import sys
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ggzy.desks.exchange import conform
from ggzy.kernel import clock
from ggzy.kernel.errors import Refusal


class Command(BaseCommand):
    help = "检查报送数据是否合规：NDJSON、国家标准数据包（ZIP）、或提供它们的网址；不需要数据库，什么也不写入"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "place",
            metavar="URL|FILE",
            help="文件（可用 gzip 压缩），或网址（NDJSON、ZIP、变更流 /api/feed）",
        )
        parser.add_argument("--token", default="", help="访问网址用的 Bearer 令牌")
        parser.add_argument("--platform", default="", help="报送系统标识码；不给时取第一条记录的")
        parser.add_argument("--partial", action="store_true", help="上级记录以前已报送：等待上级不算不合格")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(
        self, *args: Any, place: str, token: str, platform: str, partial: bool, **options: Any
    ) -> None:
        try:
            report = conform.examine(place, clock.now(), token=token, platform=platform, partial=partial)
        except conform.Unreachable as problem:
            raise CommandError(str(problem), returncode=2) from None
        except Refusal as refusal:
            raise CommandError(f"{place}：{refusal.detail} [{refusal.code}]", returncode=1) from None
        said = (
            msgspec.json.format(msgspec.json.encode(report)).decode()
            if options["json"]
            else conform.in_words(report)
        )
        self.stdout.write(said)
        if not report.right:
            sys.exit(1)
