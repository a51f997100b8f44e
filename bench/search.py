"""Claim: search over a million notices answers in 60 ms (p95): newest 20, exact count, all facets.

    N=1000000 .venv/bin/python bench/search.py

PostgreSQL's GIN stands beside it in the same run. Texts of about 1 KB are drawn with Zipf's law from the words
of real notices, their days at random. Both sides hold the same texts: ours as pairs of characters, PostgreSQL
as a tsvector of the same pairs (a word is an AND of its pairs there, which even finds a little too much).
PostgreSQL answers the page and the count; the counts beside the filters would cost it extra. What a search keeps
for its other pages is forgotten before each run.
"""

import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

N = int(os.environ.get("N", "200000"))
RUNS = int(os.environ.get("RUNS", "30"))
GIN_LIMIT = int(os.environ.get("GIN", str(N)))
HOME = Path(tempfile.mkdtemp(prefix="ggzy-bench-"))
HOME.chmod(0o711)
os.environ["GGZY_HOME"] = str(HOME / "home")
os.environ["DJANGO_SETTINGS_MODULE"] = "ggzy.web.settings"

import django  # noqa: E402 - the settings read the environment that was made above

django.setup()

import psycopg  # noqa: E402
import rjieba  # noqa: E402

from ggzy.desks.disclosure import index, newest, query, terms  # noqa: E402
from ggzy.desks.disclosure.entry import Entry  # noqa: E402
from ggzy.desks.disclosure.query import Query, search  # noqa: E402
from ggzy.desks.exchange import demo  # noqa: E402
from ggzy.kernel.database import Cluster  # noqa: E402

REAL = [json.loads(line) for line in (Path(demo.__file__).parent / "national-portal-notices.jsonl").open()]
TEXT = "\n".join(notice["title"] + "\n" + notice["content_text"] for notice in REAL)
MARKETS = ("construction", "procurement", "land", "minerals", "property", "other")
STAGES = ("notice", "clarification", "change", "opening", "candidates", "result", "contract", "failure")
REGIONS = tuple(f"3101{n:02d}" for n in range(1, 17))


def vocabulary() -> list[str]:
    """The words of real notices, the most frequent first."""
    counted = Counter(word for word in rjieba.cut(TEXT, True) if word.strip())
    return [word for word, _ in counted.most_common()]


def classes(ranked: list[str]) -> dict[str, list[str]]:
    """What is asked, by how common its words are in the drawn texts."""
    pairs = [word for word in ranked if len(word) == 2 and not word.isascii()]
    phrases = [word for word in ranked if len(word) > 3 and not word.isascii()]
    return {
        "everything": [""],
        "common": pairs[:5],
        "common phrase": ["有限公司", *phrases[:4]],
        "medium": pairs[len(pairs) // 3 :][:5],
        "medium phrase": phrases[len(phrases) // 3 :][:5],
        "rare": [*pairs[-3:], *phrases[-3:]],
        "several words": [" ".join(pairs[n : n + 3]) for n in (0, 3, 30)]
        + [f"{pairs[1]} {phrases[10]} {pairs[90]}"],
        "code": [f"e4401{n * 7919:012d}" for n in (10, N // 2)],
        "filtered": [
            f"{pairs[0]} @region=310105",
            f"{pairs[5]} @market=land&stage=result",
            "@market=procurement",
        ],
    }


def entries(count: int) -> Iterator[Entry]:
    """The same notices on every run."""
    rnd = random.Random(20260317)
    ranked = vocabulary()
    weights, total = [], 0.0
    for rank in range(len(ranked)):
        total += 1 / (rank + 3)
        weights.append(total)
    began = datetime(2023, 1, 1, tzinfo=UTC)
    for n in range(count):
        drawn = rnd.choices(ranked, cum_weights=weights, k=152)
        yield Entry(
            n + 1, 1, "503", rnd.choice(MARKETS), "invitation", rnd.choice(STAGES), rnd.choice(REGIONS),
            "".join(drawn[:12]), f"{''.join(drawn[12:])} 项目编号：E4401{n * 7919:012d}",
            began + timedelta(seconds=rnd.randrange(3 * 365 * 86_400)), Decimal(rnd.randrange(10**7)),
            codes=(f"procedure:E4401{n * 7919:012d}",), listed=True,
        )  # fmt: skip


def build() -> list[tuple[int, datetime, str]]:
    """Fill both sides and say how long each took; gives what goes into PostgreSQL."""
    made = list(entries(min(N, 20_000)))
    spent = time.process_time()
    for one in made:
        index.document(one)
    print(f"one core, texts to index documents: {len(made) / (time.process_time() - spent):,.0f} notices/s")
    writer = index.Writer(index.fresh())
    rows, drawing = [], 0.0
    began, spent = time.perf_counter(), time.process_time()
    source = entries(N)
    while True:
        pause = time.perf_counter()
        one = next(source, None)
        drawing += time.perf_counter() - pause
        if one is None:
            break
        writer.put(one)
        if one.head_id <= GIN_LIMIT:
            rows.append((one.head_id, one.published_at, terms.normal(one.searched)))
        if one.head_id % 100_000 == 0:
            writer.commit(one.head_id)
    writer.commit(N)
    took = time.perf_counter() - began - drawing
    cpu = time.process_time() - spent - drawing
    writer.close()
    index.switch(writer.path)
    size = sum(file.stat().st_size for file in writer.path.iterdir())
    print(
        f"index: {N / took:,.0f} notices/s, {N / cpu:,.0f} per core, {size / N:,.0f} bytes each, {size >> 20:,} MB"
    )
    return rows


def fill_postgres(url: str, rows: list[tuple[int, datetime, str]]) -> None:
    began = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CREATE TABLE notice (id bigint, at timestamptz, pairs tsvector)")
        with db.cursor().copy("COPY notice FROM STDIN") as copy:
            for number, at, text in rows:
                pairs = {text[i : i + 2].replace(" ", terms.SPACE) for i in range(len(text) - 1)}
                quoted = " ".join("'" + p.replace("\\", "\\\\").replace("'", "''") + "'" for p in pairs)
                copy.write_row((number, at, quoted))
        db.execute("SET maintenance_work_mem = '512MB'")
        db.execute("CREATE INDEX ON notice USING gin (pairs) WITH (fastupdate = off)")
        db.execute("CREATE INDEX ON notice (at DESC)")
        db.execute("VACUUM ANALYZE notice")
        size = db.execute("SELECT pg_indexes_size('notice')").fetchone()[0]
    took = time.perf_counter() - began
    print(
        f"GIN:   {len(rows) / took:,.0f} notices/s, indexes {size / len(rows):,.0f} bytes each, {size >> 20:,} MB"
    )


def timed(ask: Callable[[], object], runs: int) -> list[float]:
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return times


def ours(asked: str) -> Query:
    words, _, filters = asked.partition("@")
    chosen = {name: (value,) for name, value in (one.split("=") for one in filters.split("&") if one)}
    return Query(words=words.strip(), **chosen)


def anew(asked: Query) -> object:
    """The search as nobody has asked it since the last commit."""
    query._kept, newest._kept = query.Kept(), newest.Kept()
    return search(asked)


def theirs(db: psycopg.Connection, asked: str) -> None:
    words = terms.words(asked.partition("@")[0])
    pairs = {w[i : i + 2] for w in words for i in range(len(w) - 1)}
    condition = " & ".join("'" + p.replace("'", "''") + "'" for p in pairs)
    where = "WHERE pairs @@ %s::tsquery" if condition else ""
    given = [condition] if condition else []
    db.execute(f"SELECT id FROM notice {where} ORDER BY at DESC LIMIT 20", given).fetchall()
    db.execute(f"SELECT count(*) FROM notice {where}", given).fetchall()


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def main() -> None:
    cluster = Cluster(HOME / "postgres")
    url = cluster.start(lambda line: None)
    try:
        print(f"{N:,} notices, {RUNS} runs of each query ({RUNS // 10 or 1} for GIN), {os.cpu_count()} cores")
        fill_postgres(url, build())
        everything: list[float] = []
        print(
            f"{'class':16}{'hits':>10}{'p50 ms':>10}{'p95 ms':>10}{'GIN p50':>10}{'GIN p95':>10}{'ratio p50':>10}"
        )
        with psycopg.connect(url, autocommit=True) as db:
            for name, queries in classes(vocabulary()).items():
                hits, here, there = [], [], []
                for asked in queries:
                    wanted = ours(asked)
                    hits.append(search(wanted).total)
                    here += timed(lambda wanted=wanted: anew(wanted), RUNS)
                    there += timed(lambda asked=asked: theirs(db, asked), RUNS // 10 or 1)
                everything += here
                ratio = statistics.median(there) / statistics.median(here)
                print(
                    f"{name:16}{max(hits):>10,}{statistics.median(here):>10.1f}{p95(here):>10.1f}"
                    f"{statistics.median(there):>10.1f}{p95(there):>10.1f}{ratio:>10.1f}"
                )
        print(
            f"all queries together: p50 {statistics.median(everything):.1f} ms, p95 {p95(everything):.1f} ms"
        )
    finally:
        cluster.stop()
        shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
