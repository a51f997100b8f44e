"""Claim: the same party is found in several registers: of what is linked by itself at least 0.999 is right, with what is
suggested at least 0.95 is found, and 100,000 parties take less than two minutes.

    N=100000 .venv/bin/python bench/matching.py

The registers are made with a known truth (`_registers.py`). Baseline of the same run: entries joined by the code as it
is written, and the same joined by code or, failing that, by the name as it is written: what a trading centre does with a
spreadsheet. Precision and recall are counted over pairs of entries. A suggestion counts as found when it is right; how
many of them are right is printed too, for a person must look at each.
"""

import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable

from _registers import entries

from ggzy.commons.parties.matching import Entry, match

N = int(os.environ.get("N", "100000"))


def main() -> None:
    held, truth = entries(N)
    print(f"{N:,} parties, {len(held):,} entries of {len({entry.source for entry in held})} systems", flush=True)
    for what, key in (("by the code as written", _by_code), ("by the code, else by the name as written", _by_code_or_name)):
        precision, recall = _judged(_grouped(held, key), truth)
        print(f"baseline {what}: precision {precision:.5f}, recall {recall:.4f}", flush=True)
    began = time.perf_counter()
    decided = list(match(held))
    taken = time.perf_counter() - began
    automatic = {entry.id: party for entry, _, party in decided}
    precision, recall = _judged(automatic, truth)
    print(f"linked by itself: precision {precision:.5f} (claim 0.999), recall {recall:.4f}", flush=True)
    whose = _owners(decided, truth)
    offered = [(entry.id, s) for entry, decision, _ in decided for s in decision.suggestions]
    right = [(one, s) for one, s in offered if whose[s.party] == truth[one]]
    accepted = _united(automatic, right)
    print(
        f"with suggestions: recall {_judged(accepted, truth)[1]:.4f} (claim 0.95); {len(offered):,} suggestions,"
        f" {len(right) / max(1, len(offered)):.2f} of them right",
        flush=True,
    )
    print(f"{taken:.1f} s (claim 120), {len(held) / taken:,.0f} entries/s", flush=True)
    for ground, count in Counter(s.ground for _, s in offered).most_common():
        good = sum(s.ground is ground for _, s in right)
        print(f"  suggested for {ground}: {count:,}, right {good / count:.2f}")
    for ground, count in Counter(d.ground for _, d, _ in decided if d.ground).most_common():
        good = sum(truth[e.id] == whose[p] for e, d, p in decided if d.ground is ground)
        print(f"  linked for {ground}: {count:,}, right {good / count:.5f}")


def _by_code(entry: Entry) -> Hashable:
    return entry.code or entry.id


def _by_code_or_name(entry: Entry) -> Hashable:
    return entry.code if len(entry.code) == 18 else entry.name


def _grouped(held: Iterable[Entry], key: Callable[[Entry], Hashable]) -> dict[str, Hashable]:
    return {entry.id: key(entry) for entry in held}


def _owners(decided, truth: dict[str, int]) -> dict[int, int]:
    """Of which true party most entries of a found party are."""
    votes: dict[int, Counter] = defaultdict(Counter)
    for entry, _, party in decided:
        votes[party][truth[entry.id]] += 1
    return {party: votes[party].most_common(1)[0][0] for party in votes}


def _judged(group: dict[str, Hashable], truth: dict[str, int]) -> tuple[float, float]:
    """Precision and recall over pairs of entries."""
    both = Counter((group[one], truth[one]) for one in truth)
    pairs = [sum(n * (n - 1) // 2 for n in counts.values()) for counts in (both, Counter(group.values()), Counter(truth.values()))]
    return pairs[0] / max(1, pairs[1]), pairs[0] / max(1, pairs[2])


def _united(automatic: dict[str, int], accepted) -> dict[str, int]:
    """Parties after a person accepted these suggestions."""
    above = {party: party for party in automatic.values()}

    def root(party: int) -> int:
        while above[party] != party:
            above[party] = above[above[party]]
            party = above[party]
        return party

    for entry, suggestion in accepted:
        above[root(automatic[entry])] = root(suggestion.party)
    return {entry: root(party) for entry, party in automatic.items()}


if __name__ == "__main__":
    main()
