"""Claim: `ggzy verify --database` costs at most twenty times a plain reading of the rows, and memory does not grow.

The plain reading lets the driver make objects of them and throws them away; the examination hashes each event three
times and reads it twice (in the order of the log, and of the subjects).

A log of EVENTS events (a tenth of a million unless the environment says otherwise) with RECORDS record versions in
batches of a thousand is emitted, sequenced and published. Then the command is run as an operator runs it, and the
same rows are read by the same driver with nothing done to them, RUNS times each in turns. The size of the command's
process is told beside it, for a log of a quarter of the size and for the whole one.
"""

import os
import subprocess
import sys
import time
from statistics import median

import _stage

EVENTS = int(os.environ.get("EVENTS", "100000"))
RECORDS = int(os.environ.get("RECORDS", "20000"))
RUNS = int(os.environ.get("RUNS", "3"))
AT_ONCE = 1000
MOST = 20.0  # plain readings that the examination may cost
GROWTH_MB = 60  # that the process may be larger by, for four times the log
BODY = {"lot": "E3100000001000001001", "digest": "0" * 64, "size": 1_048_576, "words": "投标文件已接收"}
CONTENT = b'{"content":"%b"}' % (b"x" * 1500)
SOURCE = "91310000MA1FL0000X"


def write(first: int, events: int, count: int) -> None:
    """So many events and records more, sequenced and published."""
    from base64 import b64encode

    from django.db import transaction

    from ggzy.kernel import clock
    from ggzy.kernel.ledger import records
    from ggzy.kernel.ledger.emit import Happening, emit, emit_all, hold
    from ggzy.kernel.sequencing.sequencer import sequence
    from ggzy.kernel.tlog import tree

    for turn in range(first, first + events, AT_ONCE):
        with transaction.atomic():
            happenings = [Happening("bench.write", "system:1", clock.now(), BODY) for _ in range(AT_ONCE)]
            emit_all(hold(f"bench:{turn}"), happenings)
    for turn in range(first, first + count, AT_ONCE):
        given = [
            records.Candidate("500", str(turn + n), "20260101000000", CONTENT, b"{}") for n in range(AT_ONCE)
        ]
        with transaction.atomic():
            chain = hold(SOURCE)
            _, new = records.decide(SOURCE, given)
            root = b64encode(tree.root_of(records.leaves(SOURCE, new))).decode()
            body = {"records": len(new), "root": root}
            made = emit(chain, type="bench.records", actor="system:1", at=clock.now(), body=body)
            records.write(SOURCE, made.event_id, new)
    sequence()


def examine() -> tuple[float, float]:
    """Seconds and megabytes of one run of the command."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "ggzy.web.cli", "verify", "--database"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, said
    return time.perf_counter() - begun, used.ru_maxrss / 1024


def read() -> float:
    """Seconds that it takes to read the same rows, from a cursor of the server's."""
    import psycopg

    begun = time.perf_counter()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        for table in ("kernel_event", "kernel_record", "kernel_head", "kernel_tile", "kernel_bundle"):
            with connection.cursor(name=table) as cursor:
                cursor.itersize = 500
                for _ in cursor.execute(f"SELECT * FROM {table}", binary=True):
                    pass
    return time.perf_counter() - begun


def main() -> None:
    with _stage.installation():
        write(0, EVENTS // 4, RECORDS // 4)
        _, small = examine()
        write(EVENTS // 4, EVENTS - EVENTS // 4, RECORDS - RECORDS // 4)
        ours, plain, sizes = [], [], []
        for _ in range(RUNS):
            seconds, size = examine()
            ours.append(seconds)
            sizes.append(size)
            plain.append(read())
        ratio = median(ours) / median(plain)
        print(
            f"{EVENTS:,} events, {RECORDS:,} records: {median(ours):.1f} s, {median(ours) / EVENTS * 1e6:.0f} s a"
            f" million events; plain reading {median(plain):.2f} s; ratio {ratio:.1f} (median of {RUNS} runs)."
            f" Process {small:.0f} MB at a quarter of it, {max(sizes):.0f} MB at all of it"
        )
        assert ratio < MOST, "the examination has become too dear"
        assert max(sizes) < small + GROWTH_MB, "memory grows with the log"


if __name__ == "__main__":
    main()
