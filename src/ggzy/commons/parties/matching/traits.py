"""What of an entry tells whose it is: its code, name, representative, telephone and address, each in one spelling."""

from __future__ import annotations

import re

from msgspec import Struct

from ggzy.kernel.privacy.blind import plain
from ggzy.standard.identifiers import organisation_code_valid, uscc_valid


class Entry(Struct, frozen=True):
    """One party as one register holds it (登记项); what the register does not say is empty.

    `person` is a natural person's identity document as a digest (kernel/privacy/blind.py), which nobody can read back.
    """

    id: str
    source: str
    name: str
    code: str = ""
    representative: str = ""
    phone: str = ""
    address: str = ""
    person: str = ""


class Traits(Struct, frozen=True):
    """An entry made comparable. `nine` is the organisation code, which since GB 32100-2015 is part of the credit code
    (characters 9 to 17), so that old and new codes meet: as it is written, and `organisation` the same when the code's
    check character is right, else empty. `branch` is what follows the name of the firm itself (某某有限公司*浦东分公司*)."""

    entry: Entry
    written: str
    nine: str
    organisation: str
    name: str
    branch: str
    core: str
    representative: str
    phone: str
    door: str

    @property
    def is_person(self) -> bool:
        """A natural person, whose code is the digest of the identity document."""
        return bool(self.entry.person)


_BRANCH = re.compile(r"(?<=公司)(?P<branch>.{1,24}(?:公司|[分支]行|办事处|营业部|项目部|分院|分所))$")
_FORM = re.compile(r"(?:股份)?(?:有限)?(?:公司|合伙企业|事务所)$")
_PLACE = re.compile(r"^(?P<place>[^省市]{2,3})[省市]")
_DOOR = re.compile(r"(?P<road>[^省市区县镇乡0-9]{1,8}?(?:路|街|道|巷|弄|村|园区|广场))(?P<number>[0-9]+)")
_MASKED = re.compile(r"[某*]|(?:先生|女士|小姐|老师)$")


def traits(entry: Entry) -> Traits:
    """Everything that is compared, computed once."""
    if entry.person:
        name = plain(entry.name)
        return Traits(entry, entry.person, "", entry.person, name, "", name, "", "", "")
    written = plain(entry.code)
    nine = written[8:17] if len(written) == 18 else written
    right = uscc_valid(written) if len(written) == 18 else organisation_code_valid(written)
    full = plain(entry.name).replace("有限责任公司", "有限公司")
    found = _BRANCH.search(full)
    branch = found["branch"] if found else ""
    name = full.removesuffix(branch)
    return Traits(
        entry,
        written,
        nine,
        nine if right else "",
        name,
        branch,
        _FORM.sub("", _PLACE.sub(r"\g<place>", name)),
        _person(entry.representative),
        _telephone(entry.phone),
        _door(entry.address),
    )


def _person(name: str) -> str:
    """Nobody when the name is masked: 张某 is half the city."""
    return "" if _MASKED.search(name.strip()) else plain(name)


def _telephone(phone: str) -> str:
    """The last eight digits: a mobile's own part, or a subscriber's number without its area code."""
    digits = re.sub(r"\D", "", plain(phone))
    return digits[-8:] if len(digits) >= 7 else ""


def _door(address: str) -> str:
    """The road and its house number, without the districts before and the rooms after that clerks add or leave out."""
    text = plain(address)
    doors = list(_DOOR.finditer(text))
    return doors[0]["road"] + doors[0]["number"] if doors else text
