"""When two entries are the same party: the grounds that suffice, and those that a person must look at.

A ground is a rule that a clerk can read and contest, not a weight that somebody trained. Only a name together with
another fact links by itself; every other likeness is a suggestion. One code, one representative and one house under two
names may be a firm that was renamed, or its sister under whose code a clerk filed it: only a person can tell.
"""

from __future__ import annotations

import csv
from enum import StrEnum
from functools import cache
from importlib.resources import files

from msgspec import Struct
from rapidfuzz.distance import OSA, Levenshtein

from .traits import Traits


class Ground(StrEnum):
    """Why two entries may be one party; those in `AUTOMATIC` link by themselves. Their words stand in `grounds.csv`."""

    CODE_AND_NAME = "code_and_name"
    ORGANISATION_AND_NAME = "organisation_and_name"
    CODE_AND_SPELLING = "code_and_spelling"
    NAME_AND_PEOPLE = "name_and_people"
    CODE_AND_PEOPLE = "code_and_people"
    CODE_ALONE = "code_alone"
    NEAR_CODE = "near_code"
    ONE_NAME_TWO_CODES = "one_name_two_codes"
    NAME_ALONE = "name_alone"
    SPELLING = "spelling"
    PEOPLE = "people"


AUTOMATIC = frozenset(
    {Ground.CODE_AND_NAME, Ground.ORGANISATION_AND_NAME, Ground.CODE_AND_SPELLING, Ground.NAME_AND_PEOPLE}
)
RANK = {ground: place for place, ground in enumerate(Ground)}

_MEANT = frozenset("0123456789一二三四五六七八九十甲乙丙丁东南西北中新老大小上下ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@cache
def titles() -> dict[str, str]:
    """What each ground is called on the screen."""
    text = (files(__package__) / "grounds.csv").read_text(encoding="utf-8")
    return {row["ground"]: row["中文"] for row in csv.DictReader(text.splitlines())}


class Likeness(Struct, frozen=True):
    """What two entries share. `vetoed`: both have a right code, and the codes differ."""

    code: bool
    organisation: bool
    near: bool
    vetoed: bool
    name: bool
    spelling: bool
    branch: bool
    representative: bool
    phone: bool
    door: bool

    @property
    def people(self) -> bool:
        """The representative, and one of the places where he is reached."""
        return self.representative and (self.phone or self.door)

    @property
    def contact(self) -> bool:
        """The representative or one of the places: enough to support a name or a code with a slip of the pen."""
        return self.representative or self.phone or self.door


def compare(one: Traits, two: Traits) -> Likeness:
    """What the two have in common; what either leaves empty is not shared."""
    vetoed = bool(one.organisation and two.organisation and one.organisation != two.organisation)
    branch = one.branch == two.branch
    name = branch and one.name == two.name
    return Likeness(
        code=bool(one.organisation) and one.written == two.written,
        organisation=bool(one.organisation) and one.organisation == two.organisation,
        near=not (one.organisation and two.organisation) and _near(one, two),
        vetoed=vetoed,
        name=name,
        spelling=name or (branch and misspelt(one.core, two.core)),
        branch=branch,
        representative=bool(one.representative) and one.representative == two.representative,
        phone=bool(one.phone) and one.phone == two.phone,
        door=bool(one.door) and one.door == two.door,
    )


def ground(likeness: Likeness) -> Ground | None:
    """The strongest ground that holds, or None when the two have too little in common to trouble anybody."""
    if likeness.vetoed:
        return Ground.ONE_NAME_TWO_CODES if likeness.name and likeness.representative else None
    if likeness.organisation:
        return _with_code(likeness)
    return _without_code(likeness)


def _with_code(likeness: Likeness) -> Ground:
    if not likeness.branch:
        return Ground.CODE_ALONE  # a branch that gave the code of its firm
    if likeness.name:
        return Ground.CODE_AND_NAME if likeness.code else Ground.ORGANISATION_AND_NAME
    if likeness.spelling and likeness.contact:
        return Ground.CODE_AND_SPELLING
    return Ground.CODE_AND_PEOPLE if likeness.people else Ground.CODE_ALONE


def _without_code(likeness: Likeness) -> Ground | None:
    if likeness.name:
        return Ground.NAME_AND_PEOPLE if likeness.people else Ground.NAME_ALONE
    if likeness.near and (likeness.spelling or likeness.contact):
        return Ground.NEAR_CODE
    if likeness.spelling and likeness.contact:
        return Ground.SPELLING
    return Ground.PEOPLE if likeness.people and likeness.branch else None


def misspelt(one: str, two: str) -> bool:
    """May one be the other with a slip of the pen: one character in ten, and none that is there to tell firms apart?

    第一建筑 and 第二建筑 are two firms, and so are 华东 and 华西.
    """
    most = 1 if max(len(one), len(two)) <= 10 else 2
    if Levenshtein.distance(one, two, score_cutoff=most) > most:
        return False
    changed: set[str] = set()
    for edit in Levenshtein.editops(one, two):
        changed.update(one[edit.src_pos : edit.src_pos + 1] if edit.tag != "insert" else "")
        changed.update(two[edit.dest_pos : edit.dest_pos + 1] if edit.tag != "delete" else "")
    return not changed & _MEANT


def _near(one: Traits, two: Traits) -> bool:
    """The same code with up to two characters mistaken or two neighbours changed over (old codes: one)."""
    if not one.written or not two.written:
        return False
    if len(one.written) == len(two.written) == 18:
        return OSA.distance(one.written, two.written, score_cutoff=2) <= 2
    return OSA.distance(one.nine, two.nine, score_cutoff=1) <= 1
