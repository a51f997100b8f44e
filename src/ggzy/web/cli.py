"""The `ggzy` command: every chore is a management command of the app whose business it is."""

import os
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.apps import apps
from django.core.management import execute_from_command_line, find_commands

OURS = "ggzy."
HELP = ("help", "--help", "-h")


def main() -> None:
    """Run one command, such as `ggzy run` or `ggzy verify URL`; bare `ggzy` lists them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ggzy.web.settings")
    if not sys.argv[1:] or (len(sys.argv) == 2 and sys.argv[1] in HELP):
        sys.stdout.write(listing())
        return
    if sys.argv[1:2] == ["conform"]:  # for makers of other systems, who have no installation and need none
        with TemporaryDirectory(prefix="ggzy-") as home:
            os.environ.update(GGZY_HOME=home)
            execute_from_command_line(["ggzy", *sys.argv[1:]])
    else:
        execute_from_command_line(["ggzy", *sys.argv[1:]])


def listing() -> str:
    """The platform's own commands with one line each, as a clerk reads them."""
    django.setup()
    found = sorted(
        (name, import_module(f"{app.name}.management.commands.{name}").Command.help)
        for app in apps.get_app_configs()
        if app.name.startswith(OURS)
        for name in find_commands(str(Path(app.path) / "management"))
    )
    width = max(len(name) for name, _help in found)
    lines = [f"  ggzy {name:<{width}}  {said}" for name, said in found]
    return "\n".join(["用法：ggzy 命令 [参数]", "", *lines, "", "ggzy 命令 --help 看一个命令的全部参数。", ""])


if __name__ == "__main__":
    main()
