"""The page of one record: its fields in words, its versions and what changed in each, its place in the ledger."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec
import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from tantivy import Query

from ggzy import standard
from ggzy.desks.disclosure import deadlines, index, wire
from ggzy.desks.disclosure.entry import UNSEEN, Entry, entry
from ggzy.desks.disclosure.query import hit
from ggzy.kernel.ledger import feed
from ggzy.kernel.ledger.feed import Published

_TAGS = {
    *(
        "p",
        "br",
        "div",
        "span",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "strong",
        "b",
        "em",
        "i",
        "u",
        "s",
        "sub",
        "sup",
    ),
    *("ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "hr", "a"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}
_INHERITED = ("region", "principal", "market")
_HIDDEN = frozenset({"PLATFORM_CODE", "PUB_SERVICE_PLAT_CODE", "DATA_TIMESTAMP"})


class Labelled(NamedTuple):
    """A field in the standard's words and its value in the reader's."""

    label: str
    value: str


class Change(NamedTuple):
    """A field that differs from the version before; empty where it was not there."""

    label: str
    old: str
    new: str


class Attachment(NamedTuple):
    """A file that belongs to a record; its digest is its address in the file store."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version: when the platform took it in, its place in the ledger, what it changed."""

    n: int
    at: datetime
    idx: int
    withdrawn: bool
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Notice:
    """A record as its page shows it. A withdrawn one still shows its last content, and says so.

    The deadline of `entry` is the one that holds now; `replaced` is the record's own where other papers `moved` it.
    `inherited` names what the record itself leaves out (region, principal, market) and its lot or project has said.
    """

    head_id: int
    data_set: str
    source: str
    entry: Entry
    fields: list[Labelled]
    text_html: SafeString
    versions: list[Version]
    attachments: list[Attachment]
    withdrawn: bool
    idx: int
    replaced: datetime | None = None
    moved: tuple[deadlines.Ruling, ...] = ()
    inherited: frozenset[str] = frozenset()


def notice(head_id: int) -> Notice | None:
    """The record with this number; nothing when there is none or it is not one for the public."""
    if not 0 <= head_id < 2**63:
        return None
    versions = feed.versions(head_id)
    known = standard.DATA_SETS.get(versions[0].data_set) if versions else None
    if known is None or known.kind in UNSEEN:
        return None
    shown = next((v for v in reversed(versions) if not v.withdrawn), versions[-1])
    found = None if shown.is_hidden else entry(shown)
    if found is None:
        return None
    data = msgspec.json.decode(shown.public)
    text = known.meanings.get("text", ("",))[0]
    withdrawn = versions[-1].withdrawn
    stands = _standing(found, withdrawn)
    found, inherited = _completed(found)
    return Notice(
        head_id,
        known.number,
        shown.source,
        msgspec.structs.replace(found, withdrawn=withdrawn, deadline_at=stands.deadline_at),
        [
            Labelled(f.title, _words(f, data[f.name]))
            for f in known.fields
            if _is_shown(f, data) and f.name != text
        ],
        safe_html(data.get(text, "")),
        _history(known, versions),
        [Attachment(file["name"], file["sha256"]) for file in data.get("attachments", [])],
        withdrawn,
        versions[-1].idx,
        stands.replaced,
        stands.moved,
        inherited,
    )


def _completed(found: Entry) -> tuple[Entry, frozenset[str]]:
    """The record with what the search found for it in its lot or project, and the names of what that is."""
    searcher = index.reader.searcher()
    if searcher is None:
        return found, frozenset()
    held = searcher.search(Query.term_query(index.SCHEMA, "head", found.head_id), 1, count=False).hits
    known = next(index.entries(searcher, [address for _, address in held]), None)
    if known is None or known.version != found.version:
        return found, frozenset()
    told = {name: getattr(known, name) for name in _INHERITED if getattr(found, name) in ("", "other")}
    told = {name: value for name, value in told.items() if value not in ("", "other")}
    return msgspec.structs.replace(found, **told, codes=known.codes), frozenset(told)


def _standing(found: Entry, withdrawn: bool) -> deadlines.Standing:
    if withdrawn or found.deadline_at is None:
        return deadlines.Standing(found.deadline_at)
    paper = hit(found, ())
    return deadlines.standing(paper, deadlines.papers_about(paper) if deadlines.sets_one(paper) else ())


def safe_html(text: str) -> SafeString:
    """A notice's text for the page: mark-up that cannot do harm, or its lines as paragraphs."""
    if wire.has_markup(text):
        return mark_safe(nh3.clean(text, tags=_TAGS, attributes=_ATTRIBUTES, link_rel="nofollow noopener"))  # noqa: S308
    lines = (line.strip() for line in text.splitlines())
    return mark_safe("".join(f"<p>{escape(line)}</p>" for line in lines if line))  # noqa: S308


def _history(known: standard.DataSet, versions: list[Published]) -> list[Version]:
    contents: list[dict[str, Any]] = [{}]
    for version in versions:  # a withdrawal carries no content: what it takes away is not a change of wording
        contents.append(contents[-1] if version.withdrawn else msgspec.json.decode(version.public))
    steps = list(pairwise(contents))
    return [
        Version(v.version, v.at, v.idx, v.withdrawn, _changes(known, *step) if at else [])
        for at, (v, step) in enumerate(zip(versions, steps, strict=True))
    ]


def _changes(known: standard.DataSet, old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    return [
        Change(field.title, _words(field, old.get(field.name, "")), _words(field, new.get(field.name, "")))
        for field in known.fields
        if field.name not in _HIDDEN and old.get(field.name, "") != new.get(field.name, "")
    ]


def _is_shown(field: standard.Field, data: dict[str, Any]) -> bool:
    return field.name not in _HIDDEN and bool(data.get(field.name))


def _words(field: standard.Field, value: str) -> str:
    """A value as a reader understands it: codes by their names, moments as such, texts without mark-up."""
    if field.codes:
        names = standard.code_list(field.codes).values
        return "、".join(
            names.get(code, code) for code in (wire.several(value) if field.multiple else [value])
        )
    if field.format.kind in wire.MOMENTS and (at := wire.moment(value)):
        shown = {"date": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M", "datetime": "%Y-%m-%d %H:%M:%S"}
        return f"{at:{shown[field.format.kind]}}"
    return wire.plain(value)
