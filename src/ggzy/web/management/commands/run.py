"""`ggzy run`: everything from nothing, in one terminal."""

import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser, get_commands

from ggzy.kernel.errors import Refusal
from ggzy.web.supervisor import Plan, Program, Supervisor, children
from ggzy.web.supervisor.plan import GGZY
from ggzy.web.supervisor.tables import up_to_date
from ggzy.web.witness import demo as demo_witnesses

GREETING = """
  先试三件事：
  1. 打开上面的网址，搜“乒乓球 赞助”，点开那条真实公告；再搜“松溪 绿道”，看一个项目的全过程。
  2. 在公告页点“验证”，看它怎样一步步算到签名的检查点。
  3. 照 {address}/api/ 上的例子报送一条记录，几秒后在首页找到它。

  按 Ctrl-C 停止全部。
"""


class Command(BaseCommand):
    help = "启动整个平台：数据库、网站、存证编号、检索索引、后台任务；按 Ctrl-C 全部停止"
    requires_system_checks: list[str] = []  # checks may ask the database, which is not up yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT, help="网站端口（默认 8000）")
        parser.add_argument("--listen", default="127.0.0.1", help="监听的 IPv4 地址（默认只限本机）")
        parser.add_argument("--records", type=int, default=5000, help="首次启动时载入的演示数据条数")
        parser.add_argument("--no-demo", action="store_true", help="不载入演示数据")

    def handle(self, *, port: int, listen: str, records: int, no_demo: bool, **_: Any) -> None:
        begun = time.monotonic()

        def say(text: str) -> None:
            print(f"[{time.monotonic() - begun:6.1f} 秒] {text}", flush=True)

        demo = None
        if not no_demo and "demo" in get_commands():
            demo = Program("demo", "载入演示数据", (*GGZY, "demo", "--first", "--records", str(records)))
        plan = Plan(
            home=settings.HOME,
            port=port,
            listen=listen,
            children=children(port, listen, demo_witnesses.programs(make=not no_demo)),
            before=(
                Program(
                    "migrate",
                    "建立或升级数据表",
                    (*GGZY, "migrate", "--no-input", "--skip-checks"),
                    is_done=up_to_date,
                ),
            ),
            first=demo,
            database_url=settings.OWN_DATABASE_URL,
            greeting=GREETING.format(address=f"http://localhost:{port}"),
        )
        try:
            Supervisor(plan, say).run()
        except Refusal as refusal:
            self.stderr.write(f"{refusal.detail}［{refusal.code}］")
            sys.exit(1)
