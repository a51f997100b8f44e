"""`ggzy witness --home DIR --port N`: be a witness of evidence logs, for an outside body."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ggzy.web.witness import program


class Command(BaseCommand):
    help = "见证存证日志：供监察、审计、公证处等外部单位独立运行（docs/witness.md）"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        program.add_arguments(parser)

    def handle(self, *args: Any, home: Path, port: int, listen: str, **options: Any) -> None:
        program.serve(home, port, listen)
