"""Words that say the same: who looks for 电脑 also finds 计算机. One group a line, parted by commas.

The list that comes with the platform holds until the installation has one of its own, `synonyms.csv` in its home;
that is read again whenever it has changed. A word in quotes is looked for as it stands.
"""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from ggzy.desks.disclosure import terms

_OURS = Path(__file__).with_name("synonyms.csv")


def meant(asked: str) -> list[list[str]]:
    """For each word of what was typed the words that are looked for: itself first, then those that say the same."""
    groups = _groups()
    return [
        [word] if quoted else list(dict.fromkeys([word, *groups.get(word, ())]))
        for word, quoted in terms.parts(asked).items()
    ]


def _groups() -> dict[str, list[str]]:
    own = Path(settings.HOME) / "synonyms.csv"
    path = own if own.is_file() else _OURS
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(2)
def _read(path: Path, _changed: int) -> dict[str, list[str]]:
    """Each word with its whole group; a word in two groups belongs to the first."""
    found: dict[str, list[str]] = {}
    for line in path.read_text("utf-8-sig", "replace").splitlines():
        group = [word for one in line.replace("，", ",").split(",") if (word := terms.normal(one))]
        for word in group:
            found.setdefault(word, group)
    return found
