"""What did not become a record is kept: raw bytes, reason, and what was done about it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from hashlib import sha256
from operator import or_
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from ggzy.desks.exchange import bounds
from ggzy.desks.exchange.models import Quarantined
from ggzy.desks.exchange.prepare import Line, Prepared, fault
from ggzy.desks.exchange.states import QUARANTINED
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import NotFound

_FATES = {
    "accepted": ("accept", "accepted"), "unchanged": ("accept", "accepted"), "held": ("hold", "held"),
    "refused": ("refuse", "refused"), "superseded": ("supersede", "superseded"),
}  # fmt: skip
"""What an answer does to a quarantined line: the verb, and the state to which it leads."""
_MOVED = ["state", "missing", "faults", "warnings", "attachments", "settled_at", "head_id", "corrected"]
_AT_ONCE = 1000
_encode = msgspec.json.Encoder().encode


def keep(source: str, batch: Sequence[Prepared], answers: Sequence[dict[str, Any]], at: datetime) -> None:
    """Put what was not taken in into the quarantine, and move on what came out of it."""
    fresh: list[tuple[Quarantined, Prepared, dict[str, Any]]] = []
    for prepared, answer in zip(batch, answers, strict=True):
        if prepared.line.quarantined is not None:
            _settle(prepared, answer, at)
        elif answer["status"] in ("held", "refused", "superseded"):
            fresh.append((_row(source, prepared, answer, at), prepared, answer))
    if not fresh:
        return
    there = _open(source, [row for row, _, _ in fresh])
    new = {row.line_digest: row for row, _, _ in reversed(fresh) if row.line_digest not in there}
    _create(source, list(reversed(new.values())))
    there |= _open(source, list(new.values()))
    for wanted, prepared, answer in fresh:
        row = there.get(wanted.line_digest)
        if row is None:
            _not_kept(prepared, answer)
            continue
        answer["quarantine"] = row.pk
        if (row.state, row.missing) != (wanted.state, wanted.missing):  # sent before, with another fate
            _move(row, prepared, answer, at)


def close_settled(batch: Sequence[Prepared]) -> None:
    """A line that was settled since it was read from the quarantine is not taken in a second time."""
    numbers = [p.line.quarantined for p in batch if p.line.quarantined is not None]
    if not numbers:
        return
    settled = set(Quarantined.objects.filter(pk__in=numbers, settled_at__isnull=False).values_list("pk", flat=True))
    for prepared in batch:
        if prepared.line.quarantined in settled:
            prepared.candidate = None
            prepared.faults.append(fault("quarantine.settled", "这条记录已处理完毕，没有再次提交。请刷新页面查看结果。"))


def _row(source: str, prepared: Prepared, answer: dict[str, Any], at: datetime) -> Quarantined:
    return Quarantined(
        source=source, line=prepared.line.raw, line_digest=sha256(prepared.line.raw).digest(), data_set=prepared.data_set,
        key=prepared.key, state=answer["status"], faults=prepared.faults, warnings=prepared.warnings,
        missing=answer.get("missing", []), attachments=_named(prepared), received_at=at,
    )  # fmt: skip


def _named(prepared: Prepared) -> list[str]:
    return sorted({attachment.sha256 for attachment in prepared.attachments})


def _open(source: str, rows: Sequence[Quarantined]) -> dict[bytes, Quarantined]:
    """The unsettled rows that hold the same lines as these, by digest."""
    digests = [row.line_digest for row in rows]
    there = Quarantined.objects.filter(source=source, line_digest__in=digests, settled_at__isnull=True).defer("line")
    return {bytes(row.line_digest): row for row in there}


def _create(source: str, rows: Sequence[Quarantined]) -> None:
    """Keep these new lines, as many as the system's bounds leave room for."""
    if not rows:
        return
    lying = bounds.lines(source)
    count, size, kept = lying.count, lying.size, []
    for row in rows:
        count, size = count + 1, size + len(row.line) + len(_encode(row.faults)) + len(_encode(row.warnings))
        if count > settings.QUARANTINE_LINES or size > settings.QUARANTINE_BYTES:
            break
        kept.append(row)
    Quarantined.objects.bulk_create(kept, ignore_conflicts=True, batch_size=500)


def _not_kept(prepared: Prepared, answer: dict[str, Any]) -> None:
    """Say of a line that neither became a record nor found room that it has to be sent again."""
    full = bounds.lines_full()
    why = [fault(f"record.{answer['status']}", answer["text"])] if "text" in answer else []
    known = {name: answer[name] for name in ("id", "version", "missing") if name in answer}
    answer.clear()
    answer.update(known, status="refused", faults=[*prepared.faults, *why, fault(full.code, full.detail)])


def _settle(prepared: Prepared, answer: dict[str, Any], at: datetime) -> None:
    row = Quarantined.objects.select_for_update().get(pk=prepared.line.quarantined)
    answer["quarantine"] = row.pk
    if row.settled_at is None:
        _move(row, prepared, answer, at)


def _move(row: Quarantined, prepared: Prepared, answer: dict[str, Any], at: datetime) -> None:
    verb, state = _FATES[answer["status"]]
    row.missing = answer.get("missing", [])
    row.faults, row.warnings, row.attachments = prepared.faults, prepared.warnings, _named(prepared)
    if row.state != state:
        QUARANTINED.move(row, verb)
    mended = sha256(prepared.line.raw).digest() != bytes(row.line_digest)
    before = len(row.corrected or b"")
    row.corrected = prepared.line.raw if mended else None  # what is released later is the line as last sent
    if row.state == "accepted":
        row.settled_at, row.head_id = at, answer["id"]
    elif (grown := len(row.corrected or b"") - before) > 0 and bounds.lines(row.source).size + grown > settings.QUARANTINE_BYTES:
        raise bounds.lines_full()
    row.save(update_fields=_MOVED)


_HELD = """
SELECT id, source, line FROM (
 SELECT id, source, line, sum(octet_length(line)) OVER (ORDER BY id) - octet_length(line) AS before FROM (
  SELECT q.id, q.source, coalesce(q.corrected, q.line) AS line FROM exchange_quarantined q
  WHERE q.state = 'held' AND q.id > %s AND {} ORDER BY q.id LIMIT %s) AS oldest) AS measured
WHERE before < %s ORDER BY id
"""
_WAIT_FOR_ONE_OF = "q.source = %s AND q.missing && %s::text[]"
_WAIT_FOR_NOTHING = (
    "NOT EXISTS (SELECT 1 FROM unnest(q.missing) AS m(code) WHERE NOT EXISTS ("
    " SELECT 1 FROM exchange_declared d WHERE d.source = q.source AND d.code = m.code))"
)


def released_by(source: str, codes: Sequence[str], after: int, limit: int, size: int) -> list[Line]:
    """The held lines of this source that wait for one of these codes; see `_held`."""
    return [line for _, line in _held(_WAIT_FOR_ONE_OF, [source, list(codes)], after, limit, size)]


def overdue(after: int, limit: int, size: int) -> dict[str, list[Line]]:
    """Held lines whose codes have all come in the meantime (a process died before it released them), by source."""
    found: dict[str, list[Line]] = {}
    for source, line in _held(_WAIT_FOR_NOTHING, [], after, limit, size):
        found.setdefault(source, []).append(line)
    return found


def _held(condition: str, values: list[Any], after: int, limit: int, size: int) -> list[tuple[str, Line]]:
    """The oldest held lines behind number `after`, as last sent: `limit` lines, or as many as fill `size` bytes."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD.format(condition), [after, *values, limit, size])
        return [(source, Line(0, bytes(line), quarantined=number)) for number, source, line in cursor.fetchall()]


def shown(source: str, data_sets: Sequence[str]) -> QuerySet[Quarantined]:
    """The lines of this source that a token for these data sets (prefixes; none: all) opens."""
    rows = Quarantined.objects.filter(source=source)
    return rows.filter(reduce(or_, (Q(data_set__startswith=one) for one in data_sets))) if data_sets else rows


def find(source: str, number: int, data_sets: Sequence[str] = ()) -> Quarantined:
    """One such line; NotFound when it is another's or does not exist."""
    row = shown(source, data_sets).filter(pk=number).first()
    if row is None:
        raise NotFound(
            f"贵系统的隔离区里没有编号为 {number} 的记录。请核对地址中的编号，或回到隔离区列表（/exchange/quarantine）查找；"
            "别的系统的记录须用该系统的令牌查看。",
            code="quarantine.not_found",
        )
    return row


def dismiss(row: Quarantined, ground: str, at: datetime) -> None:
    """Close a line without taking it in, and keep why."""
    QUARANTINED.move(row, "dismiss")
    row.settled_at, row.ground = at, ground
    row.save(update_fields=["state", "settled_at", "ground"])


def forget_settled(source: str, before: datetime) -> int:
    """Forget this system's oldest lines that were settled before this moment, 1,000 at most; returns how many."""
    old = Quarantined.objects.filter(source=source, settled_at__lt=before).order_by("settled_at")
    return Quarantined.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_AT_ONCE])).delete()[0]


def remove_settled() -> int:
    """Remove the lines that were settled long ago, each step on the log; returns how many. No unsettled line goes."""
    act = Act("clock", "clock", "clock", f"处理完毕已满 {settings.QUARANTINE_DAYS} 天")
    before = act.at - timedelta(days=settings.QUARANTINE_DAYS)
    removed = 0
    old = Quarantined.objects.filter(settled_at__lt=before).order_by("settled_at")
    while source := old.values_list("source", flat=True).first():
        removed += perform(act, "quarantine.expire", source=source, before=before).result
    return removed
