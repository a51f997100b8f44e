"""What differs between two wordings, in pieces a reader recognises: figures, Latin words, Chinese characters."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

PIECE = re.compile(r"\d[\d,.:/-]*|[A-Za-z][A-Za-z0-9_-]*|\s+|.", re.DOTALL)
PATIENCE = 2_000_000  # pieces of the old wording times pieces of the new one that are compared finely

Part = tuple[Literal["same", "del", "ins"], str]


def difference(old: str, new: str) -> list[Part]:
    """The parts to show, in order: kept, deleted, inserted. A figure or a date is replaced whole.

    Lines are compared first and only changed lines piece by piece, so a long text costs little.
    """
    parts: list[Part] = []
    for verb, before, after in _compare(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        a, b = PIECE.findall(before), PIECE.findall(after)
        if verb == "equal" or not a or not b or len(a) * len(b) > PATIENCE:
            parts += _shown(verb, before, after)
        else:
            parts += [part for finer in _compare(a, b) for part in _shown(*finer)]
    return parts


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
