"""What is held true of a party: field by field what each source says, and which one stands in force."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
from django.conf import settings

from ggzy import standard
from ggzy.commons.parties.models import Detail, Entry, Party, Settlement
from ggzy.commons.parties.reading import Read, kinds, read
from ggzy.kernel.ledger import contents
from ggzy.kernel.privacy.blind import plain
from ggzy.standard.identifiers import uscc_valid

_OF_THE_SENDER = ("platform_code", "service_platform", "timestamp", "party_role")
"""What tells of the sending and not of the party: sources are bound to differ in it."""


class Saying(NamedTuple):
    """What one source says of a field: in which version of its entry, of what time (yyyyMMddHHmmss)."""

    head: int
    source: str
    version: int
    stamp: str
    value: str


class Fact(NamedTuple):
    """One field of a party: the saying in force, all that is said, and the person's word that settled it, if any.

    `disputed`: sources say different things and nobody has settled which is true.
    """

    field: standard.Field
    chosen: Saying
    sayings: list[Saying]
    settlement: Settlement | None

    @property
    def disputed(self) -> bool:
        """Different things are said, and no settlement holds."""
        return self.settlement is None and len({plain(one.value) for one in self.sayings}) > 1


class Held(NamedTuple):
    """A party with what is said of it: its live entries, and its facts in the order of the standard."""

    party: Party
    entries: list[Read]
    facts: list[Fact]
    roles: list[str]

    def fact(self, word: str) -> str:
        """What is in force for a house word (title, region, address …), or nothing."""
        for entry in self.entries[:1]:
            names = standard.DATA_SETS[entry.content.data_set].meanings.get(word, ())
            said = {fact.field.name: fact.chosen.value for fact in self.facts}
            return next((said[name] for name in names if said.get(name)), "")
        return ""

    @property
    def sources(self) -> list[str]:
        """The systems that hold it."""
        return sorted({entry.content.source for entry in self.entries})


def held(party_ids: Iterable[int], *, masked: bool = False) -> list[Held]:
    """These parties with all that is said of them; `masked`: only what all may see, as all may see it."""
    parties = list(Party.objects.filter(pk__in=list(party_ids)).order_by("pk"))
    whose = dict(Entry.objects.filter(party__in=parties, withdrawn=False).values_list("head", "party_id"))
    reads: dict[int, list[Read]] = defaultdict(list)
    for content in contents.in_force(list(whose)):
        if not content.withdrawn:
            reads[whose[content.head_id]].append(read(content))
    settled: dict[int, dict[str, Settlement]] = defaultdict(dict)
    for one in Settlement.objects.filter(party__in=parties, undone_at=None):
        settled[one.party_id][one.field] = one
    roles = _roles(reads)
    return [
        Held(party, reads[party.pk], _facts(reads[party.pk], settled[party.pk], masked), sorted(roles[party.pk]))
        for party in parties
    ]


def refresh(party_ids: Iterable[int]) -> list[Held]:
    """Write down anew under which name and code parties are found, after something of them changed; returns what all may
    see of them."""
    found = held(party_ids, masked=True)
    changed = []
    for one in found:
        party, name, code = one.party, one.fact("title"), _code(one)
        if one.entries and (party.name, party.code) != (name, code):
            party.name, party.code, party.grams = name, code, grams(name)
            changed.append(party)
    Party.objects.bulk_update(changed, ["name", "code", "grams"], batch_size=500)
    return found


def grams(name: str) -> list[str]:
    """The pieces of one and two characters of a name in one spelling: any part of it is found by its own pieces."""
    text = plain(name)
    return sorted({text[i : i + n] for n in (1, 2) for i in range(len(text) - n + 1)})


def _code(one: Held) -> str:
    """The right code that is in force, or else any right one that an entry has."""
    said = (one.fact("party_code"), *(entry.told.get("party_code", "") for entry in one.entries))
    return next((code for code in map(plain, said) if uscc_valid(code)), "")


def _facts(entries: Sequence[Read], settled: dict[str, Settlement], masked: bool) -> list[Fact]:
    said: dict[str, list[Saying]] = defaultdict(list)
    for entry in entries:
        content = entry.content
        fields = msgspec.json.decode(content.public) if masked else content.fields
        for name, value in fields.items():
            if isinstance(value, str) and value:
                said[name].append(Saying(content.head_id, content.source, content.version, content.stamp, value))
    found = []
    for field in _fields(entries):
        if sayings := said.get(field.name):
            settlement = settled.get(field.name)
            believed = [s for s in sayings if settlement and (s.head, s.version) == (settlement.entry_id, settlement.version)]
            chosen = believed[0] if believed else max(sayings, key=lambda s: (s.source == settings.PLATFORM_CODE, s.stamp, s.head))
            found.append(Fact(field, chosen, sorted(sayings, key=lambda s: s.stamp), settlement if believed else None))
    return found


def _fields(entries: Sequence[Read]) -> list[standard.Field]:
    """The fields that tell of the party, in the order of the standard."""
    fields: dict[str, standard.Field] = {}
    for number in sorted({entry.content.data_set for entry in entries}):
        data_set = standard.DATA_SETS[number]
        left_out = {name for word in _OF_THE_SENDER for name in data_set.meanings.get(word, ())}
        fields |= {field.name: field for field in data_set.fields if field.name not in left_out}
    return list(fields.values())


def _roles(reads: dict[int, list[Read]]) -> dict[int, set[str]]:
    """In which roles a party is registered: as its entries say, and by the extensions that the standard has for each."""
    known = standard.code_list("party_role").values
    roles: dict[int, set[str]] = defaultdict(set)
    whose: dict[str, set[int]] = defaultdict(set)
    for party, entries in reads.items():
        for entry in entries:
            whose[entry.code].add(party)
            said = entry.told.get("party_role", "").replace("；", ";").replace(",", ";").split(";")
            roles[party] |= {role.strip() for role in said if role.strip() in known}
    named = Detail.objects.filter(code__in=[code for code in whose if code], withdrawn=False)
    for code, data_set in named.values_list("code", "data_set").distinct():
        if role := kinds()[data_set].role:
            for party in whose[code]:
                roles[party].add(role)
    return roles
