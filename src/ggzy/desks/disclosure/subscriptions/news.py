"""What is new in a list since some place in the ledger.

Who subscribes, and to what, stands in the commons: no ledger could give that back, while this desk's tables can be
dropped. Here it is only read against the index.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from django.utils.translation import gettext as _
from tantivy import Query as Asked
from tantivy import Searcher

from ggzy.desks.disclosure import index
from ggzy.desks.disclosure.filters import Query
from ggzy.desks.disclosure.index import SCHEMA
from ggzy.desks.disclosure.query import Hit, all_of, any_of, matching, newest_hits
from ggzy.kernel.ledger import feed

SHOWN = 50
"""Records named in one mail; of more only the number is told, and where to find them."""
_TOGETHER = 5_000


class _Given(dict[str, list[str]]):
    def getlist(self, name: str, /) -> list[str]:
        """All values of a name."""
        return self.get(name, [])


def asked(url: str) -> Query:
    """The list that a query string names."""
    return Query.parse(_Given(parse_qs(url)))


def canonical(query: Query) -> str:
    """The query string under which a list is subscribed to: its words and filters, not its order or page."""
    return Query.url(query, sort="newest", size=20, page=1)


def titled(query: Query) -> str:
    """A list in words."""
    return " · ".join(chip.label for chip in query.chips()) or _("全部公告")


@dataclass(frozen=True)
class News:
    """What is new in one list: how many records, and the newest of them."""

    total: int
    hits: list[Hit]


class Since:
    """The records that changed from one place in the ledger up to where the index has come.

    They are found once for all who were last told at the same place.
    """

    def __init__(self, first: int) -> None:
        self._searcher: Searcher | None = index.reader.searcher()
        self.end = max(first, index.reached(self._searcher)) if self._searcher else first
        self._heads = feed.heads(first, self.end)

    def news(self, query: Query) -> News:
        """Those of them that are in a list now. One that was only corrected counts, too; what was withdrawn does not."""
        if self._searcher is None or not self._heads:
            return News(0, [])
        asked = all_of([matching(query, self._searcher), _among(self._heads)])
        total = self._searcher.search(asked, 1).count
        return News(total, newest_hits(self._searcher, asked, SHOWN) if total else [])


def _among(heads: Sequence[int]) -> Asked:
    sets = [heads[i : i + _TOGETHER] for i in range(0, len(heads), _TOGETHER)]
    return any_of([Asked.term_set_query(SCHEMA, "head", list(some)) for some in sets])
