"""One notice: its text, its facts, its versions and what changed in them, its proof."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy.commons.files.models import StoredFile
from ggzy.desks.disclosure import queries
from ggzy.desks.disclosure.notices import Notice, Version
from ggzy.desks.disclosure.related import related as related_to
from ggzy.desks.exchange.models import TradingSystem
from ggzy.kernel import clock
from ggzy.kernel.errors import NotFound
from ggzy.kernel.ledger import years
from ggzy.web.portal import program
from ggzy.web.portal.difference import Part, brief, difference
from ggzy.web.portal.kept import kept
from ggzy.web.portal.sections import sections
from ggzy.web.portal.words import is_ahead, remaining

ROLES = {
    "principal": {
        "construction": "招标人", "procurement": "采购人", "land": "出让人", "minerals": "出让人", "property": "转让方",
    },
    "agent": {},
    "winner": {
        "construction": "中标人", "procurement": "中标（成交）供应商", "land": "受让人", "minerals": "竞得人", "property": "受让方",
    },
}  # fmt: skip
ELSEWHERE = {"principal": "发起方", "agent": "代理机构", "winner": "中标（成交）人"}
CODES = {"project": "项目编号", "procedure": "招标项目编号", "lot": "标段编号", "deal": "统一交易标识码"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A version in the list of versions: what it changed against the one before."""

    n: int
    at: datetime
    before: int
    changed: int


def role_name(role: str, market: str) -> str:
    """What the market's law calls a side of the trade."""
    return _(ROLES[role].get(market, ELSEWHERE[role]))


@require_safe
@kept
def notice(request: HttpRequest, head_id: int) -> HttpResponse:
    """The page of a notice, or of any other public record."""
    found = _find(head_id)
    entry = found.entry
    codes = [{"label": _(CODES[kind]), "code": code} for kind, code in _codes(found) if kind in CODES]
    context = {
        "notice": found,
        "entry": entry,
        "publisher": _publisher(found.source),
        "state": _state(found),
        "deadline_label": _("公示截止") if entry.kind in ("candidates", "result") else _("截止时间"),
        "parties": [
            {
                "label": role_name(role, entry.market), "name": getattr(entry, role), "code": _code(found, role),
                "is_inherited": role in found.inherited,
            }
            for role in ("principal", "agent", "winner")
            if getattr(entry, role)
        ],  # fmt: skip
        "codes": codes[:4],
        "project": next((code for kind, code in _codes(found) if kind in ("project", "procedure", "lot")), ""),
        "sections": sections(found.text_html),
        "attachments": attachments(found),
        "versions": _listed(found.versions),
        "position": found.idx + 1,
        "feed": f"/notices.atom?market={entry.market}&kind={entry.kind}",
    }
    return render(request, "portal/notice.html", context)


@require_safe
@kept
def related(request: HttpRequest, head_id: int) -> HttpResponse:
    """Notices of other trades that are like this one; a page of its own, since they take longer to find."""
    found = _find(head_id)
    context = {"notice": found, "entry": found.entry, "hits": related_to(found.entry)}
    return render(request, "portal/related.html", context)


@require_safe
@kept
def compare(request: HttpRequest, head_id: int) -> HttpResponse:
    """Two versions side by side, word by word; the last two when the address names none."""
    found = _find(head_id)
    numbers = {version.n: version for version in found.versions}
    problem = ""
    last = found.versions[-1].n
    old, new = (_number(request, name, default) for name, default in (("from", max(1, last - 1)), ("to", last)))
    if old not in numbers or new not in numbers:
        problem = _("没有您指定的版本，下面显示最近两版。")
        old, new = max(1, last - 1), last
    context = {
        "notice": found,
        "entry": found.entry,
        "old": numbers[old],
        "new": numbers[new],
        "problem": problem,
        "changes": _changes(found, *sorted((old, new))),
    }
    return render(request, "portal/compare.html", context)


@require_safe
@kept
def proof(request: HttpRequest, head_id: int) -> HttpResponse:
    """The page that recomputes in the reader's own browser the proof of a version; the last one when none is named."""
    found = _find(head_id)
    number = _number(request, "version", found.versions[-1].n)
    version = next((version for version in found.versions if version.n == number), None)
    if version is None:
        raise NotFound(_("这条公告没有这一版。请从公告页点“验证”。"), code="notice.no_version")
    others = [other for other in reversed(found.versions) if other is not version]
    context = {
        "notice": found,
        "entry": found.entry,
        "version": version,
        "position": version.idx + 1,
        "others": others,
        "later": sum(other.n > number and not other.withdrawn for other in others),
        "compared": _compared(found, version),
        "log_address": request.build_absolute_uri(f"/evidence/{years.year(version.at)}"),
        **program.offered(request),
    }
    return render(request, "portal/proof.html", context)


def _compared(found: Notice, version: Version) -> tuple[int, int] | None:
    """What to compare a version with: the last one, or where it is that itself, the one before. Withdrawals have no text."""
    *_older, last = texts = [other.n for other in found.versions if not other.withdrawn] or [version.n]
    if len(texts) < 2:
        return None
    return (version.n, last) if version.n < last else (texts[-2], last)


def _find(head_id: int) -> Notice:
    found = queries.notice(head_id)
    if found is None:
        raise NotFound(_("没有这条公告。它可能还在存证（需几秒），或编号有误。"), code="notice.not_found")
    return found


def _codes(found: Notice) -> list[tuple[str, str]]:
    pairs = [code.partition(":") for code in found.entry.codes]
    return [(kind, code) for kind, _colon, code in pairs if code]


def _code(found: Notice, role: str) -> str:
    return next((code for kind, code in _codes(found) if kind == role), "")


def _state(found: Notice) -> dict[str, Any] | None:
    """Where the notice stands now, in the reader's words; nothing when it has no term."""
    deadline = found.entry.deadline_at
    if found.withdrawn:
        return {"tone": "gone", "words": _("已撤销")}
    if deadline is None:
        return None
    public = found.entry.kind in ("candidates", "result")
    if not is_ahead(deadline):
        return {"tone": "", "words": _("公示期已满") if public else _("已截止")}
    rest = remaining(deadline, clock.now())
    return {"tone": "open", "words": (_("公示中，还剩 %s") if public else _("正在进行，还剩 %s")) % rest}


def _publisher(code: str) -> str | None:
    """The name of the trading system that reported a record. Asked for once a minute: it costs a third of the page."""
    key = f"system:{code}"
    name = cache.get(key)
    if name is None and (name := TradingSystem.objects.filter(pk=code).values_list("name", flat=True).first()):
        cache.set(key, name, 60)
    return name


def attachments(found: Notice) -> list[dict[str, Any]]:
    """The files of a notice, their addresses and their sizes in bytes (None where the store does not know the file)."""
    if not found.attachments:
        return []
    digests = [file.sha256 for file in found.attachments]
    sizes = dict(StoredFile.objects.filter(pk__in=digests).values_list("pk", "size"))
    return [
        {"name": file.name, "url": f"/api/files/{file.sha256}?name={file.name}", "size": sizes.get(file.sha256)}
        for file in found.attachments
    ]


def _listed(versions: list[Version]) -> list[Listed]:
    """The versions, the newest first."""
    return [Listed(v.n, v.at, v.n - 1, len(v.changes)) for v in reversed(versions)]


def _changes(found: Notice, old: int, new: int) -> list[dict[str, Any]]:
    """What differs between two versions, field by field: the first value before and the last one after."""
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    for version in found.versions:
        if old < version.n <= new:
            for change in version.changes:
                first.setdefault(change.label, change.old)
                last[change.label] = change.new
    parts: dict[str, list[Part]] = {label: brief(difference(first[label], last[label])) for label in first if first[label] != last[label]}
    return [{"label": label, "parts": found_parts} for label, found_parts in parts.items()]


def _number(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else (default if not text else -1)
