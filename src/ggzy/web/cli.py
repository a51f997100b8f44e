"""The `ggzy` command: every chore is a management command of the app whose business it is."""

import os
import sys
from tempfile import TemporaryDirectory

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one command, such as `ggzy run` or `ggzy verify URL`; `ggzy help` lists them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ggzy.web.settings")
    if sys.argv[1:2] == ["conform"]:  # for makers of other systems, who have no installation and need none
        with TemporaryDirectory(prefix="ggzy-") as home:
            os.environ.update(GGZY_HOME=home)
            execute_from_command_line(["ggzy", *sys.argv[1:]])
    else:
        execute_from_command_line(["ggzy", *sys.argv[1:]])


if __name__ == "__main__":
    main()
