"""`ggzy english`: gather what the platform says, keep its English, compile it; with --check only say what is amiss."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "收集界面文字，合并并编译英文词条"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="只检查，不改写")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        from ggzy.web.catalogue import gathering  # noqa: PLC0415 - only developers have Babel

        catalogue = gathering.merged()
        made = {
            gathering.PO: gathering.po(catalogue),
            gathering.MO: gathering.mo(catalogue),
            gathering.SCRIPT: gathering.script(catalogue),
        }
        stale = [path.name for path, content in made.items() if not path.exists() or path.read_bytes() != content]
        if not check:
            for path, content in made.items():
                path.write_bytes(content)
        missing = gathering.missing(catalogue)
        for sentence in missing:
            self.stderr.write(f"没有英文：{sentence}")
        if missing or (check and stale):
            raise CommandError("; ".join(filter(None, (
                f"{len(missing)} sentences have no English in {gathering.PO.name}" if missing else "",
                f"{', '.join(stale)} no longer say what the code says: run `ggzy english`" if check and stale else "",
            ))))  # fmt: skip
