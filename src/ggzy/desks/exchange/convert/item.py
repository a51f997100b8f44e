"""What a converter yields: an envelope or a problem, and where to go on after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Problem:
    """An item that could not be turned into an envelope: where, what is wrong, what was expected."""

    code: str
    where: str
    what: str
    expected: str

    def __str__(self) -> str:
        return f"{self.where}：{self.what}。应为：{self.expected}"


class Item(NamedTuple):
    """One result. `position` is where an interrupted import may go on once this item is stored.

    In files of lines it is the number of uncompressed bytes read, in packages the number of items read.
    """

    position: int
    content: dict[str, Any] | Problem


@dataclass(frozen=True, slots=True)
class Sender:
    """For whom the records are reported: the credit codes of the trading system and of the service system."""

    platform_code: str
    service_code: str

    def envelope(self, key: str, timestamp: str, fields: dict[str, str]) -> dict[str, Any]:
        """An envelope of data set 1900 (外来公告); empty fields are left out."""
        data = {name: value for name, value in fields.items() if value}
        data["PLATFORM_CODE"] = self.platform_code
        data["PUB_SERVICE_PLAT_CODE"] = self.service_code
        data["DATA_TIMESTAMP"] = timestamp
        return {"data_set": "1900", "key": key, "op": "1", "data": data}


class Unrecognised(ValueError):
    """A file that no converter understands; its text says in Chinese what was found and what is accepted."""


class Unfit(ValueError):
    """One item that cannot be converted; caught by the converter that reads it."""

    def __init__(self, code: str, what: str, expected: str) -> None:
        super().__init__(what)
        self.code, self.what, self.expected = code, what, expected

    def at(self, where: str) -> Problem:
        """The problem as it is reported."""
        return Problem(self.code, where, self.what, self.expected)
