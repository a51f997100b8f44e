"""Claim: ten times as many notices make search and pages at most twice as slow, and search over HTTP stays quick.

    SMALL=100000 LARGE=1000000 .venv/bin/python bench/growth.py

The running platform is filled through its own intake to SMALL notices, then to LARGE. At each size two clients, one
a core, ask for searches and for pages of which none is kept from an earlier request: that is the latency whose growth
is printed. Then 16 clients ask for searches. An empty view of the same server is asked beside them.
"""

import json
import os
import random
import time
from itertools import product
from statistics import median
from urllib.parse import urlencode

import _stage

SMALL = int(os.environ.get("SMALL", "20000"))
LARGE = int(os.environ.get("LARGE", "200000"))
SECONDS = float(os.environ.get("SECONDS", "20"))
CLIENTS = 2
MANY = 16
ASKED = 40_000  # more requests than are answered in the time
WORDS = (
    *("道路", "学校", "采购", "改造", "医院", "绿化", "监理", "消防", "设备", "水务"),
    *("有限公司", "公开招标", "中标候选人", "污水处理", "信息化", "信息系统", "物业管理", "示范市"),
    *("道路 改造", "学校 设备", "医院 采购 公告", "绿化养护 服务", "工程 监理 结果", "国有建设用地使用权"),
)
FILTERS: tuple[dict[str, str], ...] = (
    *({}, {"market": "procurement"}, {"market": "construction"}, {"stage": "result"}, {"kind": "contract"}),
    *({"since": "2025-01-01"}, {"amount_min": "1000000"}, {"sort": "relevance"}, {"page": "2"}),
)


def main() -> None:
    measured = []
    with _stage.site() as site:
        records = 0
        for size in (SMALL, LARGE):
            begun = time.perf_counter()
            while (there := _notices(site)) < size:
                share = there / records if records else 0.4
                records += int((size - there) / share * 1.02) + 1000
                site.ggzy("demo", "--records", str(records))
                _until_followed(site)
            print(f"{there:,} notices in {records:,} records, loaded in {time.perf_counter() - begun:,.0f} s", flush=True)
            measured.append(_measure(site))
    for kind in measured[0]:
        (few, few_p95), (many, many_p95) = measured[0][kind], measured[1][kind]
        print(f"{kind:8} from {SMALL:,} to {LARGE:,} notices: p50 × {many / few:.2f}, p95 × {many_p95 / few_p95:.2f}")


def _measure(site: _stage.Site) -> dict[str, tuple[float, float]]:
    """Median and 95th percentile of the latencies (ms) of each kind of address."""
    taken = {}
    for kind, paths in _addresses(site).items():
        random.Random(1).shuffle(paths)
        taken[kind] = _ask(site, kind, paths, CLIENTS)
        if kind == "search":
            _ask(site, kind, paths, MANY)
    return taken


def _ask(site: _stage.Site, kind: str, paths: list[str], clients: int) -> tuple[float, float]:
    base, _ = _stage.hammer(site.port, ["/health"], 3, clients)
    rate, times = _stage.hammer(site.port, _stage.all_different(paths, ASKED), SECONDS, clients)
    p50, p95 = 1000 * median(times), 1000 * _stage.percentile(times, 0.95)
    print(
        f"  {kind:8} {rate:7,.0f}/s with {clients:2} clients, p50 {p50:6.1f} ms, p95 {p95:6.1f} ms;"
        f" empty view {base:7,.0f}/s; ratio {rate / base:.3f}",
        flush=True,
    )
    return p50, p95


def _addresses(site: _stage.Site) -> dict[str, list[str]]:
    """More addresses than are asked for in the time, spread over everything that is there."""
    chosen = product(("construction", "procurement", "property"), ("notice", "result"), range(1, 12, 2))
    lists = [f"/notices?{urlencode({'market': m, 'stage': s, 'size': 100, 'page': page})}" for m, s, page in chosen]
    notices = site.links(lists, r'href="(/notices/\d+)"')
    projects = site.links(random.Random(1).sample(notices, min(1000, len(notices))), r'href="(/projects/[^"]+)"')
    return {
        "search": [f"/notices?{urlencode({'q': words, **more})}" for words, more in product(WORDS, FILTERS)],
        "list": [f"/notices?{urlencode({**more, 'page': page})}" for more, page in product(FILTERS, range(1, 60))],
        "notice": notices,
        "project": projects,
    }


def _notices(site: _stage.Site) -> int:
    return json.loads(site.get("/notices/count"))["total"]


def _until_followed(site: _stage.Site) -> None:
    """Until no more records become searchable."""
    before = -1
    while (now := _notices(site)) != before:
        before = now
        time.sleep(3)


if __name__ == "__main__":
    main()
