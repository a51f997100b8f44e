"""Fixtures of all tests that report records: a reporting system, and lines made from the standard's own examples."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ggzy import standard
from ggzy.desks.exchange.intake import Tally, take_in
from ggzy.desks.exchange.prepare import Line, Reporter
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform

Send = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def building() -> Reporter:
    """The building trade's system; the standard's examples carry its platform code."""
    code = standard.example("500")["PLATFORM_CODE"]
    return Reporter(code, f"system:{code}")


@pytest.fixture
def line() -> Callable[..., bytes]:
    """A line for a data set, made from the standard's example with some fields changed."""

    def make(number: str, key: str = "", op: str = "1", **fields: str | None) -> bytes:
        data = {k: v for k, v in {**standard.example(number), **fields}.items() if v is not None}
        return json.dumps({"data_set": number, "key": key, "op": op, "data": data}, ensure_ascii=False).encode()

    return make


@pytest.fixture
def send(db, building) -> Send:
    """Send lines through the intake and return the answers to them (receipts left out)."""

    def sent(*lines: bytes, reporter: Reporter = building) -> list[dict[str, Any]]:
        numbered = [Line(i, raw) for i, raw in enumerate(lines, 1)]
        answers = b"".join(take_in(reporter, numbered, Tally())).splitlines()
        return [answer for answer in map(json.loads, answers) if "line" in answer]

    return sent


@pytest.fixture
def token(db, building) -> str:
    """A bearer token of the building trade's system."""
    operator = Act("operator:test", "operator", "console")
    perform(operator, "system.admit", platform_code=building.source, name="示范市建设工程交易系统")
    return perform(operator, "token.issue", platform_code=building.source).result["token"]
