"""Claim: a page that is asked for again is served at 0.15 of the rate of an empty Django view or better.

    N=1000000 .venv/bin/python bench/pages.py

The empty view is /health of the same run, on the same processes, asked by the same clients. The claim is made for
each kind when the same few addresses are asked again (`warm`). Two harder figures stand beside it, for which it is
not made. `cold`: every address differs from all others, so that each page is made anew; it bounds what a crawler can
get. `mixed`: kinds in the shares below, within a kind a few addresses very often and most of them once (Zipf's law
over everything that is there); it depends on how many readers share a second.
"""

import json
import os
import random
import time
from itertools import product
from statistics import median
from urllib.parse import urlencode

import _stage

N = int(os.environ.get("N", "20000"))
RUNS = int(os.environ.get("RUNS", "3"))
SECONDS = float(os.environ.get("SECONDS", "5"))
CLIENTS = 16
ASKED = 40_000  # addresses of a mix or of a cold run: more than are asked for in the time
FEW = 4
SHARES = {"home": 0.10, "list": 0.20, "search": 0.20, "notice": 0.40, "project": 0.10}
WORDS = (
    *("道路", "学校", "采购", "改造", "医院", "绿化", "监理", "消防", "设备", "水务", "有限公司", "污水处理", "信息系统"),
    *("道路 改造", "学校 设备", "绿化养护 服务", "工程 监理 结果", "国有建设用地使用权"),
)
FILTERS: tuple[dict[str, str], ...] = (
    *({}, {"market": "procurement"}, {"market": "construction"}, {"stage": "result"}, {"kind": "contract"}),
    *({"since": "2025-01-01"}, {"amount_min": "1000000"}, {"sort": "relevance"}, {"sort": "amount"}),
)


def main() -> None:
    with _stage.site() as site:
        site.ggzy("demo", "--records", str(N))
        total = _until_followed(site)
        kinds = _addresses(site, total)
        print(f"{total:,} notices; " + ", ".join(f"{len(paths):,} {kind}" for kind, paths in kinds.items()), flush=True)
        for kind, paths in kinds.items():
            _measure(site, f"{kind} cold", _stage.all_different(paths, ASKED))
            _measure(site, f"{kind} warm", paths[:FEW])
        _measure(site, "mixed", _mix(kinds))


def _measure(site: _stage.Site, name: str, paths: list[str]) -> None:
    ratios = []
    for _ in range(RUNS):
        base, _ = _stage.hammer(site.port, ["/health"], SECONDS, CLIENTS)
        rate, taken = _stage.hammer(site.port, paths, SECONDS, CLIENTS)
        ratios.append(rate / base)
    p95 = _stage.percentile(taken, 0.95) * 1000
    print(
        f"{name:12} {rate:7,.0f}/s, p95 {p95:6.1f} ms with {CLIENTS} clients; empty view {base:7,.0f}/s;"
        f" ratio {median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f} of {RUNS} runs)",
        flush=True,
    )


def _addresses(site: _stage.Site, total: int) -> dict[str, list[str]]:
    """What there is to ask for, the most popular first; notices and projects from all over the list."""
    last = max(1, min(total // 100, 10_000))
    lists = [f"/notices?size=100&page={page}" for page in sorted({1 + last * part // 40 for part in range(40)})]
    notices = site.links(lists, r'href="(/notices/\d+)"')
    projects = site.links(random.Random(1).sample(notices, min(1000, len(notices))), r'href="(/projects/[^"]+)"')
    listed = [{**more, "page": str(page)} for page, more in product(range(1, 30), FILTERS)]
    searched = [{"q": words, **more, "page": str(page)} for page, more, words in product((1, 2, 3), FILTERS, WORDS)]
    return {
        "home": ["/"],
        "list": [f"/notices?{urlencode(asked)}" for asked in listed],
        "search": [f"/notices?{urlencode(asked)}" for asked in searched],
        "notice": notices,
        "project": projects,
    }


def _mix(kinds: dict[str, list[str]]) -> list[str]:
    """Requests of many readers: a kind by its share, then an address by Zipf's law."""
    chance = random.Random(1)
    asked = []
    for kind, share in SHARES.items():
        paths = kinds[kind]
        asked += chance.choices(paths, [1 / rank for rank in range(1, len(paths) + 1)], k=int(ASKED * share))
    chance.shuffle(asked)
    return asked


def _until_followed(site: _stage.Site) -> int:
    """How many notices there are when no more become searchable."""
    before = -1
    while (now := json.loads(site.get("/notices/count"))["total"]) != before:
        before = now
        time.sleep(3)
    return now


if __name__ == "__main__":
    main()
