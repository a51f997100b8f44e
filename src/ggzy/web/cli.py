"""The `ggzy` command: every chore is a management command of the app whose business it is."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one command, such as `ggzy run` or `ggzy verify URL`; `ggzy help` lists them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ggzy.web.settings")
    execute_from_command_line(["ggzy", *sys.argv[1:]])


if __name__ == "__main__":
    main()
