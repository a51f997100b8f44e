"""Feeding many systems' records through the intake at once, as the importers and the demo do."""

from collections.abc import Callable
from typing import Any

from ggzy.desks.exchange.intake import BATCH, Tally, batches
from ggzy.desks.exchange.prepare import Line, Reporter

Listener = Callable[[dict[str, Any]], None]


class Feeder:
    """Collects lines by reporting system and takes them in batch by batch.

    `operator` brings them, by the door `via`. `on_problem` hears each answer that is neither accepted nor unchanged.
    """

    def __init__(self, via: str, on_problem: Listener = lambda answer: None, operator: str = "") -> None:
        self.via = via
        self.on_problem = on_problem
        self.operator = operator or f"operator:{via}"
        self.tally = Tally()
        self._waiting: dict[str, list[Line]] = {}

    def add(self, source: str, raw: bytes, number: int) -> None:
        """Take one line of a system; a full batch goes in at once."""
        waiting = self._waiting.setdefault(source, [])
        waiting.append(Line(number, raw))
        if len(waiting) >= BATCH:
            self._take_in(source)

    def flush(self) -> None:
        """Take in all that waits."""
        for source in list(self._waiting):
            self._take_in(source)

    def _take_in(self, source: str) -> None:
        reporter = Reporter(source, self.operator, role="operator")
        for answers, _ in batches(reporter, self._waiting.pop(source, []), self.tally, self.via):
            for answer in answers:
                if answer["status"] not in ("accepted", "unchanged"):
                    self.on_problem(answer)
