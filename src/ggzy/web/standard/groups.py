"""The data sets in the groups in which the standard's own catalogue presents them."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from ggzy import standard
from ggzy.desks.disclosure import names

CHAPTERS = {"1": "交易主体与人员", "2": "评审专家", "3": "主体信用", "4": "行政监督"}
OWN = "本平台扩展"


class Group(NamedTuple):
    """A group of data sets; `market` is "" for those that serve all markets."""

    id: str
    title: str
    market: str
    data_sets: list[standard.DataSet]

    @property
    def fields(self) -> int:
        """How many fields its data sets have."""
        return sum(len(entry.fields) for entry in self.data_sets)


def group_of(entry: standard.DataSet) -> tuple[str, str]:
    """The id and the title of the group to which a data set belongs."""
    if entry.market:
        return entry.market, _(names.MARKETS[entry.market])
    chapter = entry.number[0] if len(entry.number) == 3 else ""
    return (f"c{chapter}", _(CHAPTERS[chapter])) if chapter in CHAPTERS else ("own", _(OWN))


def groups() -> list[Group]:
    """All groups in the order of their first data set; ours come last."""
    found: dict[str, Group] = {}
    for entry in standard.DATA_SETS.values():
        id, title = group_of(entry)
        found.setdefault(id, Group(id, title, entry.market or "", [])).data_sets.append(entry)
    return sorted(found.values(), key=lambda group: group.id == "own")
