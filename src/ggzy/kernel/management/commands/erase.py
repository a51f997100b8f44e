"""`ggzy erase EVENT [--record N] --ground TEXT`: delete content by law; its leaf and all proofs stay."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Refusal
from ggzy.kernel.operators import actor, ask_who
from ggzy.kernel.oversight import erasing  # noqa: F401 - registers the action


class Command(BaseCommand):
    help = "依法删除一条留痕或其中一条记录的内容（个人信息保护法第四十七条）；日志叶子与证明不变"

    def add_arguments(self, parser: CommandParser) -> None:
        ask_who(parser)
        parser.add_argument("event", help="留痕（事件）编号")
        parser.add_argument("--record", type=int, help="只删除该事件中第几条记录（从 0 数起）；不填则删除事件本身")
        parser.add_argument("--ground", required=True, help="法律依据和决定文号")

    def handle(self, *args: Any, event: str, record: int | None, ground: str, **options: Any) -> None:
        act = Act(actor(options["operator"]), "operator", "command", ground)
        try:
            done = perform(act, "evidence.erase", event=event, n=record, ground=ground)
        except Refusal as refusal:
            raise CommandError(refusal.detail) from None
        self.stdout.write(done.receipt)
