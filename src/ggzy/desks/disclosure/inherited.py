"""What a notice leaves out and its project or lot has said: region, principal, market.

A principal that is taken over becomes the notice's principal, never one of the parties that it names itself
(`party:`): else a penalty would be on the record of whoever bought what the penalised party bid for.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from ggzy.desks.disclosure import index
from ggzy.desks.disclosure.entry import Entry
from ggzy.desks.disclosure.query import all_of, carrying, tagged

_DECLARING = ("project", "procedure", "lot")
_OWN = ("lot:", "procedure:", "project:")
_MOST = 200_000

Told = tuple[str, str, tuple[str, ...], str]
"""Region, the principal's name and code, market."""
_NOTHING: Told = ("", "", (), "other")


class Inheritance:
    """Completes entries in the order of the ledger, where parents come before what hangs on them.

    It remembers the latest projects, procedures and lots; for others it asks the index that is in use.
    """

    def __init__(self) -> None:
        self._told: dict[str, Told] = {}

    def complete(self, entry: Entry) -> Entry:
        """The entry with what it leaves out taken from its lot, procedure or project."""
        declares = entry.kind in _DECLARING
        if entry.withdrawn or not (declares or entry.listed):
            return entry
        if not (entry.region and entry.principal and entry.market != "other"):
            entry = self._completed(entry)
        if declares:
            self._remember(entry)
        return entry

    def _completed(self, entry: Entry) -> Entry:
        region, principal, codes, market = entry.region, entry.principal, entry.codes, entry.market
        for code in sorted(code for code in codes if code.startswith(_OWN)):  # lots, procedures, projects
            told = self._of(code, entry.listed)
            region = region or told[0]
            if not principal:
                principal, codes = told[1], codes + tuple(one for one in told[2] if one not in codes)
            market = told[3] if market == "other" else market
            if region and principal and market != "other":
                break
        return replace(entry, region=region, principal=principal, codes=codes, market=market)

    def _of(self, code: str, is_asked: bool) -> Told:
        told = self._told.get(code)
        if told is None and is_asked:
            told = self._keep(code, next(_committed(code), _NOTHING))
        return told or _NOTHING

    def _remember(self, entry: Entry) -> None:
        prefix = f"{entry.kind}:"
        for code in entry.codes:
            if code.startswith(prefix):
                self._keep(code, _told(entry))

    def _keep(self, code: str, told: Told) -> Told:
        self._told.pop(code, None)
        if len(self._told) >= _MOST:
            del self._told[next(iter(self._told))]
        self._told[code] = told
        return told


def _told(entry: Entry) -> Told:
    codes = tuple(code for code in entry.codes if code.startswith("principal:"))[:1]
    return entry.region, entry.principal, codes, entry.market


def _committed(code: str) -> Iterator[Told]:
    """What the record that declares a code says in the index in use."""
    searcher = index.reader.searcher()
    if searcher is None or not searcher.doc_freq("code", index.code_term(code)):
        return
    declaring = tagged(f"kind:{code.partition(':')[0]}")
    for _, address in searcher.search(all_of([carrying(code), declaring]), 1, count=False).hits:
        yield from map(_told, index.entries(searcher, [address]))
