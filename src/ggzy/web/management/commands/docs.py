"""`ggzy docs`: write the generated pages below docs/; with --check only say whether they are up to date."""

from typing import Any

import msgspec
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ggzy.kernel.words import glossary
from ggzy.web.api import openapi


class Command(BaseCommand):
    help = "生成 docs/ 下由代码得出的页面"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="只检查，不改写")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        api = msgspec.json.format(msgspec.json.encode(openapi.document()), indent=1).decode() + "\n"
        pages = {"glossary.md": glossary(), "openapi.json": api}
        stale = []
        for name, text in pages.items():
            path = settings.BASE_DIR / "docs" / name
            if not path.exists() or path.read_text() != text:
                stale.append(name)
                if not check:
                    path.write_text(text)
        if check and stale:
            raise CommandError(f"{', '.join(stale)} no longer says what the code says: run `make docs`")
