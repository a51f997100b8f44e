"""Looking something up in the standard: data sets, fields, code lists and codes, by name, number, code or word."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, TypeVar

from .guidance import guidance
from .model import DataSet
from .registry import CODE_LISTS, DATA_SETS

MOST_WORDS = 8
T = TypeVar("T")


class FoundField(NamedTuple):
    """A field with all data sets (numbers) that have it under this name and title."""

    name: str
    title: str
    numbers: tuple[str, ...]


class FoundCode(NamedTuple):
    """A code of a list and what it stands for."""

    id: str
    code: str
    title: str


class Found(NamedTuple):
    """What was found, the closest first: numbers of data sets, fields, ids of code lists, codes."""

    data_sets: tuple[str, ...]
    fields: tuple[FoundField, ...]
    code_lists: tuple[str, ...]
    codes: tuple[FoundCode, ...]

    @property
    def total(self) -> int:
        return sum(map(len, self))


def find(text: str) -> Found:
    """Everything in which all words of the text occur; capitals and full-width letters make no difference."""
    words = _plain(text).split()[:MOST_WORDS]
    if not words:
        return Found((), (), (), ())
    fields: dict[tuple[str, str], list[str]] = {}
    ranks: dict[tuple[str, str], int] = {}
    for entry in DATA_SETS.values():
        for name, title, more in _fields(entry):
            rank = _rank(words, (name, title), more, entry.number)
            if rank is not None:
                fields.setdefault((name, title), []).append(entry.number)
                ranks[name, title] = min(rank, ranks.get((name, title), rank))
    return Found(
        _closest(
            words, ((e.number, (e.number, e.table, e.title), guidance(e).what) for e in DATA_SETS.values())
        ),
        tuple(FoundField(*key, tuple(fields[key])) for key in sorted(fields, key=lambda key: ranks[key])),
        _closest(
            words,
            (
                (known.id, (known.id, known.title), f"{known.section} {known.note}")
                for known in CODE_LISTS.values()
            ),
        ),
        _closest(
            words,
            (
                (FoundCode(known.id, code, title), (code, title), known.title)
                for known in CODE_LISTS.values()
                for code, title in known.values.items()
            ),
        ),
    )


def _fields(entry: DataSet) -> Iterator[tuple[str, str, str]]:
    for field in entry.fields:
        yield field.name, field.title, f"{field.domain} {field.note}"


def _closest(words: list[str], candidates: Iterator[tuple[T, tuple[str, ...], str]]) -> tuple[T, ...]:
    ranked = [
        (rank, found) for found, names, more in candidates if (rank := _rank(words, names, more)) is not None
    ]
    return tuple(found for _, found in sorted(ranked, key=lambda pair: pair[0]))


def _rank(words: list[str], names: tuple[str, ...], more: str, around: str = "") -> int | None:
    """0 a name is the text, 1 one begins with it, 2 all words stand in the names, 3 some in the rest; None: no match.

    `around` helps to narrow (the number of the set a field belongs to) but is no match of its own.
    """
    own = [_plain(name) for name in names]
    text = " ".join(words)
    if text in own:
        return 0
    if any(name.startswith(text) for name in own):
        return 1
    told, wide = " ".join(own), _plain(more)
    if all(word in told for word in words):
        return 2
    if all(word in told or word in wide or word == around for word in words):
        return 3 if any(word in told or word in wide for word in words) else None
    return None


@lru_cache(maxsize=16384)
def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
