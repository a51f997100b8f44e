"""What taking records in costs beside a raw COPY of the same rows; eight times as much is what was asked for.

New records, validated, deduplicated, versioned, logged and searchable, against COPY of the same rows into a
table without index or check, in the same run on the same server with the same durability. RUNS and N are
environment variables; the order of the two is swapped from run to run.

A COPY that is over within three seconds ends before the disk has to take its pages, at twice the pace that it can
keep. A million rows last long enough that the disk sets the pace of both.
"""

import os
import subprocess
import sys
import time
from datetime import date
from statistics import median

import _stage
import psutil

N = int(os.environ.get("N", "1000000"))
RUNS = int(os.environ.get("RUNS", "3"))


def raw_copy(lines: list[tuple[str, bytes]]) -> float:
    """Rows per second of COPY into a bare table."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute("CREATE TABLE bare (source text, line text)")
        rows = [(source, raw.decode()) for source, raw in lines]
        begun = time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return len(rows) / (time.perf_counter() - begun)


def intake(lines: list[tuple[str, bytes]]) -> float:
    """Records per second until the last one is in the log and in the search index."""
    from ggzy.desks.exchange.feeding import Feeder
    from ggzy.kernel.ledger import feed

    refused: list[dict] = []
    feeder = Feeder("bench", on_problem=refused.append)
    cpu = _cpu()
    begun = time.perf_counter()
    for number, (source, raw) in enumerate(lines):
        feeder.add(source, raw, number)
    feeder.flush()
    taken = time.perf_counter() - begun
    assert not refused, refused[:3]
    _wait_until(lambda: _pending() == 0)
    logged = time.perf_counter() - begun
    _wait_until(lambda: _searchable() >= feed.end())
    elapsed = time.perf_counter() - begun
    costs = ", ".join(f"{name} {1e6 * (now - cpu[name]) / len(lines):,.0f}" for name, now in _cpu().items())
    rates = [f"{len(lines) / seconds:,.0f}/s" for seconds in (taken, logged, elapsed)]
    print("   taken in {}, logged {}, searchable {}; CPU µs a record: {}".format(*rates, costs), flush=True)
    return len(lines) / elapsed


def _cpu() -> dict[str, float]:
    """CPU seconds so far of this process and of the others of the installation, by what they are."""
    spent = {"intake": sum(psutil.Process().cpu_times()[:2]), "postgres": 0.0, "sequencer": 0.0, "follow": 0.0}
    for process in psutil.process_iter(["name", "cmdline"]):
        line = " ".join(process.info["cmdline"] or ())
        name = "postgres" if "postgres" in (process.info["name"] or "") else line.rsplit(" ", 1)[-1]
        if name in spent:
            spent[name] += sum(process.cpu_times()[:2])
    return spent


def _wait_until(holds) -> None:
    while not holds():
        time.sleep(0.02)


def _searchable() -> int:
    """The first event that a reader of the search index cannot find yet."""
    from ggzy.desks.disclosure import index

    path = index.current()
    return index.cursor(index.open_index(path)) if path else 0


def _pending() -> int:
    from ggzy.kernel.ledger.models import Event

    return Event.objects.filter(idx__isnull=True).count()


def run(number: int) -> float:
    """One run on an installation of its own; returns the ratio."""
    with _stage.installation(), _stage.running(("sequencer",), ("follow",)):
        import msgspec

        from ggzy.desks.exchange import demo

        codes = {system.id: system.code for system in demo.systems()}
        records = demo.records(N, seed=number, until=date(2026, 11, 1))
        lines = [(codes[system], msgspec.json.encode(envelope)) for system, envelope in records]
        size = sum(len(raw) for _, raw in lines) / len(lines)
        measured = [raw_copy, intake] if number % 2 else [intake, raw_copy]
        rates = {measure.__name__: measure(lines) for measure in measured}
        ratio = rates["intake"] / rates["raw_copy"]
        print(f"run {number}: {N:,} records of {size:,.0f} bytes; COPY {rates['raw_copy']:,.0f}/s, ratio {ratio:.3f}", flush=True)
        return ratio


def main() -> None:
    """All runs, each in a process of its own: Django is set up once a process."""
    if number := os.environ.get("RUN"):
        print(run(int(number)))
        return
    ratios = []
    for number in range(1, RUNS + 1):
        child = subprocess.run([sys.executable, __file__], env={**os.environ, "RUN": str(number)}, stdout=subprocess.PIPE, text=True, check=True)
        *said, ratio = child.stdout.strip().splitlines()
        print("\n".join(said), flush=True)
        ratios.append(float(ratio))
    print(f"intake / raw COPY: median {median(ratios):.3f}, {min(ratios):.3f} to {max(ratios):.3f} of {RUNS} runs")


if __name__ == "__main__":
    main()
