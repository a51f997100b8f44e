"""Packages made by our own writer and by hand, and a door for them."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from ggzy import standard
from ggzy.desks.exchange.intake import Tally
from ggzy.desks.exchange.packages import Enclosure, Outgoing
from ggzy.desks.exchange.packages.receiving import take_in
from ggzy.desks.exchange.prepare import Reporter

Receive = Callable[[bytes], list[dict[str, Any]]]


@pytest.fixture
def receive_for(token) -> Callable[[Reporter, bytes], list[dict[str, Any]]]:
    """Take a package of some system in; its answers, receipts left out, the summary last."""

    def received(reporter: Reporter, package: bytes) -> list[dict[str, Any]]:
        answers = b"".join(take_in(reporter, io.BytesIO(package), Tally(), "api")).splitlines()
        return [answer for answer in map(json.loads, answers) if "receipt" not in answer]

    return received


@pytest.fixture
def receive(receive_for, building) -> Receive:
    """The same of the building system."""
    return lambda package: receive_for(building, package)


def outgoing(
    number: str, *enclosures: Enclosure, key: str = "", op: str = "1", reason: str = "", **fields: str
) -> Outgoing:
    """A record made from the standard's example with some fields changed."""
    return Outgoing(number, {**standard.example(number), **fields}, key, op, reason, enclosures)


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A ZIP of these files, in this order."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files:
            package.writestr(name, content)
    return packed.getvalue()


def message(
    body: str, number: str = "500", head: str = "", declared: str = ' encoding="UTF-8"', outside: str = ""
) -> str:
    """A message as makers of trading systems write it."""
    return (
        f'<?xml version="1.0"{declared}?><EXCHANGE><HEAD><DATA_NO>{number}</DATA_NO>{head}</HEAD>'
        f"<BODY>{body}</BODY>{outside}</EXCHANGE>"
    )


def fields(number: str, **changed: str) -> str:
    """The standard's example as XML elements, some of them changed."""
    return "".join(
        f"<{name}>{value}</{name}>" for name, value in {**standard.example(number), **changed}.items()
    )
