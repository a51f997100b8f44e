"""The intake: lines in, one answer a line out; each batch is one action, one transaction, one event."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import DataError

from ggzy.desks.exchange import actions, quarantine  # noqa: F401 - actions registers record.receive
from ggzy.desks.exchange.prepare import Line, Prepared, Reporter, prepare
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Conflict, Refusal
from ggzy.kernel.ledger import followers

BATCH = 1000
BATCH_BYTES = 16 * 1024**2
_RELEASED = "等待的上级记录已到，暂存的记录入库"
_AHEAD = timedelta(seconds=1)
"""How far the log may run ahead of its readers, so that what was accepted is public within seconds."""
_PATIENCE_SECONDS = 5.0
"""How long a batch waits for them at most: a reader that is stuck slows the intake and does not stop it."""
log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode
Look = Callable[[Reporter, Line, datetime], Prepared]
"""How a line is read and held against the standard: `prepare`, or what a package puts before it."""


WORDS = {
    "accepted": "入库",
    "unchanged": "内容未变",
    "superseded": "已有更新版本",
    "held": "等待上级记录",
    "refused": "未通过校验",
    "released": "等到上级记录后入库",
}


def in_words(counts: dict[str, int]) -> str:
    """How many lines met which fate, as people read it."""
    return "，".join(f"{WORDS[status]} {count:,} 条" for status, count in counts.items()) or "没有记录"


class Tally:
    """How many lines met which fate, as the stream goes on."""

    def __init__(self) -> None:
        self.lines = 0
        self.counts: dict[str, int] = {}

    def add(self, answers: Iterable[dict[str, Any]]) -> None:
        """Count these answers."""
        for answer in answers:
            self.lines += 1
            self.counts[answer["status"]] = self.counts.get(answer["status"], 0) + 1


def take_in(reporter: Reporter, lines: Iterable[Line], tally: Tally, via: str = "api") -> Iterator[bytes]:
    """Take lines in and yield the answers as NDJSON, batch by batch.

    After each batch comes a line with the batch's receipt, a signed note that proves that its event is on the
    log.
    """
    for answers, receipt in batches(reporter, lines, tally, via):
        yield b"".join(_encode(answer) + b"\n" for answer in answers) + _encode(receipt) + b"\n"


def batches(
    reporter: Reporter, lines: Iterable[Line], tally: Tally, via: str, look: Look = prepare
) -> Iterator[tuple[list[dict[str, Any]], dict[str, Any]]]:
    """Take lines in and yield the answers and the receipt of each batch.

    Held children whose parent has just come are released at once and counted as "released".
    """
    for batch in _batches(lines):
        followers.let_catch_up(_AHEAD, _PATIENCE_SECONDS)
        answers, receipt, declared = _one_batch(reporter, batch, via, look)
        tally.add(answers)
        yield answers, receipt
        released = sum(answer["status"] == "accepted" for answer in release(reporter, declared, via))
        if released:
            tally.counts["released"] = tally.counts.get("released", 0) + released


def release(reporter: Reporter, declared: list[str], via: str) -> Iterator[dict[str, Any]]:
    """Take in what was held for these codes; what that declares may release more.

    Whoever brought the codes does it. What their token covers does not matter: the lines were let in before.
    """
    reporter = replace(reporter, data_sets=())
    while declared:
        codes, declared, last = declared, [], 0
        while lines := quarantine.released_by(reporter.source, codes, last, BATCH, BATCH_BYTES):
            answers, _, more = _one_batch(reporter, lines, via, reason=_RELEASED)
            declared += more
            last = lines[-1].quarantined or 0
            yield from answers


def release_overdue() -> int:
    """Release what should have been released already; returns how many were accepted. The clock does it."""
    accepted = last = 0
    while found := quarantine.overdue(last, BATCH, BATCH_BYTES):
        for source, lines in found.items():
            last = max(last, lines[-1].quarantined or 0)
            clock = Reporter(source, "clock", role="clock")
            try:
                answers, _, declared = _one_batch(clock, lines, "clock", reason=_RELEASED)
                accepted += sum(answer["status"] == "accepted" for answer in answers)
                accepted += sum(answer["status"] == "accepted" for answer in release(clock, declared, "clock"))
            except (Refusal, DataError):
                log.exception("held lines of %s could not be released; those of other systems go on", source)
    return accepted


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Up to 1,000 lines at a time; when the stream breaks off, the lines that came whole still go first."""
    batch: list[Line] = []
    size = 0
    try:
        for line in lines:
            batch.append(line)
            size += len(line.raw)
            if len(batch) == BATCH or size >= BATCH_BYTES:
                yield batch
                batch, size = [], 0
    except Refusal:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _one_batch(
    reporter: Reporter, lines: list[Line], via: str, look: Look = prepare, reason: str = ""
) -> tuple[list[dict[str, Any]], dict[str, Any], list[str]]:
    act = reporter.act(via, reason)
    prepared = [look(reporter, line, act.at) for line in lines]
    done = perform(act, "record.receive", source=reporter.source, batch=prepared)
    ordered, declared = done.result
    answers = []
    for item, answer in zip(prepared, ordered, strict=True):
        if answer["status"] == "accepted":
            answer["event"] = done.event_id
        if item.warnings:
            answer["warnings"] = item.warnings
        answers.append({"line": item.line.number, "data_set": item.data_set, "key": item.key, **answer})
    return answers, {"event": done.event_id, "records": len(lines), "receipt": done.receipt}, declared


def replay(reporter: Reporter, number: int, raw: bytes) -> dict[str, Any]:
    """Send a quarantined line again, as it is or corrected; the answer is the line's new fate."""
    row = quarantine.find(reporter.source, number, reporter.data_sets)
    if row.settled_at is not None:
        raise Conflict("这条记录已处理完毕，不能再次提交。", code="quarantine.settled")
    answers, receipt, declared = _one_batch(reporter, [Line(1, raw, quarantined=number)], "console")
    for _ in release(reporter, declared, "console"):
        pass
    return {**answers[0], "receipt": receipt["receipt"]}
