"""The data standard as pages: the catalogue with its search, code lists, versions and their differences."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy import standard
from ggzy.kernel.errors import NotFound
from ggzy.web.portal.kept import kept
from ggzy.web.standard.groups import groups

SHOWN = 100  # codes or fields that a search shows
MOST = 100  # characters of a search
CERTAINTY = {
    "F": "见于公开文本", "MH": "凭经验整理，把握较大", "MM": "凭经验整理，把握一般", "ML": "凭经验整理，把握较小，请以国家文本为准",
}  # fmt: skip


@require_safe
@kept
def contents(request: HttpRequest) -> HttpResponse:
    """The catalogue of data sets and code lists, and what a search in it finds."""
    words = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:MOST]
    context = {
        "words": words,
        "found": standard.find(words) if words else None,
        "shown": SHOWN,
        "sets": standard.DATA_SETS,
        "lists": standard.CODE_LISTS,
        "groups": groups(),
        "guidance": standard.guidance,
        "fields": sum(len(entry.fields) for entry in standard.DATA_SETS.values()),
        "version": standard.VERSION,
    }
    return render(request, "standard/contents.html", context)


@require_safe
@kept
def code_list(request: HttpRequest, id: str) -> HttpResponse:
    """A code list: its values, which edition holds since when, which fields use it."""
    found = standard.CODE_LISTS.get(id)
    if found is None:
        raise NotFound(_("没有这个代码表。请在数据标准目录中查找。"), code="standard.no_code_list")
    national = standard.versions()["national"]
    context = {
        "list": found,
        "version": found.version or f"V{standard.VERSION}",
        "since": found.since or ("" if found.version else national.since),
        "certainty": _(CERTAINTY.get(found.certainty, CERTAINTY["ML"])),
        "users": [(e, field) for e in standard.DATA_SETS.values() for field in e.fields if field.codes == id],
    }
    return render(request, "standard/code_list.html", context)


@require_safe
@kept
def versions(request: HttpRequest) -> HttpResponse:
    """Two versions of the standard and what differs; the national text and ours when none are named."""
    known = standard.versions()
    old, new = (
        known.get(request.GET.get(name, default))
        for name, default in (("from", "national"), ("to", "in-force"))
    )
    problem = "" if old and new else _("没有您指定的版本，下面比较国家文本与本平台现行版本。")
    old, new = (old, new) if old and new else (known["national"], known["in-force"])
    found = standard.differences(old, new)
    context = {
        "versions": [*known.values()],
        "old": old,
        "new": new,
        "problem": problem,
        "total": len(found),
        "changes": [(key, [*rows]) for key, rows in groupby(found, key=lambda row: (row.number, row.title))],
        "sets": standard.DATA_SETS,
    }
    return render(request, "standard/versions.html", context)
