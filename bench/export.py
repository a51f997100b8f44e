"""Claim: 100,000 rows of a list are sent in 10 s or less, and no web process has more than 150 MB of its own meanwhile.

    N=150000 .venv/bin/python bench/export.py

Baseline of the same run: as many public records read by one SELECT and written as CSV by this process, without a web
server. The ratio is how many times longer the download takes. Memory is the resident set of the web process that
works hardest; of it, `own` leaves out pages of files (the index is mapped into memory and can be dropped at any time).
"""

import csv
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from statistics import median

import _stage
import httpx
import psutil
import psycopg

N = int(os.environ.get("N", "20000"))
RUNS = int(os.environ.get("RUNS", "3"))
MOST_SECONDS, MOST_MB, CLAIMED = 10, 150, 100_000
FILES = ("csv", "xlsx", "json")


def main() -> None:
    with _stage.site() as site:
        site.ggzy("demo", "--records", str(N))
        address, rows = _longest(site, _until_followed(site))
        with _watched(site) as idle:
            time.sleep(0.2)
        print(f"{rows:,} rows of {address or 'the whole list'}; idle {max(own for _, own in idle):.0f} MB", flush=True)
        for ending in FILES:
            ratios, seconds, first, peaks = [], [], [], []
            for _ in range(RUNS):
                base = _baseline(site, rows)
                with _watched(site) as peak:
                    begun, taken, size = _download(site, f"/notices.{ending}{address}")
                ratios.append(taken / base)
                seconds.append(taken)
                first.append(begun)
                peaks += peak
            resident, own = (max(kind) for kind in zip(*peaks, strict=True))
            claimed = median(seconds) * CLAIMED / rows
            print(
                f"{ending:5} {median(seconds):6.2f} s for {size / 1e6:.1f} MB, first byte after {median(first):.2f} s;"
                f" {claimed:.1f} s for {CLAIMED:,} rows (claim {MOST_SECONDS}); own {own:.0f} MB"
                f" (claim {MOST_MB}), resident {resident:.0f} MB; ratio to SELECT {median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})",
                flush=True,
            )


def _download(site: _stage.Site, path: str) -> tuple[float, float, int]:
    """Seconds to the first byte and to the last, and bytes."""
    began, first, size = time.perf_counter(), 0.0, 0
    with httpx.stream("GET", f"http://127.0.0.1:{site.port}{path}", timeout=120) as answer:
        answer.raise_for_status()
        for piece in answer.iter_raw():
            first = first or time.perf_counter() - began
            size += len(piece)
    return first, time.perf_counter() - began, size


def _baseline(site: _stage.Site, rows: int) -> float:
    """Seconds for as many public records, read and written as CSV."""
    began = time.perf_counter()
    out = StringIO()
    writer = csv.writer(out)
    with psycopg.connect((site.home / "database.url").read_text().strip()) as database, database.cursor("rows") as cursor:
        cursor.execute(
            "SELECT h.id, h.data_set, r.public FROM kernel_head h"
            " JOIN kernel_record r ON r.event_id = h.event_id AND r.n = h.n ORDER BY h.id DESC LIMIT %s",
            [rows],
        )
        writer.writerows(cursor)
    return time.perf_counter() - began


@contextmanager
def _watched(site: _stage.Site) -> Iterator[list[tuple[float, float]]]:
    """The memory of each web process in MB, looked at every 20 ms: all of it, and without pages of files."""
    processes = [p for p in psutil.process_iter(["cmdline", "environ"]) if _is_web(p, site)]
    seen: list[tuple[float, float]] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.02):
            for process in processes:
                memory = process.memory_info()
                seen.append((memory.rss / 1e6, (memory.rss - memory.shared) / 1e6))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def _is_web(process: psutil.Process, site: _stage.Site) -> bool:
    home = (process.info["environ"] or {}).get("GGZY_HOME")
    return home == str(site.home) and "granian" in " ".join(process.info["cmdline"] or ())


def _longest(site: _stage.Site, total: int) -> tuple[str, int]:
    """The longest list that is one file: all, or the largest part that is offered."""
    answer = httpx.get(f"http://127.0.0.1:{site.port}/notices.csv", timeout=60) if total > CLAIMED else None
    if answer is None:
        return "", total
    offered = re.findall(r'href="/notices\.csv(\?[^"]+)">.*?>([\d,]+) 条', answer.text)
    return max(((at.replace("&amp;", "&"), int(rows.replace(",", ""))) for at, rows in offered), key=lambda part: part[1])


def _until_followed(site: _stage.Site) -> int:
    """How many notices there are when no more become searchable."""
    before = -1
    while (now := httpx.get(f"http://127.0.0.1:{site.port}/notices/count", timeout=30).json()["total"]) != before:
        before = now
        time.sleep(3)
    return now


if __name__ == "__main__":
    main()
