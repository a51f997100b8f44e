"""Claim: an event is in a checkpoint that two of three witnesses cosigned within 15 s of its receipt, 99 times of 100.

RATE events a second happen (ten a transaction, from WRITERS processes) for SECONDS; for each is taken the time from
its moment, before its commit, to the publication of the first checkpoint that holds it and has its quorum. The
witnesses are three processes with stores of their own, on the same machine. The baseline is the same sequencer
without witnesses, just before, on the same database. SECONDS, RATE and WRITERS are environment variables.
"""

import multiprocessing
import os
import subprocess
import time
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager

import _stage

SECONDS = float(os.environ.get("SECONDS", "300"))
RATE = int(os.environ.get("RATE", "2000"))
WRITERS = int(os.environ.get("WRITERS", "2"))
BATCH, QUORUM, MOST = 10, 2, 15.0
BODY = {"lot": "E3100000001000001001", "digest": "0" * 64, "words": "投标文件已接收"}


def write(writer: int) -> None:
    """This writer's share of the rate, evenly."""
    from django.db import connection, transaction

    from ggzy.kernel import clock
    from ggzy.kernel.ledger.emit import Happening, emit_all, hold

    pause, begun = BATCH * WRITERS / RATE, time.perf_counter()
    for turn in range(int(SECONDS / pause)):
        time.sleep(max(0.0, begun + turn * pause - time.perf_counter()))
        with transaction.atomic():
            chain = hold(f"bench:{os.getpid()}:{turn // 7}")
            emit_all(chain, [Happening("bench.write", f"system:{writer}", clock.now(), BODY) for _ in range(BATCH)])
    connection.close()


@contextmanager
def witnesses() -> Iterator[None]:
    """The three of the demo, and the policy that names them."""
    from ggzy.kernel.sequencing import witnesses as named
    from ggzy.web.witness import demo

    running = [
        subprocess.Popen(program.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for program in demo.programs(make=True)
    ]
    assert len(named.policy().witnesses) == len(running) == 3
    try:
        yield
    finally:
        for process in running:
            process.terminate()
            process.wait(20)


def measure(quorum: int) -> tuple[list[float], float]:
    """All waits in seconds, sorted, and the events a second that really happened."""
    from django.db import connection

    from ggzy.kernel.ledger.models import Event

    before = Event.objects.count()
    connection.close()  # the writers are forks of this process
    begun = time.perf_counter()
    writers = [multiprocessing.Process(target=write, args=(n,)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    happened = time.perf_counter() - begun
    deadline = time.monotonic() + 90
    while not (waits := _waits(before, quorum)):
        assert time.monotonic() < deadline, "not all events came into a published checkpoint"
        time.sleep(0.5)
    connection.close()
    return sorted(waits), len(waits) / happened


def _waits(before: int, quorum: int) -> list[float]:
    """From each event's moment to its checkpoint; nothing while one of them still waits."""
    from ggzy.kernel.ledger.models import Checkpoint, Cosignature, Event

    events = list(Event.objects.filter(idx__gte=before).values_list("idx", "at"))
    signed: dict[int, list] = {}
    for size, at in Cosignature.objects.values_list("size", "at"):
        signed.setdefault(size, []).append(at)
    published = []
    for size, at in Checkpoint.objects.filter(published_at__isnull=False).order_by("size").values_list("size", "published_at"):
        enough = sorted(signed.get(size, []))[quorum - 1 : quorum] if quorum else [at]
        if enough:
            published.append((size, max(at, *enough)))
    sizes = [size for size, _ in published]
    if Event.objects.filter(idx=None).exists() or not sizes or sizes[-1] <= max(idx for idx, _ in events):
        return []
    return [(published[bisect_right(sizes, idx)][1] - at).total_seconds() for idx, at in events]


def report(name: str, waits: list[float], rate: float) -> float:
    """Print one line; returns the 99th percentile."""
    half, most = (_stage.percentile(waits, share) for share in (0.5, 0.99))
    print(f"{name}: {rate:,.0f} events/s, {len(waits):,} in all; p50 {half:.2f} s, p99 {most:.2f} s, longest {waits[-1]:.2f} s", flush=True)
    return most


def main() -> None:
    with _stage.installation():
        with _stage.running(("sequencer",)):
            bare = report("published, no witnesses", *measure(0))
        with witnesses(), _stage.running(("sequencer",)):
            time.sleep(3)
            ours = report("published with two of three witnesses", *measure(QUORUM))
        print(f"witnesses cost {ours / bare:.2f} times the wait ({ours - bare:+.2f} s at p99)")
        assert ours <= MOST, "a witnessed checkpoint takes too long"


if __name__ == "__main__":
    main()
