"""The city's history: parties register, then trades of all five markets run over three years up to now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from ggzy.desks.exchange.demo import construction, plan, procurement, property, resources, showcase
from ggzy.desks.exchange.demo.chance import Dice, later
from ggzy.desks.exchange.demo.docket import Docket, Sent
from ggzy.desks.exchange.demo.parties import City
from ggzy.standard import CHINA

SEED = 20160206  # the day of 沪府办发〔2016〕5号
DAYS = 3 * 365
RUNNING = 0.08
_CHUNK = 10_000


def records(n: int, *, seed: int = SEED, until: date | datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """The demo city's first `n` records as pairs (id of the trading system, envelope), the same for the same seed.

    Nothing is later than `until` (a moment, or the start of a day, in Shanghai). The showcase comes first,
    then
    the parties, then the trades in chunks of some 10,000 records,
    each chunk in order of time over three years;
    memory stays flat for any `n`. A record's parents always come before it.
    """
    left = max(0, n)
    for batch in _history(n, seed, _moment(until)):
        batch = batch[:left]  # the last trade may be cut short, never its parents
        left -= len(batch)
        batch.sort(key=lambda sent: sent[:2])
        for _, _, system, envelope in batch:
            yield system, envelope
        if not left:
            return


def _history(n: int, seed: int, until: datetime) -> Iterator[list[Sent]]:
    """The batches in which the city's history is told: showcase, parties, then trades for ever."""
    city, dice, docket = City(seed, n), Dice(seed), Docket(until)
    since = later(until, -DAYS - 90)
    showcase.play(docket, city, Dice(seed))
    sent = len(docket.sent)
    yield docket.take()
    city.register(docket, dice, since)
    sent += len(docket.sent)
    yield docket.take()
    number = 1  # the showcase has it
    while True:
        while len(docket.sent) < min(_CHUNK, n - sent):
            number += 1
            _trade(docket, city, Dice(seed * 1_000_003 + number), number, until)
        sent += len(docket.sent)
        yield docket.take()


def _trade(docket: Docket, city: City, dice: Dice, number: int, until: datetime) -> None:
    """One trade; some begin in the last weeks, so that deadlines are always near."""
    ago = dice.random() * 19 if dice.chance(RUNNING) else dice.random() * DAYS
    notice_at = dice.office(later(until, -ago), before=True)
    kind = dice.random()
    if kind < 0.36:
        construction.play(docket, city, dice, plan.draw(city, dice, number, notice_at))
    elif kind < 0.86:
        procurement.play(docket, city, dice, number, notice_at)
    elif kind < 0.91:
        resources.play_land(docket, city, dice, number, notice_at)
    elif kind < 0.93:
        resources.play_mineral(docket, city, dice, number, notice_at)
    else:
        property.play(docket, city, dice, number, notice_at)


def _moment(until: date | datetime) -> datetime:
    if not isinstance(until, datetime):
        return datetime(until.year, until.month, until.day, tzinfo=CHINA)
    return until.astimezone(CHINA) if until.tzinfo else until.replace(tzinfo=CHINA)
