"""Claim: an event, sequenced, signed and published, costs a small fixed number of raw rows of the same bytes.

Events are emitted by WRITERS processes, 1, 10 and 1,000 a transaction, while the sequencer gives them their
places, signs and publishes; a run ends when the last one is in the published log. The baseline writes rows of
the same bytes from as many processes, in the same rhythm, into a table with nothing but a primary key (one
INSERT a transaction, or one COPY where there are more), in the same run on the same server with the same
durability. SECONDS, RUNS and WRITERS are environment variables; the order of the two is swapped from run to run.
"""

import multiprocessing
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median
from uuid import uuid4

import _stage
import psutil

SECONDS = float(os.environ.get("SECONDS", "4"))
RUNS = int(os.environ.get("RUNS", "3"))
WRITERS = int(os.environ.get("WRITERS", "4"))
MOST = {1: 6.0, 10: 8.0, 1000: 12.0}  # raw rows that an event may cost, by events a transaction
BODY = {"lot": "E3100000001000001001", "digest": "0" * 64, "size": 1_048_576, "words": "投标文件已接收"}


def raw(writer: int, turn: int, per: int) -> None:
    """The bytes of `per` events in one transaction, by the same driver."""
    from django.db import connection, transaction

    rows = ((uuid4(), str(BODY), bytes(250)) for _ in range(per))
    with transaction.atomic():
        connection.ensure_connection()
        if per == 1:
            connection.connection.execute("INSERT INTO bare VALUES (%s, %s, %s)", next(rows), prepare=True)
            return
        with connection.connection.cursor() as cursor, cursor.copy("COPY bare FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["uuid", "text", "bytea"])
            for row in rows:
                copy.write_row(row)


def event(writer: int, turn: int, per: int) -> None:
    """`per` events in one transaction, on a subject that lives for seven of them."""
    from django.db import transaction

    from ggzy.kernel import clock
    from ggzy.kernel.ledger.emit import Happening, emit_all, hold

    with transaction.atomic():
        chain = hold(f"bench:{os.getpid()}:{turn // 7}")
        emit_all(chain, [Happening("bench.write", f"system:{writer}", clock.now(), BODY) for _ in range(per)])


def rate(write: Callable[[int, int, int], None], per: int) -> tuple[float, int]:
    """Written by all writers together: a second, and in all."""
    counts = multiprocessing.Queue()
    begun = time.perf_counter()
    writers = [multiprocessing.Process(target=_write, args=(write, n, per, counts)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    total = sum(counts.get() for _ in writers)
    for writer in writers:
        writer.join()
    if write is event:
        _wait_until_published()
    return total / (time.perf_counter() - begun), total


def _write(write: Callable[[int, int, int], None], writer: int, per: int, counts: multiprocessing.Queue) -> None:
    from django.db import connection

    turn, end = 0, time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        write(writer, turn, per)
        turn += 1
    connection.close()
    counts.put(turn * per)


def _wait_until_published() -> None:
    from django.db import connection

    from ggzy.kernel.ledger import years
    from ggzy.kernel.ledger.models import Event, Log
    from ggzy.kernel.sequencing.publishing import published_size

    deadline = time.monotonic() + 120
    while Event.objects.filter(idx=None).exists() or any(
        published_size(years.folder(log.pk)) < log.size for log in Log.objects.all()
    ):
        assert time.monotonic() < deadline, "the sequencer does not keep up"
        time.sleep(0.05)
    connection.close()


class Spent:
    """The CPU time of the installation's processes since the last look, in microseconds, by what they are."""

    def __init__(self, folder: Path, sequencer: int) -> None:
        self._postmaster = next(
            p for p in psutil.process_iter(["name", "cmdline"])
            if p.info["name"] == "postgres" and any(str(folder) in word for word in p.info["cmdline"] or ())
            and p.parent().name() != "postgres"
        )  # fmt: skip
        self._sequencer = psutil.Process(sequencer)
        self._before = self._now()

    def _now(self) -> dict[str, float]:
        running = 0.0
        for process in self._postmaster.children():
            with suppress(psutil.NoSuchProcess):  # what it spent is its parent's then
                running += sum(process.cpu_times()[:2])
        return {
            "writers": sum(psutil.Process().cpu_times()[2:4]) * 1e6,
            "postgres": (running + sum(self._postmaster.cpu_times()[:4])) * 1e6,
            "sequencer": sum(self._sequencer.cpu_times()[:2]) * 1e6,
        }

    def look(self) -> dict[str, float]:
        """What was spent since the last look."""
        before, self._before = self._before, self._now()
        return {name: now - before[name] for name, now in self._before.items()}


def measure(per: int, spent: Spent) -> None:
    """All runs at `per` events a transaction."""
    rates: dict[str, list[float]] = {"event": [], "raw": []}
    costs: list[dict[str, float]] = []
    for run in range(RUNS):
        both = [("event", event), ("raw", raw)]
        for name, write in both if run % 2 else both[::-1]:
            spent.look()
            reached, total = rate(write, per)
            rates[name].append(reached)
            if write is event:
                costs.append({process: cost / total for process, cost in spent.look().items()})
    ours, bare = median(rates["event"]), median(rates["raw"])
    cpu = ", ".join(f"{process} {median(cost[process] for cost in costs):.0f}" for process in costs[0])
    print(
        f"{per} a transaction: {ours:,.0f} events/s until published; raw PostgreSQL {bare:,.0f} rows/s;"
        f" an event costs {bare / ours:.1f} raw rows and µs of CPU: {cpu} (median of {RUNS} runs, {WRITERS} writers)",
        flush=True,
    )
    assert bare / ours < MOST[per], "an event has become too dear"


def main() -> None:
    with _stage.installation() as home, _stage.running(("sequencer",)) as (sequencer,):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bare (id uuid PRIMARY KEY, body text, rest bytea)")
        connection.close()
        spent = Spent(home.parent, sequencer.pid)
        for per in MOST:
            measure(per, spent)


if __name__ == "__main__":
    main()
