"""`ggzy keys rotate`: take a new key for sealed fields, seal everything anew, forget the old keys."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.operators import actor, ask_who
from ggzy.kernel.privacy.rotating import reseal


class Command(BaseCommand):
    help = "更换字段加密密钥：启用新密钥，把全部加密字段改用新密钥，再停用旧密钥；中断后重新运行即可接着做完"

    def add_arguments(self, parser: CommandParser) -> None:
        ask_who(parser)
        parser.add_argument("verb", choices=["rotate", "resume"], help="rotate 启用新密钥；resume 接着做完上一次")
        parser.add_argument("--ground", required=True, help="理由，记入存证")

    def handle(self, *args: Any, verb: str, ground: str, **options: Any) -> None:
        act = Act(actor(options["operator"]), "operator", "command", ground)
        if verb == "rotate":
            self.stdout.write(f"新密钥 {perform(act, 'keys.rotate').result.hex()}")
        for column, rows in reseal():
            self.stdout.write(f"{column}：{rows} 行")
        retired = perform(act, "keys.retire").result
        self.stdout.write(f"停用旧密钥 {len(retired)} 个")
