"""Claim: records over HTTP, and how soon an accepted one is on its page and in the search while more come in.

Two senders stream gzip-compressed NDJSON to the running platform. Beside it, every half second, one single
record is sent and asked for until its page answers and the search finds it. Baseline of the same run: the same
lines put into a bare table by COPY on the same database.
"""

import gzip
import json
import os
import threading
import time
from datetime import date
from statistics import median
from urllib.parse import quote

import _stage
import httpx
import psycopg

N = int(os.environ.get("N", "100000"))


def main() -> None:
    import msgspec

    from ggzy import standard
    from ggzy.desks.exchange import demo

    with _stage.site() as site:
        tokens = site.tokens()
        by_system: dict[str, list[bytes]] = {}
        for system, envelope in demo.records(N, until=date(2026, 11, 1)):
            by_system.setdefault(system, []).append(msgspec.json.encode(envelope))
        base = _copy(site, [line for lines in by_system.values() for line in lines])
        seen: list[tuple[float, float]] = []
        done = threading.Event()
        probe = threading.Thread(target=_probe, args=(site, tokens["construction"], standard.example("500"), seen, done))
        # Senders are other machines in life: what they do before they send is not counted.
        bodies = {system: gzip.compress(b"\n".join(lines), compresslevel=1) for system, lines in by_system.items()}
        probe.start()
        begun = time.perf_counter()
        senders = [
            threading.Thread(target=_send, args=(site, tokens[system], body)) for system, body in bodies.items()
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        elapsed = time.perf_counter() - begun
        done.set()
        probe.join()
        print(f"{N:,} records over HTTP in {elapsed:.1f} s: {N / elapsed:,.0f}/s; COPY {base:,.0f}/s; ratio {N / elapsed / base:.3f}")
        for name, values in zip(("on its page", "in the search"), zip(*seen, strict=True), strict=True):
            ordered = sorted(values)
            print(
                f"accepted to {name}: median {median(ordered):.2f} s, p99 {_stage.percentile(ordered, 0.99):.2f} s,"
                f" most {ordered[-1]:.2f} s of {len(ordered)} probes while intake ran"
            )


def _send(site: _stage.Site, token: str, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Encoding": "gzip"}
    answer = httpx.post(f"http://127.0.0.1:{site.port}/api/exchange/records", content=body, headers=headers, timeout=600)
    summary = json.loads(answer.text.splitlines()[-1])["summary"]
    assert set(summary) <= {"accepted", "released", "held", "unchanged"}, summary


def _probe(site: _stage.Site, token: str, example: dict, seen: list[tuple[float, float]], done: threading.Event) -> None:
    """Send single records and wait for each to be public."""
    from ggzy.desks.exchange import demo

    code = {s.id: s.code for s in demo.systems()}["construction"]
    number = 0
    while not done.wait(0.5):
        number += 1
        name = f"探针项目{number:05d}号（演示）"
        data = {**example, "PLATFORM_CODE": code, "PROJECT_CODE": f"E33990000099{number:05d}", "PROJECT_NAME": name}
        answer = httpx.post(
            f"http://127.0.0.1:{site.port}/api/exchange/records", timeout=60,
            content=json.dumps({"data_set": "500", "data": data}), headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        begun = time.perf_counter()
        record = json.loads(answer.text.splitlines()[0])["id"]
        page = _until(lambda record=record: httpx.get(f"http://127.0.0.1:{site.port}/notices/{record}").status_code == 200)
        found = _until(
            lambda name=name: name in httpx.get(f"http://127.0.0.1:{site.port}/notices.json?kind=project&q={quote(name)}").text
        )
        seen.append((page - begun, found - begun))


def _until(holds) -> float:
    while not holds():
        time.sleep(0.1)
    return time.perf_counter()


def _copy(site: _stage.Site, lines: list[bytes]) -> float:
    with psycopg.connect((site.home / "database.url").read_text().strip(), autocommit=True) as connection:
        connection.execute("CREATE TABLE bare (line text)")
        begun = time.perf_counter()
        with connection.cursor().copy("COPY bare FROM STDIN") as copy:
            for line in lines:
                copy.write_row((line.decode(),))
        return len(lines) / (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
