"""`ggzy demo`: a city that looks alive, streamed through the real intake."""

import sys
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from ggzy.desks.exchange import demo
from ggzy.desks.exchange.convert import Sender
from ggzy.desks.exchange.demo.systems import SERVICE_CODE
from ggzy.desks.exchange.demo.trial import TRIAL
from ggzy.desks.exchange.feeding import Feeder
from ggzy.desks.exchange.importing import feed_file
from ggzy.desks.exchange.intake import in_words
from ggzy.kernel import clock
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform

OURSELVES = Sender(SERVICE_CODE, SERVICE_CODE)
LOADER = "operator:demo"
OUR_NAME = "示范市公共资源交易服务系统（演示）"


class Command(BaseCommand):
    help = "载入演示数据：示范市三年的交易，以及全国平台公开的 50 条真实公告"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--records", type=int, default=5000, help="演示记录条数（默认 5000）")
        parser.add_argument("--seed", type=int, default=demo.SEED, help="随机种子；相同的种子得到相同的数据")
        parser.add_argument("--first", action="store_true", help="首次启动：另外载入真实公告并签发演示令牌")

    def handle(self, *args: Any, records: int, seed: int, first: bool, **options: Any) -> None:
        self._admit()
        if first:
            self._issue_token()
            with (files(demo) / "national-portal-notices.jsonl").open("rb") as notices:
                feed_file(Path(notices.name), OURSELVES, report=lambda progress: None, operator=LOADER)
        codes = {system.id: system.code for system in (*demo.systems(), TRIAL)}
        feeder = Feeder("demo", on_problem=self._tell, operator=LOADER)
        shown = tqdm(total=records, unit="条", desc="载入演示数据", file=sys.stderr, mininterval=0.5)
        for number, (system, envelope) in enumerate(demo.records(records, seed=seed, until=clock.now()), 1):
            feeder.add(codes[system], msgspec.json.encode(envelope), number)
            shown.update()
        feeder.flush()
        shown.close()
        self.stdout.write(f"演示数据已载入：{in_words(feeder.tally.counts)}")

    def _admit(self) -> None:
        act = Act(LOADER, "operator", "demo")
        for system in (*demo.systems(), TRIAL):
            perform(act, "system.admit", platform_code=system.code, name=system.name)
        perform(act, "system.admit", platform_code=SERVICE_CODE, name=OUR_NAME)

    def _issue_token(self) -> None:
        """The token of the API page's example; it may report data set 1900 only, for a year."""
        act = Act(LOADER, "operator", "demo")
        done = perform(
            act, "token.issue", platform_code=TRIAL.code, data_sets=list(TRIAL.data_sets), label="接口文档示例",
            expires_at=act.at + timedelta(days=365),
        )  # fmt: skip
        path = settings.HOME / "demo.token"
        path.touch(mode=0o600)
        path.write_text(done.result["token"])

    def _tell(self, answer: dict[str, Any]) -> None:
        self.stderr.write(msgspec.json.encode(answer).decode())
