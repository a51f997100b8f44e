"""The words of the house: each noun and each state with its Chinese name and its meaning."""

import csv
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Word:
    """One word as code, screen and law use it."""

    identifier: str
    chinese: str
    english: str
    definition: str


def words() -> dict[str, Word]:
    """All words by identifier."""
    text = (files(__package__) / "words.csv").read_text(encoding="utf-8")
    rows = csv.reader(text.splitlines()[1:])
    return {row[0]: Word(*row) for row in rows}


def glossary() -> str:
    """The words as a page for readers of code and law."""
    lines = ["# Glossary", "", "Made from `src/ggzy/kernel/words.csv` by `make docs`.", ""]
    lines += ["| identifier | 中文 | English | meaning |", "|---|---|---|---|"]
    lines += [f"| `{w.identifier}` | {w.chinese} | {w.english} | {w.definition} |" for w in words().values()]
    return "\n".join(lines) + "\n"
