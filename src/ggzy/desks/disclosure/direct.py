"""Straight to the thing: who types a code wants the page that it names."""

import re
from typing import Literal, NamedTuple

from ggzy.desks.disclosure import index
from ggzy.desks.disclosure.query import found_by_code, is_shown

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-_/（）()\[\]〔〕号.]{5,63}")
_RECORD = re.compile(r"#?(\d{1,18})")


class Target(NamedTuple):
    """A page: a project by its code, a party by its credit code, a notice by its record's number."""

    page: Literal["project", "party", "notice"]
    code: str

    @property
    def url(self) -> str:
        """Its address in the portal."""
        return f"/{'parties' if self.page == 'party' else self.page + 's'}/{self.code}"


def direct(words: str) -> Target | None:
    """The page that an exact code names; nothing when the words are no known code.

    A project's, procedure's, lot's or deal's code leads to its project, a credit code to its party, the number
    of a record to the record.
    """
    asked = " ".join(words.split())
    if (record := _RECORD.fullmatch(asked)) and is_shown(int(record[1])):
        return Target("notice", record[1])
    if not _CODE.fullmatch(asked):
        return None
    for hit in found_by_code(asked, limit=3):
        for code in hit.codes:
            kind, _, bare = code.partition(":")
            if index.code_term(bare) == index.code_term(asked):
                if kind in ("project", "procedure", "lot", "deal"):
                    return Target("project", hit.code("project") or hit.code("procedure") or bare)
                return Target("party", bare)
    return None
