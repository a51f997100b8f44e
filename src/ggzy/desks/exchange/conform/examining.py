"""Each line is held against the standard just as the intake does it, and against the lines around it."""

from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec

from ggzy import standard
from ggzy.desks.exchange import guids
from ggzy.desks.exchange.conform.report import Example, Ledger, Report
from ggzy.desks.exchange.conform.sources import FeedLine, read
from ggzy.desks.exchange.packages import Packaged, look
from ggzy.desks.exchange.prepare import Line, Prepared, Reporter, fault

_Place = tuple[str, Example]


def examine(
    place: str, at: datetime, *, token: str = "", platform: str = "", partial: bool = False
) -> Report:
    """Judge all lines at a place, as an intake at this moment would.

    `platform` is the code of the system that reports; without it the first record's is taken. With `partial` the
    parents may have been sent before: what waits for them does not count as wrong. A few hundred bytes of memory
    a record: the parents and times of all must be known.
    """
    examiner = _Examiner(platform, at)
    report = Report(place, "")
    for line in read(place, token):
        examiner.look(line)
    examiner.finish()
    report.platform, report.lines, report.sets = examiner.platform, examiner.lines, examiner.ledger.sets()
    report.right = report.lines > 0 and not any(s.refused or (s.held and not partial) for s in report.sets)
    return report


class _Examiner:
    def __init__(self, platform: str, at: datetime) -> None:
        self.platform, self.at = platform, at
        self.ledger = Ledger()
        self.lines = 0
        self._declared: dict[str, int] = {}
        self._waiting: list[tuple[tuple[str, ...], _Place]] = []
        self._stamps: dict[bytes, tuple[str, bytes]] = {}
        self._guids: dict[str, bytes] = {}

    def look(self, line: Line) -> None:
        """Judge one line."""
        self.lines += 1
        envelope = _envelope(line)
        data = envelope.get("data") if isinstance(envelope.get("data"), dict) else {}
        self.platform = self.platform or str(data.get("PLATFORM_CODE") or "")
        source = str(data.get("PLATFORM_CODE") or "") if isinstance(line, FeedLine) else self.platform
        prepared = look(Reporter(source, f"system:{source}"), line, self.at)
        number = prepared.data_set if prepared.data_set in standard.DATA_SETS else _number(prepared, envelope)
        set_report = self.ledger.of(number)
        set_report.lines += 1
        set_report.withdrawals += envelope.get("op") == "3"
        file = line.file if isinstance(line, Packaged) else ""
        key = prepared.key or str(envelope.get("key") or "")
        example = Example(line.number, file, key)
        faults = _seen(line, number, prepared) or guids.clashes(prepared, self._guids)
        for level, found in (
            *(("fault", one) for one in faults),
            *(("hint", one) for one in prepared.warnings),
        ):
            self.ledger.note(number, level, found, Example(line.number, file, key, found["got"]))
        if envelope.get("op") != "3" and data:
            self.ledger.fill(number, data)
        if faults:
            set_report.refused += 1
            return
        self._guids.update(prepared.guids)
        self._follow(number, prepared, example)

    def _follow(self, number: str, prepared: Prepared, example: Example) -> None:
        """Remember what later lines are held against."""
        if not self._in_order(number, prepared, example):
            self.ledger.of(number).refused += 1
            return
        for code in prepared.declares:
            self._declared.setdefault(code, self.lines)
        if unmet := tuple(code for code in prepared.parents if code not in self._declared):
            self._waiting.append((unmet, (number, example)))
        else:
            self.ledger.of(number).right += 1

    def _in_order(self, number: str, prepared: Prepared, example: Example) -> bool:
        """Versions of a record must come with later and later times; what is withdrawn must have been there."""
        candidate = prepared.candidate
        if candidate is None:
            return True
        record = blake2b(f"{number}\0{candidate.key}".encode(), digest_size=16).digest()
        content = blake2b(candidate.public + b"\0" + candidate.private, digest_size=8).digest()
        before = self._stamps.get(record)
        if before is None and candidate.withdrawn:
            found = fault(
                "record.nothing_to_withdraw",
                "本文件里没有要撤回的记录。如果以前也没有报送过，会被拒绝。",
                field="key",
                got=candidate.key,
            )
            self.ledger.note(number, "hint", found, example)
        elif before is not None and candidate.stamp < before[0]:
            found = fault("record.superseded", "同一记录前面已有时间戳更晚的版本，这一份不会入库。请按时间先后报送，更正用更晚的 DATA_TIMESTAMP。",
                          field="DATA_TIMESTAMP", rule="先后顺序", expected=f"不早于 {before[0]}", got=candidate.stamp)  # fmt: skip
            self.ledger.note(
                number, "fault", found, Example(example.line, example.file, example.key, candidate.stamp)
            )
            return False
        elif before is not None and candidate.stamp == before[0] and content != before[1]:
            found = fault("record.same_time", "同一记录的两个版本时间戳相同而内容不同，分不出先后。更正时请用更晚的 DATA_TIMESTAMP。",
                          field="DATA_TIMESTAMP", rule="先后顺序", expected=f"晚于 {before[0]}", got=candidate.stamp)  # fmt: skip
            self.ledger.note(
                number, "hint", found, Example(example.line, example.file, example.key, candidate.stamp)
            )
        self._stamps[record] = (candidate.stamp, content)
        return True

    def finish(self) -> None:
        """Judge those whose parents had not come when they came."""
        for unmet, (number, example) in self._waiting:
            missing = [code for code in unmet if code not in self._declared]
            report = self.ledger.of(number)
            for code in missing or unmet:
                kind, _, named = code.partition(":")
                example = Example(example.line, example.file, example.key, named)
                self.ledger.note(number, *_parent(number, kind, named, bool(missing)), example)
            if missing:
                report.held += 1
            else:
                report.right += 1


def _parent(number: str, kind: str, code: str, is_missing: bool) -> tuple[str, dict[str, str]]:
    field = next(name for held, name in standard.DATA_SETS[number].parents if held == kind)
    known = {"project": "项目", "procedure": "招标（采购）项目", "lot": "标段（包）"}.get(kind, kind)
    if is_missing:
        return "missing", fault(
            "record.parent_missing", f"上级{known}不在本文件里。若以前没有报送过，这些记录会暂存，等上级到达才入库。",
            field=field, rule="上级记录在先", expected=f"先报送{known}", got=code,
        )  # fmt: skip
    return "hint", fault(
        "record.parent_later", f"上级{known}排在它的下级之后。平台会等到它，但请先报上级再报下级，入库更快。",
        field=field, rule="先后顺序", expected=f"{known}在前", got=code,
    )  # fmt: skip


def _envelope(line: Line) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line.raw.removeprefix(b"\xef\xbb\xbf"), type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}


def _number(prepared: Prepared, envelope: dict[str, Any]) -> str:
    """The number as given, also when no data set has it or the rest of the line is unreadable."""
    said = prepared.data_set or envelope.get("data_set")
    try:
        return standard.data_set(str(said)).number
    except standard.UnknownDataSet:
        return str(said)[:20] if said else ""


def _seen(line: Line, number: str, prepared: Prepared) -> list[dict[str, str]]:
    """The faults that count: what a public feed leaves out is not missing."""
    if not isinstance(line, FeedLine) or number not in standard.DATA_SETS:
        return prepared.faults
    fields = standard.DATA_SETS[number].by_name
    return [
        f
        for f in prepared.faults
        if f["code"] != "record.field_missing" or (f["field"] in fields and fields[f["field"]].public)
    ]
