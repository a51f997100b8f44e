"""Regulatory information: approvals, qualifications, penalties and other decisions on record (沪府办发〔2016〕5号 三(二)1)."""

from ggzy import standard
from ggzy.desks.disclosure import index
from ggzy.desks.disclosure.query import Hit, all_of, newest_hits, tagged

_LOOKED_AT = 400


def newest_of(number: str, limit: int) -> list[Hit]:
    """The newest records of one data set, as far as they are among the newest of its market and kind."""
    searcher = index.reader.searcher()
    if searcher is None:
        return []
    known = standard.data_set(number)
    asked = [tagged(f"kind:{known.kind}"), *([tagged(f"market:{known.market}")] if known.market else [])]
    return [hit for hit in newest_hits(searcher, all_of(asked), _LOOKED_AT) if hit.data_set == number][:limit]
