"""The whole examination, in the order in which it can be trusted: first what others have seen, then the snapshot.

Whoever has seen a checkpoint saw one that was committed before. So a snapshot that is taken after they were asked
must hold it, also while the site goes on.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import merge
from pathlib import Path

from django.conf import settings

from ggzy.kernel.ledger.models import Log
from ggzy.kernel.ledger.stored import read_bundle
from ggzy.kernel.oversight.examination import chains, claims
from ggzy.kernel.oversight.examination.events import Events
from ggzy.kernel.oversight.examination.faults import Faults
from ggzy.kernel.oversight.examination.rows import EVENTS, Happened, number, snapshot, stream
from ggzy.kernel.oversight.examination.standing import Claim, Standing
from ggzy.kernel.tlog import note, tiles, verify
from ggzy.kernel.tlog.audit import Fetch, Missing
from ggzy.kernel.tlog.checkpoint import Checkpoint
from ggzy.kernel.tlog.policy import Policy

MOST_MISSING = 1000  # events at the end that are named one by one

Moved = Callable[[str, int], Callable[[], object]]
"""Begins a stretch of so many steps under this title; what it gives back says that one is done."""


@dataclass
class Published:
    """A log's files, and the checkpoint that was found among them."""

    place: str
    fetch: Fetch
    checkpoint: Checkpoint


@dataclass
class Examined:
    """What was looked at, and the sentences that are to be told beside the faults."""

    events: int = 0
    logs: int = 0
    told: list[str] = field(default_factory=list)


def examine(
    published: Sequence[Published], vkey: str | None, policy: Policy, faults: Faults, moved: Moved
) -> Examined:
    """Hold the database against itself and against all who have seen its logs.

    `published` are files whose own hashes have been verified; the database's log of the same name must have the
    root of their checkpoint. `vkey` is the log's key, under any of its years' names; without it the one beside
    the published log is taken.
    """
    done = Examined()
    seen = {log.pk: _seen(log, published, vkey, policy, done.told) for log in Log.objects.order_by("id")}
    with snapshot():
        logs = list(Log.objects.order_by("id"))
        for one in published:
            if one.checkpoint.origin not in {log.origin for log in logs}:
                faults.add(
                    f"{one.place} 公布了 {one.checkpoint.origin} 的 {one.checkpoint.size:,} 条，数据库里没有这本日志"
                )
        events = Events(faults)
        _judge_logs(logs, seen, published, vkey, events, faults, moved)
        for log in logs:
            claims.judge_cosignatures(log, policy, faults)
        step = moved("待编号", 0)
        for row in map(Happened._make, stream("pending", f"{EVENTS} WHERE idx IS NULL ORDER BY id")):
            events.judge(row)
            step()
        events.finish()
        done.logs, done.events = len(logs), number("SELECT count(*) FROM kernel_event")
        chains.judge_links(faults, moved("对象链", done.events))
        chains.judge_heads(faults, moved("记录", chains.count("kernel_head")))
        chains.judge_moments(faults, events.moments)
    return done


def _judge_logs(
    logs: Sequence[Log],
    seen: dict[int, list[Claim]],
    published: Sequence[Published],
    vkey: str | None,
    events: Events,
    faults: Faults,
    moved: Moved,
) -> None:
    first, end = 0, number("SELECT coalesce(max(idx) + 1, 0) FROM kernel_event")
    for log in logs:
        if log.first != first:
            faults.add(f"kernel_log {log.pk}：起始序号 {log.first:,} 不对，应接着上一本从 {first:,} 起")
        if log.first + log.size > end + MOST_MISSING:
            faults.add(f"kernel_log {log.pk}：记有 {log.size:,} 条，留痕只到序号 {end - 1:,}，只核对到这里")
            log.size = max(0, end - log.first)
        key = _key(log, published, vkey)
        if key is None:
            faults.add(
                f"kernel_log {log.pk}：找不到已公布的 vkey，无法核对检查点签名。请用 --vkey 给出，或从备份恢复该文件"
            )
        heard = merge(
            claims.of_checkpoints(log, key, faults), seen.get(log.pk, []), key=lambda claim: claim.size
        )
        standing = Standing(log, heard, faults)
        rows = stream(
            f"events_{log.pk}",
            f"{EVENTS} WHERE idx >= %s AND idx < %s ORDER BY idx",
            [log.first, log.first + log.size],
        )
        step, before = moved(f"日志 {log.pk}", log.size), faults.count
        for n, places in standing.bundles(map(Happened._make, rows)):
            standing.take(n, places)
            for row in places:
                if row is not None:
                    events.judge(row)
                step()
        standing.finish()
        for one in published:
            if one.checkpoint.origin == log.origin:
                _judge_published(one, log, faults)
                if faults.count > before:
                    _judge_entries(one, log, faults)
        first = log.first + log.size
    for row in map(
        Happened._make, stream("beyond", f"{EVENTS} WHERE idx >= %s OR idx < 0 ORDER BY idx", [first])
    ):
        faults.add(f"{row}：序号在所有日志之外，日志只到 {first:,} 条")
        events.judge(row)


def _judge_published(one: Published, log: Log, faults: Faults) -> None:
    """What is signed and published has a row that was committed before."""
    size, root = one.checkpoint.size, one.checkpoint.root
    same = "SELECT count(*) FROM kernel_checkpoint WHERE (log_id, size, root) = (%s, %s, %s)"
    if not number(same, [log.pk, size, root]):
        faults.add(f"kernel_checkpoint {log.pk}/{size}：没有 {one.place} 公布的这个检查点")


def _judge_entries(one: Published, log: Log, faults: Faults) -> None:
    """Say where files and database part, if they do."""
    size = min(one.checkpoint.size, log.size)
    for start in range(0, size, tiles.WIDTH):
        n, width = start // tiles.WIDTH, min(tiles.WIDTH, size - start)
        try:
            have, want = _bundle(one.fetch, n, width), tiles.unbundle(read_bundle(log.pk, n, width))
        except (Missing, LookupError, ValueError):
            continue  # named already, by the one who looked at it alone
        if have != want:
            at = next(i for i in range(width) if have[i : i + 1] != want[i : i + 1])
            faults.add(
                f"{one.place}：第 {start + at:,} 条（从 0 数起）与数据库 kernel_bundle {log.pk} 中的不同"
            )
            return


def _bundle(fetch: Fetch, n: int, width: int) -> list[bytes]:
    try:
        content = fetch(tiles.path(tiles.ENTRIES, n, width))
    except Missing:
        content = fetch(tiles.path(tiles.ENTRIES, n))
    return tiles.unbundle(content)[:width]


def _seen(
    log: Log, published: Sequence[Published], vkey: str | None, policy: Policy, told: list[str]
) -> list[Claim]:
    found = [
        Claim(one.checkpoint.size, one.checkpoint.root, f"已公布的检查点 {one.place}/checkpoint")
        for one in published
        if one.checkpoint.origin == log.origin
    ]
    key = _key(log, published, vkey)
    if key is not None:
        found += claims.of_witnesses(log, policy, key, told)
    found += claims.of_alarm(log)
    return sorted(found, key=lambda claim: claim.size)


def _key(log: Log, published: Iterable[Published], vkey: str | None) -> note.Verifier | None:
    fetches = [one.fetch for one in published if one.checkpoint.origin == log.origin]
    ours: Path = settings.HOME / "evidence" / str(log.pk)
    for fetch in [*fetches, verify.source(str(ours))]:
        try:
            return verify.log_key(fetch, vkey).named(log.origin)
        except verify.Damaged:
            continue
    return None
