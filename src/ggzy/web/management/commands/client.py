"""`ggzy client`: let a system sign people in through the platform, and stop it."""

from typing import Any

from allauth.idp.oidc.models import Client
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Refusal
from ggzy.kernel.operators import actor, ask_who
from ggzy.web.identity import clients  # noqa: F401 - registers the actions


class Command(BaseCommand):
    help = "登录系统的接入：admit 接入或更新（发新密钥），list 列出，remove 停止"

    def add_arguments(self, parser: CommandParser) -> None:
        ask_who(parser)
        verbs = parser.add_subparsers(dest="verb", required=True)
        admit = verbs.add_parser("admit", help="接入系统，或更新其地址并发新密钥")
        admit.add_argument("client", help="系统的编号（client_id），如 trade-a")
        admit.add_argument("--name", required=True, help="系统名称，显示在同意页上")
        admit.add_argument("--redirect", nargs="+", required=True, metavar="URL", help="登录后转回的地址，逐字一致")
        admit.add_argument("--after-logout", nargs="*", default=[], metavar="URL", help="退出后转回的地址")
        admit.add_argument("--logout", default="", metavar="URL", help="后台退出通知的地址（back-channel logout）")
        admit.add_argument("--home", default="", metavar="URL", help="服务窗口里这个系统的入口")
        admit.add_argument("--platform-code", default="", help="交易系统标识码；给出时可用客户端凭证报送数据")
        verbs.add_parser("list", help="列出已接入的系统")
        remove = verbs.add_parser("remove", help="停止一个系统")
        remove.add_argument("client")
        remove.add_argument("--reason", required=True, help="理由，记入存证")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        act = Act(actor(options["operator"]), "operator", "command")
        try:
            getattr(self, verb)(act, options)
        except Refusal as refusal:
            raise CommandError(f"{refusal.detail}［{refusal.code}］") from None

    def admit(self, act: Act, given: dict[str, Any]) -> None:
        done = perform(
            act, "client.admit", client=given["client"], name=given["name"], redirect_uris=given["redirect"],
            after_logout_uris=given["after_logout"], logout_uri=given["logout"], home=given["home"],
            platform_code=given["platform_code"],
        )  # fmt: skip
        self.stderr.write("密钥只显示这一次，请妥善保存：")
        self.stdout.write(done.result)

    def list(self, act: Act, given: dict[str, Any]) -> None:
        for client in Client.objects.order_by("pk"):
            self.stdout.write(f"{client.pk}\t{client.name}\t{' '.join(client.get_redirect_uris())}")

    def remove(self, act: Act, given: dict[str, Any]) -> None:
        perform(act, "client.remove", client=given["client"], reason=given["reason"])
        self.stdout.write(f"已停止 {given['client']}。")
