"""Taking records into the register: which party each entry is of, and what a person must look at."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from uuid import UUID

from django.conf import settings
from django.db import connection

from ggzy.commons.parties import facts
from ggzy.commons.parties.matching import CROWD, Register, Suggestion, Traits, keys
from ggzy.commons.parties.models import Detail, Duplicate, Entry, Link, Party
from ggzy.commons.parties.reading import Read, read
from ggzy.kernel.act import Act
from ggzy.kernel.ledger import contents
from ggzy.kernel.ledger.contents import Content
from ggzy.standard.identifiers import uscc_valid

NEW = "new"
"""The ground of an entry that was like no other."""
_NEAR = """
SELECT DISTINCT e.party_id FROM unnest(%s::int8[]) AS k(key)
CROSS JOIN LATERAL (SELECT party_id FROM commons_entry WHERE keys @> ARRAY[k.key] LIMIT %s) AS e
"""
_NUMBERS = "SELECT nextval(pg_get_serial_sequence('commons_party', 'id')) FROM generate_series(1, %s)"


def take(act: Act, said: Iterable[Content], step: UUID) -> tuple[list[Link], set[int]]:
    """Take these records in. Returns the links made, and the parties of which something changed."""
    found = [read(content) for content in said]
    _take_details([one for one in found if not one.kind.is_entry])
    return _take_entries(act, [one for one in found if one.kind.is_entry], step)


def _take_details(found: Sequence[Read]) -> None:
    gone = [one.content.head_id for one in found if one.content.withdrawn]
    Detail.objects.filter(head__in=gone).update(withdrawn=True)
    Detail.objects.bulk_create(
        [
            Detail(
                head=one.content.head_id, data_set=one.content.data_set, source=one.content.source, code=one.code,
                person=one.person, expires_on=one.expires_on,
            )
            for one in found if not one.content.withdrawn
        ],
        update_conflicts=True, unique_fields=["head"], update_fields=["code", "person", "expires_on", "withdrawn"],
    )  # fmt: skip


def _take_entries(act: Act, found: Sequence[Read], step: UUID) -> tuple[list[Link], set[int]]:
    known = Entry.objects.in_bulk([one.content.head_id for one in found])
    live = [one for one in found if not one.content.withdrawn]
    looked = {one.content.head_id: one.traits for one in live}
    apart = _apart(looked)
    fresh = _numbers(len(looked.keys() - known.keys()))
    register = _nearby(looked.values(), fresh)
    parties: dict[int, Party] = {}
    entries: list[Entry] = []
    links: list[Link] = []
    duplicates: list[Duplicate] = []
    for one in sorted(live, key=lambda one: not looked[one.content.head_id].organisation):
        head, traits = one.content.head_id, looked[one.content.head_id]
        if head in known:
            party = known[head].party_id
            decision = register.look(traits, apart[head] | {party})
            register.know(party, traits)
        else:
            decision, party = register.enter(traits, apart[head])
            links.append(Link(entry_id=head, party_id=party, ground=decision.ground or NEW, step=step, actor=act.actor, at=act.at))
            if decision.party is None:
                kind = "natural" if one.person else "legal"
                code = traits.written if uscc_valid(traits.written) else ""
                parties[party] = Party(
                    id=party, kind=kind, name=one.name, code=code, grams=facts.grams(one.name), person=one.person, at=act.at
                )
        entries.append(
            Entry(
                head=head, party_id=party, source=one.content.source, code=one.code, name=one.name,
                version=one.content.version, keys=sorted(map(_digest, keys(traits))),
            )
        )  # fmt: skip
        suggested = list(decision.suggestions)
        if head in known and decision.party is not None and decision.ground is not None:
            suggested.append(Suggestion(decision.party, decision.ground))  # it has a party: only a person moves it
        duplicates += [Duplicate(entry_id=head, party_id=s.party, ground=s.ground, at=act.at) for s in suggested]
    Party.objects.bulk_create(parties.values())
    Entry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["head"],
        update_fields=["code", "name", "version", "keys", "withdrawn"],
    )  # fmt: skip
    Link.objects.bulk_create(links)
    Duplicate.objects.bulk_create(duplicates, ignore_conflicts=True)
    gone = [one for one in found if one.content.withdrawn and one.content.head_id in known]
    Entry.objects.filter(head__in=[one.content.head_id for one in gone]).update(withdrawn=True)
    return links, {entry.party_id for entry in entries} | {known[one.content.head_id].party_id for one in gone}


def _nearby(looked: Iterable[Traits], fresh: Iterator[int]) -> Register:
    """The part of the register that these entries can be compared with."""
    wanted = {_digest(key) for traits in looked for key in keys(traits)}
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [sorted(wanted), 2 * CROWD])
        near = [row[0] for row in cursor.fetchall()]
    whose = dict(Entry.objects.filter(party__in=near, withdrawn=False).values_list("head", "party_id"))
    register = Register(fresh)
    for content in contents.in_force(list(whose)):
        if not content.withdrawn:
            register.know(whose[content.head_id], read(content).traits)
    return register


def _apart(heads: Iterable[int]) -> dict[int, set[int]]:
    """The parties of which a person has said that these entries are not theirs."""
    apart: dict[int, set[int]] = defaultdict(set)
    for entry, party in Duplicate.objects.filter(entry__in=list(heads), state="dismissed").values_list("entry_id", "party_id"):
        apart[entry].add(party)
    return apart


def _numbers(count: int) -> Iterator[int]:
    """Numbers for so many new parties."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, [count])
        yield from [row[0] for row in cursor.fetchall()]


def _digest(key: str) -> int:
    """A key of likeness as it is kept: eight bytes, from which nobody reads a telephone number."""
    digest = blake2b(key.encode(), digest_size=8, key=settings.BLIND_KEY.encode()[:64]).digest()
    return int.from_bytes(digest, signed=True)
