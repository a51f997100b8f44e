"""The words of the national data standard: data set, field, code list, fault, checked record."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec

from .formats import Format, parse_format


class Condition(msgspec.Struct, frozen=True):
    """A field is needed when another one says so (价款形式为 1 时金额必填).

    `when` names the other field; `values` are the values that call for this field (empty: any value);
    `otherwise` names a field that may stand in its place; `level` is "fault" or "warning".
    """

    when: str
    level: str
    values: tuple[str, ...] = msgspec.field(default=(), name="in")
    otherwise: str | None = msgspec.field(default=None, name="or")


class Field(msgspec.Struct, frozen=True, eq=False, dict=True):
    """One column of a data set, cleaned; `origin` keeps what stood in the cells that were changed.

    `scope` is "public" (社会公开), "government" (政务公开) or "record" (the record's own SCOPE decides).
    """

    name: str
    title: str
    notation: str = msgspec.field(name="format")
    required: bool
    scope: str
    domain: str = ""
    codes: str | None = None
    identifier: str | None = None
    personal: str | None = None
    multiple: bool = False
    conditions: tuple[Condition, ...] = ()
    note: str = ""
    origin: dict[str, str] = {}

    @cached_property
    def format(self) -> Format:
        return parse_format(self.notation)

    @property
    def mask(self) -> str | None:
        """How the public may see it: a kind of personal number, "party" for codes that may be ID numbers."""
        return self.personal or ("party" if self.identifier == "party" else None)

    @property
    def public(self) -> bool:
        """May anyone see it? "record" fields are not public until their record says so."""
        return self.scope == "public"


class DataSet(msgspec.Struct, frozen=True, eq=False, dict=True):
    """A numbered table of the standard and its meaning to the house (from `catalogue.json`).

    `declares`, `parents` and `mentions` are pairs (kind of code, wire field). `meanings` gives a house word
    its wire fields; a value such as "=1" is a constant (the unit is always 万元).
    """

    number: str
    table: str
    title: str
    fields: tuple[Field, ...]
    origin: dict[str, str] = {}
    market: str | None = None
    kind: str = "other"
    stage: str | None = None
    key: tuple[str, ...] = ()
    declares: tuple[tuple[str, str], ...] = ()
    parents: tuple[tuple[str, str], ...] = ()
    mentions: tuple[tuple[str, str], ...] = ()
    meanings: dict[str, tuple[str, ...]] = {}
    scope_field: str | None = None

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    def field(self, name: str) -> Field:
        """The field with this wire name; KeyError when the set has none."""
        return self.by_name[name]

    def told(self, record: Mapping[str, str]) -> dict[str, str]:
        """What a record says in house words (title, published_at, amount …), from its wire fields by name."""
        words: dict[str, str] = {}
        for word, names in self.meanings.items():
            values = (name[1:] if name.startswith("=") else record.get(name, "") for name in names)
            if value := next(filter(None, values), ""):
                words[word] = value
        return words


class Edition(msgspec.Struct, frozen=True, eq=False):
    """A file of whole data sets: which version it is, where it comes from, since when it holds ("" unknown)."""

    data_sets: tuple[DataSet, ...]
    version: str = ""
    title: str = ""
    source: str = ""
    since: str = ""


class CodeList(msgspec.Struct, frozen=True, eq=False):
    """A list of codes. Only a `closed` one refuses an unknown code; others warn, or not (`warn` false).

    `certainty`: F found in a text, MH/MM/ML remembered with high/medium/low confidence. `version` and `since`
    (a day, or a month) tell which edition holds and from when; "" where it came with the standard in force.
    `own` are the codes that the city's file added or replaced.
    """

    id: str
    title: str
    values: dict[str, str]
    section: str = ""
    certainty: str = "ML"
    closed: bool = False
    warn: bool = True
    note: str = ""
    version: str = ""
    since: str = ""
    own: tuple[str, ...] = ()


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one field, for a person (`text`) and for a program (`code`)."""

    code: str
    field: str
    rule: str
    expected: str
    got: str
    text: str


class Checked(msgspec.Struct, frozen=True):
    """A record after checking: two canonical JSON parts, what is wrong, and what the intake needs to file it.

    `public` may be shown to anyone; `private` holds the government-only fields, the unmasked originals of
    what `public` shows masked, and fields the standard does not know. `published` is the moment of publication
    as reported (8, 12 or 14 digits; "" for none). Codes read "kind:code" (lot:E4401…).
    """

    number: str
    public: bytes = b"{}"
    private: bytes = b"{}"
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    key: str = ""
    timestamp: str = ""
    platform_code: str = ""
    published: str = ""
    declares: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


class UnknownDataSet(KeyError):
    """No data set has this number."""

    def __str__(self) -> str:
        return f"数据规范中没有编号为 {self.args[0]} 的数据集"
