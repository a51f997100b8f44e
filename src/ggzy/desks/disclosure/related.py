"""Notices of other trades that are like one: their titles share what is rare in its own."""

from tantivy import Occur, Query

from ggzy.desks.disclosure import index, terms
from ggzy.desks.disclosure.entry import Entry
from ggzy.desks.disclosure.index import SCHEMA
from ggzy.desks.disclosure.query import Hit, carrying, hit, tagged

_TELLING = 10
_SHARED = 4
_OWN = ("project:", "procedure:", "lot:", "deal:")


def related(entry: Entry, limit: int = 5) -> list[Hit]:
    """Notices of the same market and stage from other trades, the most alike first.

    Two titles are alike when at least four of the ten rarest pairs of Chinese characters in the one stand in the other.
    """
    searcher = index.reader.searcher()
    if searcher is None or not entry.title:
        return []
    pairs = {pair for pair in terms.pairs(terms.normal(entry.title)).split() if pair.isalpha() and not pair.isascii()}
    known = {pair: searcher.doc_freq("title", pair) for pair in pairs}
    telling = sorted((pair for pair, count in known.items() if count > 1), key=lambda pair: (known[pair], pair))
    if len(telling) < _SHARED:
        return []
    shared = Query.boolean_query(
        [(Occur.Should, Query.term_query(SCHEMA, "title", pair)) for pair in telling[:_TELLING]],
        minimum_number_should_match=_SHARED,
    )
    own = [code for code in entry.codes if code.startswith(_OWN)]
    asked = Query.boolean_query(
        [
            (Occur.Must, shared),
            *((Occur.Must, tagged(tag)) for tag in ("listed", f"market:{entry.market}", f"stage:{entry.stage}")),
            (Occur.MustNot, Query.term_query(SCHEMA, "head", entry.head_id)),
            *([(Occur.MustNot, carrying(*own))] if own else []),
        ]
    )
    found = searcher.search(asked, limit, count=False).hits
    return [hit(other, ()) for other in index.entries(searcher, [address for _, address in found])]
