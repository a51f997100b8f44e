"""Whose is this entry? One at a time against those that are already there, by grounds that can be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import count

from msgspec import Struct

from .rules import AUTOMATIC, RANK, Ground, compare, ground
from .traits import Entry, Traits, traits

CROWD = 60  # a telephone of so many parties is their agent's: it tells nothing


class Suggestion(Struct, frozen=True):
    """A party that a person should look at, and why."""

    party: int
    ground: Ground


class Decision(Struct, frozen=True):
    """`party` is the one that the entry joins by `ground`, or None when it begins a new one."""

    party: int | None
    ground: Ground | None
    suggestions: tuple[Suggestion, ...] = ()


class Register:
    """The parties known so far, each by its entries; `fresh` numbers new ones."""

    def __init__(self, fresh: Iterator[int] | None = None) -> None:
        self.parties: dict[int, list[Traits]] = {}
        self._index: dict[str, set[int]] = defaultdict(set)
        self._fresh = fresh or count()

    def know(self, party: int, one: Traits) -> None:
        """Hold an entry as one of this party's."""
        self.parties.setdefault(party, []).append(one)
        for key in keys(one):
            self._index[key].add(party)

    def look(self, one: Traits, apart: Container[int] = ()) -> Decision:
        """Which party an entry is of. Those of whom a person has said that they are not it (`apart`) are out."""
        near = {party for key in keys(one) if len(shared := self._index[key]) <= CROWD for party in shared}
        return decide(one, {party: self.parties[party] for party in near if party not in apart})

    def enter(self, one: Traits, apart: Container[int] = ()) -> tuple[Decision, int]:
        """Look, and hold the entry as that party's, or as a new one's."""
        decision = self.look(one, apart)
        party = next(self._fresh) if decision.party is None else decision.party
        self.know(party, one)
        return decision, party


def keys(of: Traits) -> Iterator[str]:
    """By what an entry is found again. Of a code and of a name two halves stand, for one slip of the pen leaves one of
    them whole; each with another fact, so that few share a key however large the register."""
    if of.organisation:
        yield f"code:{of.organisation}"
    if of.is_person:
        return  # thousands are called 张伟: a person is known by the document alone
    yield f"name:{of.name}:{of.branch}"
    if of.phone:
        yield f"phone:{of.phone}"
    for fact in filter(None, (of.representative, of.door)):
        yield f"begins:{fact}:{of.core[:4]}"
        yield f"ends:{fact}:{of.core[-4:]}"
    if of.representative:
        yield f"met:{of.representative}:{of.door}"
        if of.nine:
            yield f"first:{of.representative}:{of.nine[:4]}"
            yield f"last:{of.representative}:{of.nine[4:]}"


def decide(entry: Traits, candidates: Mapping[int, Sequence[Traits]]) -> Decision:
    """Which of the parties that share a key with an entry it is of, each party given by its entries so far."""
    found = {party: best for party, held in candidates.items() if (best := _best(entry, held))}
    order = sorted(found, key=lambda party: RANK[found[party]])
    chosen = None
    if order and found[order[0]] in AUTOMATIC:
        alone = len(order) == 1 or found[order[1]] is not found[order[0]]
        chosen = order[0] if alone else None
    return Decision(
        chosen,
        found[chosen] if chosen is not None else None,
        tuple(
            Suggestion(party, found[party])
            for party in order
            if party != chosen and (chosen is None or found[party] is not Ground.PEOPLE)  # sisters share their people
        ),
    )


def match(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Decision, int]]:
    """Each entry with its decision and the number of the party that it is now in; new parties are numbered from 0.

    Those with a right code come first, so that the others find the party that the code has made.
    """
    register = Register()
    for one in sorted(map(traits, entries), key=lambda t: not t.organisation):
        yield one.entry, *register.enter(one)


def _best(entry: Traits, held: Sequence[Traits]) -> Ground | None:
    """The strongest ground over a party's entries; a code of its own that differs leaves only a suggestion."""
    likenesses = [compare(entry, one) for one in held]
    grounds = [found for likeness in likenesses if (found := ground(likeness))]
    if not grounds:
        return None
    best = min(grounds, key=RANK.__getitem__)
    vetoed = any(likeness.vetoed for likeness in likenesses)
    return Ground.ONE_NAME_TWO_CODES if vetoed and best in AUTOMATIC else best
