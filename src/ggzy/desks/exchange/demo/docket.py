"""Where a trade's records are collected as they would be sent: until now, and never from the future."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ggzy.desks.exchange.demo.chance import Dice, stamp
from ggzy.desks.exchange.demo.systems import SERVICE_CODE, SERVICE_NUMBER, SYSTEMS

Sent = tuple[str, int, str, dict[str, Any]]
_WITH_NUMBERS = frozenset(
    ["502", "503", "504", "506", "507", "510", "511", "512", "513", "517", "522", "556", "557"]
)


class Docket:
    """The records that trades have sent so far, each with the moment it was sent."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self.sent: list[Sent] = []
        self._limit = stamp(until)

    def send(
        self, dice: Dice, system: str, data_set: str, key: str, at: datetime, data: dict[str, str],
        op: str = "1",
    ) -> None:  # fmt: skip
        """Send a record a few minutes after the fact (`op` 2: a change); nothing is sent from the future."""
        when = stamp(at + timedelta(seconds=60 + int(dice.random() * 600)))
        if when >= self._limit:
            return
        sender = SYSTEMS[system]
        data["PLATFORM_CODE"] = sender.code
        data["PUB_SERVICE_PLAT_CODE"] = SERVICE_CODE
        data["DATA_TIMESTAMP"] = when
        if data_set in _WITH_NUMBERS:
            data["TRADE_PLAT"] = sender.platform_number
            data["PUB_SERVICE_PLAT"] = SERVICE_NUMBER
        envelope = {"data_set": data_set, "key": key, "op": op, "data": data}
        self.sent.append((when, len(self.sent), system, envelope))

    def take(self) -> list[Sent]:
        """Hand over what was sent: trade by trade, in each of them parents before what hangs on them."""
        sent, self.sent = self.sent, []
        return sent
