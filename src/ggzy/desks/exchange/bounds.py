"""What one system may leave lying with us: unsettled lines in its quarantine, and files that no record of it names.

The bounds are settings. Figures are counted, not kept: no counter can come to differ from the rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from ggzy.kernel.errors import Refusal


class Full(Refusal):
    """A system has left so much lying that no more is kept until it has cleared up."""

    status, code, title = 429, "quota.full", "已达上限，请先处理"


@dataclass(frozen=True, slots=True)
class Lying:
    """How many things lie there, and their bytes."""

    count: int
    size: int


def lines(source: str) -> Lying:
    """The unsettled lines in this system's quarantine, with the reasons."""
    return _count(
        "SELECT count(*), sum(size) FROM exchange_quarantined WHERE source = %s AND settled_at IS NULL",
        source,
    )


def uploads(source: str) -> Lying:
    """The files of this system that none of its records names yet."""
    return _count(
        "SELECT count(*), sum(f.size) FROM exchange_uploaded u JOIN commons_storedfile f ON f.digest = u.digest"
        " WHERE u.source = %s AND u.claimed_at IS NULL AND u.expired_at IS NULL",
        source,
    )


def lines_full() -> Full:
    """That the quarantine is full, and what to do about it."""
    return Full(
        f"贵系统的隔离区已满（上限 {settings.QUARANTINE_LINES:,} 条、{_megabytes(settings.QUARANTINE_BYTES)}），这一行没有留存。"
        "请先在报送工作台（/exchange/quarantine）更正或作废已有的记录，再重新报送这一行；校验通过的行不受影响。",
        code="quarantine.full",
    )


def uploads_full() -> Full:
    """That too much was uploaded that nothing names, and what to do about it."""
    return Full(
        f"贵系统已上传而尚无记录引用的附件超过上限 {_megabytes(settings.UPLOADS_BYTES)}，这个文件没有留存。"
        f"请先报送引用它们的记录，再上传新的文件；无人引用的附件在 {settings.UPLOAD_DAYS} 天后自动清除。",
        code="file.unclaimed_full",
    )


def within(body: Iterator[bytes], room: int) -> Iterator[bytes]:
    """The body, as long as it is within the room that is left for uploads."""
    for block in body:
        room -= len(block)
        if room < 0:
            raise uploads_full()
        yield block


def _count(statement: str, source: str) -> Lying:
    with connection.cursor() as cursor:
        cursor.execute(statement, [source])
        count, size = cursor.fetchone()
    return Lying(count, int(size or 0))


def _megabytes(size: int) -> str:
    return f"{size // 1024**2:,} MB"
