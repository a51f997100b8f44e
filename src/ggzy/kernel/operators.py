"""Which operator types a command: the log names whoever did something, not the machine it was done on."""

import os
import pwd
import re

from django.core.management.base import CommandError, CommandParser

_NAME = re.compile(r"[\w.@-]{1,64}")


def ask_who(parser: CommandParser) -> None:
    """Let a command be told who types it."""
    parser.add_argument("--as", dest="operator", metavar="NAME", help="经办人，记入存证（默认为登录本机的用户名）")


def actor(given: str | None) -> str:
    """The operator as an act names its actor: as given, or the account that logged in to this machine."""
    name = given or _logged_in()
    if not _NAME.fullmatch(name):
        raise CommandError("经办人只能由文字、数字和 . @ _ - 组成，最长 64 个字符。请用 --as 给出，如 --as zhang.san。")
    return f"operator:{name}"


def _logged_in() -> str:
    """Who logged in, also behind sudo; without a terminal the account under which the command runs."""
    try:
        return os.getlogin()
    except OSError:
        pass
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
