"""One event by itself: does its content lead to its entry, is what is erased empty, do its records fit it?"""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from ggzy.kernel import clock
from ggzy.kernel.ledger import disclosure
from ggzy.kernel.ledger.emit import event_json
from ggzy.kernel.oversight.examination.faults import Faults
from ggzy.kernel.oversight.examination.rows import AT_ONCE, Happened, execute
from ggzy.kernel.tlog import entry, tree

EMPTY = "{}"
ERASURE = "evidence.erase"
_RECORDS = """
SELECT r.event_id, r.n, r.erased_by, r.salts, h.source, r.data_set, h.key, r.version, r.withdrawn, r.public, r.private,
       h.data_set
FROM kernel_record r LEFT JOIN kernel_head h ON h.id = r.head_id WHERE r.event_id = ANY(%s) ORDER BY r.event_id, r.n
"""
Target = tuple[str, int | None]


class _Said(msgspec.Struct):
    """What the examination needs of a body."""

    records: int = 0
    root: str = ""
    discloses: list[dict[str, Any]] = []
    event: str = ""
    n: int | None = None


class Events:
    """Judges events one after the other, and those that carry records a few hundred records at a time.

    `said` and `done` collect erasures, as events order them and as rows show them; they are rare. `moments` counts
    the chains that events disclose.
    """

    def __init__(self, faults: Faults) -> None:
        self.said: dict[Target, UUID] = {}
        self.done: dict[Target, UUID | None] = {}
        self.moments = 0
        self._faults = faults
        self._waiting: list[tuple[Happened, _Said]] = []
        self._expected = 0

    def judge(self, row: Happened) -> None:
        """Look at one event; `finish` must follow the last one."""
        self._judge_class(row)
        if row.disclose == "erased":
            self._judge_erased(row)
            said = _Said()
        else:
            if row.entry != own_entry(row):
                self._faults.add(
                    f"{row}：内容（body、actor、at、salt、prev 等）与条目 entry 的承诺不符，其中有列被改过"
                )
            said = _said(row)
            self.moments += len(said.discloses)
            if row.type == ERASURE:
                self.said[said.event, said.n] = row.id
        self._waiting.append((row, said))
        self._expected += said.records
        if self._expected >= AT_ONCE or len(self._waiting) >= AT_ONCE:
            self._judge_records()

    def finish(self) -> None:
        """Judge what waits still, and whether each erasure has its event and each such event its erasure."""
        self._judge_records()
        for target in sorted(self.said.keys() | self.done.keys(), key=str):
            ordered, by = self.said.get(target), self.done.get(target)
            where = _where(target)
            if target not in self.done:
                self._faults.add(f"{where}：留痕 {ordered} 说已依法删除，内容却还在（应为空）")
            elif ordered is None or ordered != by:
                self._faults.add(
                    f"{where}：标为已删除，却没有依据：erased_by 所指 {by} 不是删除它的 {ERASURE} 留痕"
                )

    def _judge_class(self, row: Happened) -> None:
        sealed = disclosure.sealed_as(row.subject)
        if row.disclose != "erased" and sealed != (row.disclose if row.disclose in disclosure.SEALED else ""):
            self._faults.add(f"{row}：公开类别 {row.disclose} 与所在链 {row.subject} 不符")

    def _judge_erased(self, row: Happened) -> None:
        self.done[str(row.id), None] = row.erased_by
        if (row.body, row.salt) != (EMPTY, b""):
            self._faults.add(f"{row}：标为已依法删除，body 和 salt 应为空，却有内容")
        told = _told_time(disclosure.sealed_as(row.subject) or "public", row.at)
        if not entry.is_ours(row.entry) or msgspec.json.decode(row.entry)["t"] != told:
            self._faults.add(f"{row}：时间 at 与条目 entry 不符，其中一列被改过")

    def _judge_records(self) -> None:
        by_event: dict[UUID, list[tuple[Any, ...]]] = {row.id: [] for row, _ in self._waiting}
        for event_id, *record in execute(_RECORDS, [list(by_event)]):
            by_event[event_id].append(tuple(record))
        for row, said in self._waiting:
            self._judge_batch(row, said, by_event[row.id])
        self._waiting, self._expected = [], 0

    def _judge_batch(self, row: Happened, said: _Said, records: Sequence[tuple[Any, ...]]) -> None:
        for n, erased_by, salts, *_, public, private, _ in records:
            if erased_by is not None:
                self.done[str(row.id), n] = erased_by
                if (public, private, len(salts)) != (EMPTY, EMPTY, 64):
                    self._faults.add(f"kernel_record（{row.id}, {n}）：标为已依法删除，却有内容")
        if [record[0] for record in records] != list(range(len(records))):
            self._faults.add(f"kernel_record（{row.id}）：序号 n 不是从 0 起逐一相连，{row} 的记录有缺")
        if row.disclose == "erased":
            return  # the root went with the body
        if len(records) != said.records:
            self._faults.add(
                f"kernel_record（{row.id}）：{row} 声明 {said.records:,} 条记录，实有 {len(records):,} 条"
            )
        elif records and b64encode(tree.root_of([_leaf(record) for record in records])).decode() != said.root:
            self._faults.add(
                f"kernel_record（{row.id}）：{len(records):,} 条记录算不出 {row} 所承诺的 root，记录或其 kernel_head 被改过"
            )
        for n, _, _, source, data_set, *_, of_head in records:
            if source is None:
                self._faults.add(f"kernel_record（{row.id}, {n}）：所属的 kernel_head 不存在")
            elif data_set != of_head:
                self._faults.add(
                    f"kernel_record（{row.id}, {n}）：数据集 {data_set} 与 kernel_head 的 {of_head} 不同"
                )


def own_entry(row: Happened) -> bytes:
    """The entry to which content and salt of an event lead; empty when its moment is none."""
    told = _told_time(row.disclose, row.at)
    if row.at is None or told is None:
        return b""
    shown = event_json(
        row.id, row.subject, row.subject_seq, row.type, row.actor, row.at, row.body.encode(), row.prev
    )
    return entry.entry(entry.commitment(row.salt, shown), told)


def _told_time(disclose: str, at: datetime | None) -> int | None:
    return None if at is None else clock.milliseconds(disclosure.shown_time(disclose, at))


def _said(row: Happened) -> _Said:
    try:
        return msgspec.json.decode(row.body, type=_Said)
    except msgspec.DecodeError:  # another action's words, or damage, which its entry tells
        return _Said()


def _leaf(record: tuple[Any, ...]) -> bytes:
    """The leaf of a record, after the description in records.py; of an erased one the parts stand in `salts`."""
    _, erased_by, salts, source, data_set, key, version, withdrawn, public, private, _ = record
    public_part, private_part = salts[:32], salts[32:]
    if erased_by is None:
        public_part, private_part = (
            sha256(salt + part.encode()).digest()
            for salt, part in ((salts[:16], public), (salts[16:], private))
        )
    said = {
        "data_set": data_set, "key": key, "private": b64encode(private_part).decode(), "public": b64encode(public_part).decode(),
        "source": source, "version": version, "withdrawn": withdrawn,
    }  # fmt: skip
    return sha256(b"\x00ggzy-rec/1\x00" + entry.canonical(said)).digest()


def _where(target: Target) -> str:
    event, n = target
    return f"kernel_event {event}" if n is None else f"kernel_record（{event}, {n}）"
