"""Finding parties: by code, by number, by a part of the name; and what waits for a person."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db.models import F, QuerySet

from ggzy.commons.parties import facts
from ggzy.commons.parties.models import Detail, Duplicate, Entry, Party
from ggzy.commons.parties.reading import Read, kinds, read
from ggzy.kernel.ledger import contents
from ggzy.kernel.privacy.blind import plain


def by_code(code: str) -> Party | None:
    """The party in force with this unified social credit code, however it is spaced."""
    found = Party.objects.filter(code=plain(code), state="registered").exclude(code="")
    return found.order_by("pk").first()


def by_number(number: UUID) -> Party | None:
    """The party with this number; one that was merged is led to the one into which."""
    party = Party.objects.filter(number=number).select_related("into").first()
    return party and party.in_force


def by_name(part: str, most: int = 20) -> Sequence[Party]:
    """Parties in whose name this part stands, in the order in which they came; at most so many."""
    wanted = plain(part)[:50]
    if not wanted:
        return []
    pieces = [wanted[i : i + 2] for i in range(max(len(wanted) - 1, 1))]
    found = Party.objects.filter(grams__contains=pieces, state="registered").order_by("pk")
    return [party for party in found[: 3 * most] if wanted in plain(party.name)][:most]


def duplicates() -> QuerySet[Duplicate]:
    """Pairs that a person should look at, the oldest first; those that have become one meanwhile are left out."""
    still = Duplicate.objects.filter(state="open").exclude(entry__party=F("party"))
    return still.filter(party__state="registered", entry__withdrawn=False).select_related("entry__party", "party").order_by("at", "pk")


def disputed(party: Party) -> list[facts.Fact]:
    """The fields in which the sources of a party differ and nobody has settled it."""
    return [fact for fact in facts.held([party.pk])[0].facts if fact.disputed]


def details(party: Party) -> dict[str, list[Read]]:
    """What is said of a party besides, by what it is (role, qualification, performance, practitioner …)."""
    entries = list(Entry.objects.filter(party=party, withdrawn=False).values_list("source", "code"))
    codes = {code for _, code in entries if code} | {party.code or party.person} - {""}
    own = set(entries)
    heads = [
        head
        for head, source, code in Detail.objects.filter(code__in=codes, withdrawn=False).values_list("head", "source", "code")
        if code in (party.code, party.person) or (source, code) in own  # a code that others gave by mistake is theirs
    ]
    found = [read(content) for content in contents.in_force(heads) if not content.withdrawn]
    order = sorted(found, key=lambda one: (list(kinds()).index(one.content.data_set), one.content.head_id))
    return {what: list(ones) for what, ones in groupby(order, key=lambda one: one.kind.what)}


def expiring(party: Party, until: date) -> list[tuple[date, Read]]:
    """The certificates and licences of a party that end by this day, the first to end first."""
    entries = [read(c) for c in contents.in_force(list(party.entries.filter(withdrawn=False).values_list("pk", flat=True)))]
    held = [*entries, *(one for ones in details(party).values() for one in ones)]
    ending = [(one.expires_on, one) for one in held if one.expires_on is not None and one.expires_on <= until]
    return sorted(ending, key=lambda pair: (pair[0], pair[1].content.head_id))
