"""`ggzy import FILE…`: records, national portal notices or OCDS, of any size."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from ggzy.desks.exchange.convert import Sender, Unrecognised
from ggzy.desks.exchange.importing import Progress, feed_file, problems_file
from ggzy.desks.exchange.intake import in_words
from ggzy.kernel.errors import Refusal
from ggzy.kernel.operators import actor, ask_who


class Command(BaseCommand):
    help = "导入文件：标准 NDJSON、全国平台公告、OCDS 1.1；可中断后续传，重复导入不产生变化"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--platform", default=settings.PLATFORM_CODE, help="代为报送的系统标识码（公告与 OCDS 文件用）")
        ask_who(parser)
        parser.add_argument("--again", action="store_true", help="从头导入，不从上次中断处继续")

    def handle(self, *args: Any, files: list[Path], platform: str, again: bool, **options: Any) -> None:
        operator = actor(options["operator"])
        failed = False
        for path in files:
            if not path.is_file():
                raise CommandError(f"没有文件 {path}。请检查路径。")
            shown = tqdm(total=path.stat().st_size, unit="B", unit_scale=True, desc=path.name, file=sys.stderr)

            def report(progress: Progress, shown: tqdm = shown) -> None:
                shown.n = min(progress.position, shown.total) if not progress.done else shown.total
                shown.set_postfix({"条": progress.items, "问题": progress.problems}, refresh=True)

            try:
                progress = feed_file(path, Sender(platform, settings.PLATFORM_CODE), report, again, operator)
            except (Refusal, Unrecognised) as refusal:
                raise CommandError(f"{path}：{refusal}") from None
            finally:
                shown.close()
            self.stdout.write(f"{path}：读到 {progress.items} 条，{in_words(progress.counts)}")
            if progress.problems:
                failed = True
                self.stdout.write(f"  有 {progress.problems} 条未入库，逐条原因见 {problems_file(path)}")
        if failed:
            sys.exit(2)
