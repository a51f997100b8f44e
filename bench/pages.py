"""Claim: portal pages are served at a good share of the rate of an empty Django view on the same server.

PAGES (home, list, search, notice, project) against /health, which does nothing, in the same run on the same
processes with the same clients. N records are in the platform (default 20,000; the claim is made at 1,000,000).
"""

import os
from statistics import median

import _stage

N = int(os.environ.get("N", "20000"))
RUNS = int(os.environ.get("RUNS", "3"))
SECONDS = float(os.environ.get("SECONDS", "5"))
CLIENTS = 16


def main() -> None:
    from ggzy.desks.exchange.demo import SHOWCASE_PROJECT_CODE

    with _stage.site() as site:
        site.ggzy("demo", "--records", str(N))
        kinds = {
            "home": ["/"],
            "list": ["/notices", "/notices?market=procurement", "/notices?page=3", "/notices?stage=result"],
            "search": [f"/notices?q={w}" for w in ("%E9%81%93%E8%B7%AF", "%E5%AD%A6%E6%A0%A1", "%E9%87%87%E8%B4%AD")],
            "notice": [f"/notices/{n}" for n in range(60, 160) if _is_page(site, f"/notices/{n}")],
            "project": [f"/projects/{SHOWCASE_PROJECT_CODE}"],
        }
        kinds["mixed"] = [path for paths in kinds.values() for path in paths]
        for name, paths in kinds.items():
            ratios = []
            for _ in range(RUNS):
                base, _ = _stage.hammer(site.port, ["/health"], SECONDS, CLIENTS)
                rate, taken = _stage.hammer(site.port, paths, SECONDS, CLIENTS)
                ratios.append(rate / base)
            p95 = _stage.percentile(taken, 0.95) * 1000
            print(
                f"{name:8} {rate:7,.0f}/s, p95 {p95:6.1f} ms with {CLIENTS} clients; empty view {base:7,.0f}/s;"
                f" ratio {median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f} of {RUNS} runs)",
                flush=True,
            )


def _is_page(site: _stage.Site, path: str) -> bool:
    try:
        site.get(path)
    except Exception:
        return False
    return True


if __name__ == "__main__":
    main()
