"""What did not become a record is kept: raw bytes, reason, and what was done about it."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from hashlib import sha256
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from ggzy.desks.exchange.models import Quarantined
from ggzy.desks.exchange.prepare import Line, Prepared
from ggzy.desks.exchange.states import QUARANTINED
from ggzy.kernel.errors import NotFound

_FATES = {
    "accepted": ("accept", "accepted"), "unchanged": ("accept", "accepted"), "held": ("hold", "held"),
    "refused": ("refuse", "refused"), "superseded": ("supersede", "superseded"),
}  # fmt: skip
"""What an answer does to a quarantined line: the verb, and the state to which it leads."""


def keep(source: str, batch: Sequence[Prepared], answers: Sequence[dict[str, Any]], at: datetime) -> None:
    """Put what was not taken in into the quarantine, and move on what came out of it."""
    fresh = []
    for prepared, answer in zip(batch, answers, strict=True):
        if prepared.line.quarantined is not None:
            _settle(prepared, answer, at)
        elif answer["status"] in ("held", "refused", "superseded"):
            fresh.append((prepared, answer))
    if not fresh:
        return
    rows = [
        Quarantined(
            source=source, line=p.line.raw, line_digest=sha256(p.line.raw).digest(), data_set=p.data_set, key=p.key,
            state=a["status"], faults=p.faults, warnings=p.warnings, missing=a.get("missing", []), received_at=at,
        )
        for p, a in fresh
    ]  # fmt: skip
    Quarantined.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    there = Quarantined.objects.filter(
        source=source, line_digest__in=[row.line_digest for row in rows], settled_at__isnull=True
    ).defer("line")
    by_digest = {bytes(row.line_digest): row for row in there}
    for wanted, (prepared, answer) in zip(rows, fresh, strict=True):
        row = by_digest[wanted.line_digest]
        answer["quarantine"] = row.pk
        if (row.state, row.missing) != (wanted.state, wanted.missing):  # sent before, with another fate
            _move(row, prepared, answer, at)


def _settle(prepared: Prepared, answer: dict[str, Any], at: datetime) -> None:
    row = Quarantined.objects.select_for_update().get(pk=prepared.line.quarantined)
    answer["quarantine"] = row.pk
    _move(row, prepared, answer, at)


def _move(row: Quarantined, prepared: Prepared, answer: dict[str, Any], at: datetime) -> None:
    verb, state = _FATES[answer["status"]]
    row.missing = answer.get("missing", [])
    row.faults, row.warnings = prepared.faults, prepared.warnings
    if row.state != state:
        QUARANTINED.move(row, verb)
    mended = sha256(prepared.line.raw).digest() != bytes(row.line_digest)
    row.corrected = prepared.line.raw if mended else None  # what is released later is the line as last sent
    if row.state == "accepted":
        row.settled_at, row.head_id = at, answer["id"]
    row.save(update_fields=["state", "missing", "faults", "warnings", "settled_at", "head_id", "corrected"])


def released_by(source: str, codes: Sequence[str], limit: int = 1000) -> list[Line]:
    """The held lines of this source that wait for one of these codes, oldest first."""
    if not codes:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, coalesce(corrected, line) FROM exchange_quarantined WHERE state = 'held' AND source = %s"
            " AND missing && %s::text[] ORDER BY id LIMIT %s",
            [source, list(codes), limit],
        )
        return [Line(0, bytes(line), quarantined=number) for number, line in cursor.fetchall()]


def overdue(limit: int = 1000) -> dict[str, list[Line]]:
    """Held lines whose codes have all come in the meantime (a process died before it released them)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT q.id, q.source, coalesce(q.corrected, q.line) FROM exchange_quarantined q WHERE q.state = 'held' AND NOT EXISTS ("
            " SELECT 1 FROM unnest(q.missing) AS m(code) WHERE NOT EXISTS ("
            "  SELECT 1 FROM exchange_declared d WHERE d.source = q.source AND d.code = m.code))"
            " ORDER BY q.id LIMIT %s",
            [limit],
        )
        found: dict[str, list[Line]] = {}
        for number, source, line in cursor.fetchall():
            found.setdefault(source, []).append(Line(0, bytes(line), quarantined=number))
        return found


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
