"""`ggzy appoint LOGIN ROLE`: name the first administrators, by two operators."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ggzy.commons.identity import granting
from ggzy.commons.identity.models import Account
from ggzy.commons.identity.roles import ADMINISTRATORS
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Refusal
from ggzy.kernel.operators import actor, ask_who


class Command(BaseCommand):
    help = "任命首任管理员（安全管理员两名，系统、审计管理员各一名）；此后由安全管理员在网页上授予角色"

    def add_arguments(self, parser: CommandParser) -> None:
        ask_who(parser)
        parser.add_argument("login", help="已注册账户的登录名")
        parser.add_argument("role", choices=ADMINISTRATORS)
        parser.add_argument("--with", dest="second", required=True, metavar="NAME", help="在场的第二名经办人，记入存证")
        parser.add_argument("--ground", required=True, help="任命文件")
        parser.add_argument("--days", type=int, default=granting.LONGEST.days - 1, help="有效天数，最长一年")

    def handle(self, *args: Any, login: str, role: str, second: str, ground: str, days: int, **options: Any) -> None:
        act = Act(actor(options["operator"]), "operator", "command")
        account = Account.objects.filter(login=login.lower()).first()
        if account is None:
            raise CommandError("没有这个登录名。请先在 /account/sign-up 注册。")
        try:
            perform(
                act, "grant.appoint", account=str(account.number), role=role, ground=ground, second=actor(second),
                until=act.at + timedelta(days=days),
            )  # fmt: skip
        except Refusal as refusal:
            raise CommandError(f"{refusal.detail}［{refusal.code}］") from None
        self.stdout.write(f"{login} 已是{granting.roles()[role].title}，有效 {days} 天。")
