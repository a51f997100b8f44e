"""What differs between two wordings, in pieces a reader recognises: figures, Latin words, Chinese characters."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

PIECE = re.compile(r"\d[\d,.:/-]*|[A-Za-z][A-Za-z0-9_-]*|\s+|.", re.DOTALL)
PATIENCE = 2_000_000  # pieces of the old wording times pieces of the new one, in all, that are compared finely

TERM = 12  # characters of a term (a state, a kind, a name) that is replaced whole, not letter by letter
AROUND = 40  # characters kept beside a change so that a reader knows where it stands

Part = tuple[Literal["same", "del", "ins", "gap"], str]


def difference(old: str, new: str) -> list[Part]:
    """The parts to show, in order: kept, deleted, inserted. A figure or a date is replaced whole.

    Lines are compared first and only changed lines piece by piece, so a long text costs little.
    """
    if max(len(old), len(new)) <= TERM and not re.search(r"\d", old + new) and old != new:
        return list(_shown("replace", old, new))
    lines, others = old.splitlines(keepends=True), new.splitlines(keepends=True)
    left = PATIENCE - len(lines) * len(others)
    if left < 0:
        return list(_shown("equal" if old == new else "replace", old, new))
    parts: list[Part] = []
    for verb, before, after in _compare(lines, others):
        a, b = PIECE.findall(before), PIECE.findall(after)
        if verb == "equal" or not a or not b or len(a) * len(b) > left:
            parts += _shown(verb, before, after)
        else:
            left -= len(a) * len(b)
            parts += [part for finer in _compare(a, b) for part in _shown(*finer)]
    return parts


def brief(parts: list[Part]) -> list[Part]:
    """The same with long stretches that did not change cut short; a gap says how many characters it leaves out."""
    short: list[Part] = []
    for place, (verb, text) in enumerate(parts):
        head = AROUND if place else 0
        tail = AROUND if place < len(parts) - 1 else 0
        left_out = len(text) - head - tail
        if verb != "same" or left_out <= AROUND:
            short.append((verb, text))
            continue
        short += [("same", text[:head]), ("gap", str(left_out)), ("same", text[len(text) - tail :])]
    return [part for part in short if part[1]]


def _compare(a: list[str], b: list[str]) -> Iterator[tuple[str, str, str]]:
    for verb, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        yield verb, "".join(a[a1:a2]), "".join(b[b1:b2])


def _shown(verb: str, before: str, after: str) -> Iterator[Part]:
    if verb == "equal":
        yield "same", before
        return
    if before:
        yield "del", before
    if after:
        yield "ins", after
