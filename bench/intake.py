"""Claim: taking records in costs at most eight times a raw COPY of the same rows.

New records, validated, deduplicated, versioned, logged and searchable, against COPY of the same rows into a
table without index or check, in the same run on the same server with the same durability. RUNS and N are
environment variables; the order of the two is swapped from run to run.
"""

import os
import time
from datetime import date
from statistics import median

import _stage

N = int(os.environ.get("N", "60000"))
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


def intake(lines: list[tuple[str, bytes]], search: bool) -> float:
    """Records per second until the last one is in the log (and in the search index)."""
    from ggzy.desks.exchange.feeding import Feeder
    from ggzy.kernel.ledger import feed

    refused: list[dict] = []
    feeder = Feeder("bench", on_problem=refused.append)
    begun = time.perf_counter()
    for number, (source, raw) in enumerate(lines):
        feeder.add(source, raw, number)
    feeder.flush()
    taken = time.perf_counter() - begun
    assert not refused, refused[:3]
    _wait_until(lambda: _pending() == 0)
    if search:
        from ggzy.desks.disclosure import index

        _wait_until(lambda: index.position() >= feed.end())
    elapsed = time.perf_counter() - begun
    print(f"   taken in {len(lines) / taken:,.0f}/s; logged{' and searchable' if search else ''} {len(lines) / elapsed:,.0f}/s")
    return len(lines) / elapsed


def _wait_until(holds) -> None:
    while not holds():
        time.sleep(0.02)


def _pending() -> int:
    from ggzy.kernel.ledger.models import Event

    return Event.objects.filter(idx__isnull=True).count()


def main() -> None:
    with _stage.installation(), _stage.running(("sequencer",), ("follow",)):
        import msgspec

        from ggzy.desks.exchange import demo

        codes = {system.id: system.code for system in demo.systems()}
        ratios = []
        for run in range(RUNS):
            records = demo.records(N, seed=run, until=date(2026, 11, 1))
            lines = [(codes[system], msgspec.json.encode(envelope)) for system, envelope in records]
            size = sum(len(raw) for _, raw in lines) / len(lines)
            base = raw_copy(lines)
            full = intake(lines, search=True)
            ratios.append(full / base)
            print(f"run {run + 1}: {N:,} records of {size:,.0f} bytes; COPY {base:,.0f}/s, intake {full:,.0f}/s, ratio {ratios[-1]:.3f}")
        print(f"intake / raw COPY: median {median(ratios):.3f}, {min(ratios):.3f} to {max(ratios):.3f} of {RUNS} runs")


if __name__ == "__main__":
    main()
