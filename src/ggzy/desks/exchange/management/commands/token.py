"""`ggzy token`: let a trading system in, give it a token, take one back."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ggzy import standard
from ggzy.desks.exchange import actions  # noqa: F401 - registers the actions
from ggzy.desks.exchange.models import Token
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Refusal
from ggzy.kernel.operators import actor, ask_who

LONGEST_DAYS = 3650


class Command(BaseCommand):
    help = "交易系统的接入与令牌：issue 签发，list 列出，revoke 吊销"

    def add_arguments(self, parser: CommandParser) -> None:
        ask_who(parser)
        verbs = parser.add_subparsers(dest="verb", required=True)
        issue = verbs.add_parser("issue", help="签发令牌（系统未接入时先接入）")
        issue.add_argument("platform_code", help="交易系统标识码（18 位统一社会信用代码）")
        issue.add_argument("--name", help="交易系统名称；给出时接入或更名")
        issue.add_argument("--sets", nargs="*", default=[], help="可报送的数据集编号或前缀，如 50 51；不填为全部")
        issue.add_argument("--label", default="", help="用途说明")
        issue.add_argument("--days", type=int, help="有效天数；不填为长期有效，直到吊销")
        verbs.add_parser("list", help="列出令牌")
        revoke = verbs.add_parser("revoke", help="吊销令牌")
        revoke.add_argument("number", type=int)

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        act = Act(actor(options["operator"]), "operator", "command")
        try:
            getattr(self, verb)(act, options)
        except Refusal as refusal:
            raise CommandError(refusal.detail) from None

    def issue(self, act: Act, options: dict[str, Any]) -> None:
        code = options["platform_code"]
        if options["name"]:
            perform(act, "system.admit", platform_code=code, name=options["name"])
        days = options["days"]
        if days is not None and not 0 < days <= LONGEST_DAYS:
            raise CommandError(f"有效天数应在 1 到 {LONGEST_DAYS} 之间。")
        expires_at = act.at + timedelta(days=days) if days else None
        done = perform(
            act, "token.issue", platform_code=code, data_sets=options["sets"], label=options["label"], expires_at=expires_at
        )
        self.stderr.write("令牌只显示这一次，请妥善保存：")
        self.stdout.write(done.result["token"])

    def list(self, act: Act, options: dict[str, Any]) -> None:
        for token in Token.objects.select_related("system").order_by("id"):
            state = _state(token, act.at)
            sets = "、".join(token.data_sets) or "全部数据集"
            self.stdout.write(f"{token.pk}\t{state}\t{token.system_id}\t{token.system.name}\t{sets}\t{token.label}")

    def revoke(self, act: Act, options: dict[str, Any]) -> None:
        token = Token.objects.filter(pk=options["number"]).first()
        if token is None:
            raise CommandError("没有这个令牌。用 ggzy token list 查看。")
        perform(act, "token.revoke", platform_code=token.system_id, token=token.pk)
        self.stdout.write(f"令牌 {token.pk} 已吊销。")


def _state(token: Token, at: datetime) -> str:
    if token.revoked_at:
        return "已吊销"
    if token.expires_at is None:
        return "有效"
    return f"{'已过期' if token.expires_at <= at else '有效至'} {token.expires_at.astimezone(standard.CHINA):%Y-%m-%d %H:%M}"
