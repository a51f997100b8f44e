"""Claim: an event, sequenced, signed and published, costs at most eight raw INSERTs of the same bytes.

Events are emitted by WRITERS processes, one a transaction and ten a transaction, while the sequencer gives
them their places, signs and publishes; a run ends when the last one is in the published log. The baseline
writes rows of the same bytes from as many processes, in the same rhythm, into a table with nothing but a
primary key, in the same run on the same server with the same durability. SECONDS, RUNS and WRITERS are
environment variables; the order of the two is swapped from run to run.
"""

import multiprocessing
import os
import time
from collections.abc import Callable
from statistics import median
from uuid import uuid4

import _stage

SECONDS = float(os.environ.get("SECONDS", "4"))
RUNS = int(os.environ.get("RUNS", "3"))
MOST = 8.0
WRITERS = int(os.environ.get("WRITERS", "4"))
BODY = {"lot": "E3100000001000001001", "digest": "0" * 64, "size": 1_048_576, "words": "投标文件已接收"}


def raw(writer: int, turn: int, per: int) -> None:
    """The bytes of `per` events in one transaction, by the same driver."""
    from django.db import connection, transaction

    with transaction.atomic():
        for _ in range(per):
            connection.connection.execute(
                "INSERT INTO bare VALUES (%s, %s, %s)", (uuid4(), str(BODY), bytes(250)), prepare=True
            )


def event(writer: int, turn: int, per: int) -> None:
    """`per` events in one transaction, on a subject that lives for seven of them."""
    from django.db import transaction

    from ggzy.kernel import clock
    from ggzy.kernel.ledger.emit import emit, hold

    with transaction.atomic():
        chain = hold(f"bench:{os.getpid()}:{turn // 7}")
        for _ in range(per):
            emit(chain, type="bench.write", actor=f"system:{writer}", at=clock.now(), body=BODY)


def rate(write: Callable[[int, int, int], None], per: int) -> float:
    """Written by all writers together, a second."""
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
    return total / (time.perf_counter() - begun)


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
    from ggzy.kernel.ledger.publishing import published_size

    deadline = time.monotonic() + 120
    while Event.objects.filter(idx=None).exists() or any(
        published_size(years.folder(log.pk)) < log.size for log in Log.objects.all()
    ):
        assert time.monotonic() < deadline, "the sequencer does not keep up"
        time.sleep(0.05)
    connection.close()


def main() -> None:
    with _stage.installation(), _stage.running(("sequencer",)):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bare (id uuid PRIMARY KEY, body text, rest bytea)")
        connection.close()
        for per in (1, 10):
            rates: dict[str, list[float]] = {"event": [], "raw": []}
            for run in range(RUNS):
                both = [("event", event), ("raw", raw)]
                for name, write in both if run % 2 else both[::-1]:
                    rates[name].append(rate(write, per))
            ours, bare = median(rates["event"]), median(rates["raw"])
            print(
                f"{per} a transaction: {ours:,.0f} events/s until published; raw INSERT {bare:,.0f} rows/s;"
                f" an event costs {bare / ours:.1f} raw rows (median of {RUNS} runs, {WRITERS} writers)",
                flush=True,
            )
            assert bare / ours < MOST, "an event has become too dear"


if __name__ == "__main__":
    main()
