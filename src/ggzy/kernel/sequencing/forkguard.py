"""Fork guard: before anything is signed, ask the witnesses what they have seen of the log.

A database put back from a backup has forgotten what it signed since; signing on would make two logs of one name.
Witnesses remember. What a witness shows counts only with our own signature under it, so a lying one stops nothing.
"""

import logging
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

from ggzy.kernel import clock
from ggzy.kernel.ledger import keys, years
from ggzy.kernel.ledger.models import Log
from ggzy.kernel.ledger.stored import read_tile
from ggzy.kernel.sequencing import alarm
from ggzy.kernel.sequencing.publishing import Forked
from ggzy.kernel.tlog import tiles, tree
from ggzy.kernel.tlog.asking import Door, Faulty
from ggzy.kernel.tlog.checkpoint import Checkpoint
from ggzy.kernel.tlog.policy import Policy

PATIENCE = 10.0  # seconds for enough witnesses to answer, as they may be starting just now
log = logging.getLogger(__name__)


def guard(policy: Policy, doors: Iterable[Door], stop: Event, pause: float = 0.5) -> None:
    """Forked when any witness has seen more of a log than the database holds, or something else.

    Waits until as many witnesses as the quorum needs have answered, or ten seconds: those who are gone do not
    keep the log from going on, but are named.
    """
    _remember()
    silent = {door.witness.name: door for door in doors}
    answered: set[str] = set()
    faults: dict[str, str | None] = dict.fromkeys(silent, "没有问到")
    until = time.monotonic() + PATIENCE
    while silent and not stop.is_set():
        faults = _ask_all(list(silent.values()))
        for name, fault in faults.items():
            if fault is None:
                answered.add(name)
                del silent[name]
        if policy.is_met_by(answered) or time.monotonic() > until:
            break
        stop.wait(pause)
    for name in silent:
        log.warning("启动前的分叉检查：见证人 %s 没有可信的答复（%s），未能向其核对。", name, faults[name])
    if not stop.is_set():
        alarm.clear({name: faults[name] or "" for name in silent})


def check(log_id: int, witness: str, seen: Checkpoint) -> None:
    """Forked when the log at hand does not continue this checkpoint, which our own key has signed."""
    held = Log.objects.filter(pk=log_id).values_list("size", flat=True).first() or 0
    if seen.size <= held:
        reader = tiles.reader(held, partial(read_tile, log_id))
        if seen.root == tree.root_at(seen.size, reader):
            return
    what = (
        f"数据库里只有 {held:,} 条：数据库可能是从旧备份恢复的，或切换到了落后的备机"
        if seen.size > held
        else "与数据库里同一条数的树根不同：数据库的内容被改过，或属于另一个副本"
    )
    text = (
        f"见证人 {witness} 持有本日志 {seen.origin} 在 {seen.size:,} 条时签署的检查点，{what}。"
        f"为避免同一日志出现两个版本，已停止编号和签署；报送照常接收，等待编号。"
        f"请恢复包含该检查点的数据库（最新的备份或备机）；确实无法恢复的，请报监督部门，保留 evidence 文件夹，"
        f"更换日志密钥后另立日志（见 docs/operations.md“When the sequencer refuses to sign”）。"
    )
    alarm.forked(text, alarm.Seen(log_id, witness, seen.origin, seen.size, seen.root))
    raise Forked(text)


def _remember() -> None:
    """Forked as long as the log does not continue what gave the last alarm, whether its witness answers or not."""
    found = alarm.last()
    if found and found.seen and found.seen.origin == years.origin(found.seen.log_id):
        check(found.seen.log_id, found.seen.witness, found.seen.checkpoint)


def _ask_all(doors: list[Door]) -> dict[str, str | None]:
    """Hold all logs against what these witnesses have seen; by name what is wrong with a witness, or None.

    This year's log is asked for though the database may know nothing of it: it may have been put back from last year.
    """
    logs = sorted({*Log.objects.values_list("id", flat=True), years.year(clock.now())})
    faults: dict[str, str | None] = {}
    with ThreadPoolExecutor(len(doors)) as pool:
        asked = {door.witness.name: pool.submit(_seen, door, logs) for door in doors}
    for name, future in asked.items():
        try:
            for log_id, seen in future.result():
                check(log_id, name, seen)
            faults[name] = None
        except Faulty as fault:
            faults[name] = str(fault)
    return faults


def _seen(door: Door, logs: list[int]) -> list[tuple[int, Checkpoint]]:
    signer = keys.log_signer()
    origins = {log_id: years.origin(log_id) for log_id in logs}
    found = [
        (log_id, door.latest(origin, signer.named(origin).verifier)) for log_id, origin in origins.items()
    ]
    return [(log_id, seen) for log_id, seen in found if seen is not None]
