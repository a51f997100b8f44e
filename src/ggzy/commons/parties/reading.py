"""What the standard's records say of parties: whose they are, and what of them tells one party from another."""

import csv
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ggzy import standard
from ggzy.commons.parties.matching import Entry, Traits, traits
from ggzy.kernel.ledger.contents import Content
from ggzy.kernel.privacy.blind import blind, plain


class Kind(NamedTuple):
    """What a data set tells of a party (`what`: entry, role, qualification …), and in which role it has it ("" none)."""

    what: str
    role: str

    @property
    def is_entry(self) -> bool:
        """It is what a register holds on the party itself; all else is a detail."""
        return self.what == "entry"


@cache
def kinds() -> dict[str, Kind]:
    """The data sets that are about parties, by number (sets.csv)."""
    text = (files(__package__) / "sets.csv").read_text(encoding="utf-8")
    return {row["data_set"]: Kind(row["what"], row["role"]) for row in csv.DictReader(text.splitlines())}


class Read(NamedTuple):
    """A record as the register reads it. `code` is the party's, `person` the digest of an identity document."""

    content: Content
    kind: Kind
    told: dict[str, str]
    code: str
    person: str

    @property
    def traits(self) -> Traits:
        """What is compared of an entry."""
        told = self.told.get
        return traits(
            Entry(
                str(self.content.head_id), self.content.source, self.name, told("party_code", ""),
                told("representative", ""), told("phone", ""), told("address", ""), self.person,
            )
        )  # fmt: skip

    @property
    def name(self) -> str:
        """The name of whom or of what it tells."""
        return self.told.get("title", "")

    @property
    def expires_on(self) -> date | None:
        """The last day on which a certificate holds; nothing when it says none that is a day."""
        said = self.told.get("expires_on") or self.told.get("last_day") or ""
        try:
            return datetime.strptime(said[:8], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            return None


def read(content: Content) -> Read:
    """One record of data sets 100 to 118; a withdrawn one tells nothing but its number."""
    kind = kinds()[content.data_set]
    told = standard.DATA_SETS[content.data_set].told(content.fields)
    person = blind("document", number).hex() if (number := told.get("person", "")) else ""
    is_own = person and kind.what in ("entry", "role")  # a practitioner is of the party that employs him
    code = person if is_own else plain(told.get("party_code") or told.get("employer_code") or "")
    return Read(content, kind, told, code, person)
