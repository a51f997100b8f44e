"""`ggzy auditor`: let a supervisor or auditor read sealed evidence, list who may, take it back."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Refusal
from ggzy.kernel.ledger.models import Auditor
from ggzy.kernel.operators import actor, ask_who
from ggzy.kernel.oversight import auditors  # noqa: F401 - registers the actions


class Command(BaseCommand):
    help = "监督、审计人员的查阅令牌：admit 签发，list 列出，dismiss 吊销"

    def add_arguments(self, parser: CommandParser) -> None:
        ask_who(parser)
        verbs = parser.add_subparsers(dest="verb", required=True)
        admit = verbs.add_parser("admit", help="签发令牌")
        admit.add_argument("name", help="单位与姓名")
        admit.add_argument("--days", type=int, default=365, help="有效天数，1 到 3650，默认 365")
        verbs.add_parser("list", help="列出令牌")
        dismiss = verbs.add_parser("dismiss", help="吊销令牌")
        dismiss.add_argument("number", type=int)

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        act = Act(actor(options["operator"]), "operator", "command")
        try:
            getattr(self, verb)(act, options)
        except Refusal as refusal:
            raise CommandError(refusal.detail) from None

    def admit(self, act: Act, options: dict[str, Any]) -> None:
        if not 0 < options["days"] <= 3650:
            raise CommandError("有效天数应在 1 到 3650 之间。")
        expires_at = act.at + timedelta(days=options["days"])
        done = perform(act, "auditor.admit", name=options["name"], expires_at=expires_at)
        self.stderr.write("令牌只显示这一次，请妥善保存：")
        self.stdout.write(done.result["token"])

    def list(self, act: Act, options: dict[str, Any]) -> None:
        for one in Auditor.objects.order_by("pk"):
            over = one.expires_at is not None and one.expires_at <= act.at
            state = "已吊销" if one.revoked_at else "已过期" if over else "有效"
            self.stdout.write(f"{one.pk}\t{state}\t{one.name}\t{one.expires_at or ''}")

    def dismiss(self, act: Act, options: dict[str, Any]) -> None:
        perform(act, "auditor.dismiss", auditor=options["number"])
        self.stdout.write("已吊销。")
