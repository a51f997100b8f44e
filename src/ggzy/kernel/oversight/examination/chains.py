"""What holds events and records together: chains of subjects, heads of records, moments of disclosure."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

import msgspec

from ggzy.kernel.ledger import records
from ggzy.kernel.oversight.examination.faults import Faults
from ggzy.kernel.oversight.examination.rows import execute, number, stream

Step = Callable[[], object]
_LINKS = """
SELECT e.subject, e.subject_seq, e.id, e.prev, e.entry, e.idx, c.seq, c.last, c.last_id
FROM kernel_event e LEFT JOIN kernel_chain c ON c.subject = e.subject ORDER BY e.subject, e.subject_seq
"""
_WITHOUT_EVENTS = """
SELECT c.subject, c.seq FROM kernel_chain c
WHERE c.seq <> 0 AND NOT EXISTS (SELECT 1 FROM kernel_event e WHERE e.subject = c.subject)
"""
_HEADS = """
SELECT h.id, h.source, h.data_set, h.key, h.version, h.event_id, h.n, h.withdrawn, h.digest,
       r.version, r.event_id, r.n, r.withdrawn, r.erased_by IS NOT NULL, r.public, r.private
FROM kernel_head h LEFT JOIN LATERAL
     (SELECT * FROM kernel_record r WHERE r.head_id = h.id ORDER BY r.version DESC LIMIT 1) r ON true ORDER BY h.id
"""
_WITHOUT_EVENT = """
SELECT r.event_id, r.n FROM kernel_record r
WHERE NOT EXISTS (SELECT 1 FROM kernel_event e WHERE e.id = r.event_id)
"""
_MOMENTS = """
SELECT m.chain, m.event_id, d.disclose, d.body FROM kernel_moment m LEFT JOIN kernel_event d ON d.id = m.event_id
"""


def judge_links(faults: Faults, step: Step) -> None:
    """Each subject's events are numbered from 1, each names the one before, and the chain's row the last one."""
    link: tuple[Any, ...] = ("", 0, None, None, None, None, 0, None, None)
    for row in stream("links", _LINKS):
        subject, seq, event_id, prev, _, idx, *_ = row
        if subject != link[0]:
            _judge_end(link, faults)
            link = (subject, 0, None, None, None, None, *row[6:])
        where = f"kernel_event {event_id}（对象 {subject} 第 {seq} 条）"
        if seq != link[1] + 1:
            faults.add(f"{where}：对象链不连续，前一条是第 {link[1]} 条")
        elif prev != committed(link[4]):
            faults.add(f"{where}：prev 不是前一条留痕的承诺，对象链被改接")
        if link[2] is not None and event_id.int <= link[2].int:
            faults.add(f"{where}：编号不大于前一条 {link[2]}")
        if link[2] is not None and idx is not None and (link[5] is None or idx < link[5]):
            faults.add(f"{where}：在日志中排在前一条 {link[2]} 之前，次序被改过")
        link = row
        step()
    _judge_end(link, faults)
    for subject, seq in stream("without_events", _WITHOUT_EVENTS):
        faults.add(f"kernel_chain {subject}：记有 {seq} 条，却一条留痕也没有")


def _judge_end(link: tuple[Any, ...], faults: Faults) -> None:
    subject, seq, event_id, _, entry, _, *chain = link
    if event_id is not None and chain != [seq, committed(entry), event_id]:
        faults.add(
            f"kernel_chain {subject}：与最后一条留痕（第 {seq} 条 {event_id}）不符，链尾被改过或留痕有缺"
        )


def committed(entry: bytes | None) -> bytes | None:
    """The commitment in an entry; empty for one that is none."""
    if entry is None:
        return None
    try:
        return b64decode(msgspec.json.decode(entry)["c"])
    except (msgspec.DecodeError, ValueError, TypeError, KeyError):
        return b""


def judge_heads(faults: Faults, step: Step) -> None:
    """Each head names the newest version of its record, and its digest is that of the content."""
    for row in stream("heads", _HEADS):
        head_id, source, data_set, key, version, event_id, n, withdrawn, digest, *newest = row
        erased, public, private = newest[4:]
        where = f"kernel_head {head_id}（{source} {data_set} {key}）"
        if [version, event_id, n, withdrawn] != newest[:4]:
            faults.add(
                f"{where}：指向第 {version} 版（{event_id}, {n}），与最新的第 {newest[0]} 版"
                f"（{newest[1]}, {newest[2]}）不符"
            )
        elif digest != (b"" if erased else _digest(data_set, key, public, private)):
            faults.add(f"{where}：digest 与 kernel_record（{event_id}, {n}）的内容不符，记录被改过")
        step()
    for event_id, n in stream("without_event", _WITHOUT_EVENT):
        faults.add(f"kernel_record（{event_id}, {n}）：没有发布它的留痕")


def _digest(data_set: str, key: str, public: str, private: str) -> bytes:
    return records.content_digest(records.Candidate(data_set, key, "", public.encode(), private.encode()))


def judge_moments(faults: Faults, said: int) -> None:
    """What was withheld is open to all only from an event that says so, how much it is, and how it ends.

    `said` is how many chains the events that are not erased disclose.
    """
    shown = 0
    for chain, event_id, disclose, body in stream("moments", _MOMENTS):
        if disclose == "erased":
            continue
        shown += 1
        where = f"kernel_moment {chain}"
        told = _told(body, chain)
        if disclose != "public" or told is None:
            faults.add(f"{where}：留痕 {event_id} 没有公开这条链")
        elif told.get("last") != _last(chain, told.get("events")):
            faults.add(f"{where}：留痕 {event_id} 公开的条数和末条承诺与该链不符")
    if shown < said:
        faults.add(f"kernel_moment：应有 {said:,} 行，实有 {shown:,} 行，公开时点有缺")


def _told(body: str | None, chain: str) -> dict[str, Any] | None:
    try:
        return next(
            (one for one in msgspec.json.decode(body or "{}")["discloses"] if one["chain"] == chain), None
        )
    except (msgspec.DecodeError, LookupError, TypeError):
        return None


def _last(chain: str, events: object) -> str | None:
    """The commitment with which so many events of a chain end."""
    row = execute(
        "SELECT entry FROM kernel_event WHERE subject = %s AND subject_seq = %s", [chain, events]
    ).fetchone()
    last = committed(row[0]) if row else None
    return b64encode(last).decode() if last is not None else None


def count(table: str) -> int:
    """How many rows a table holds, roughly: for a bar that shows how far one is."""
    return max(0, number("SELECT reltuples::int8 FROM pg_class WHERE oid = %s::regclass", [table]))
