"""One project: every stage on one time line, and pages of what a stage or the lots have too much of for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy.desks.disclosure import lots as lot_pages
from ggzy.desks.disclosure import names, projects, queries
from ggzy.desks.disclosure.projects import Stage
from ggzy.desks.disclosure.query import Hit
from ggzy.desks.disclosure.slices import by_date
from ggzy.kernel.errors import NotFound
from ggzy.web.portal.kept import kept
from ggzy.web.portal.notice import role_name
from ggzy.web.portal.pager import address, number, steps
from ggzy.web.portal.words import day, plain_moment

MANY = 3  # as many records of one kind stand open in a stage; more are folded behind a line that sums them up
LOTS = "lots"  # the part of a project that is no stage
SHOWN = ("head_id", "title", "published_at", "dated", "kind", "amount", "deadline_at", "withdrawn")


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one kind in a stage, the first ones first; `rest` leads to all where there are more of them."""

    name: str
    total: int
    items: list[dict[str, Any]]
    is_folded: bool
    days: str
    lowest: Decimal | None
    highest: Decimal | None
    rest: str


@require_safe
@kept
def project(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a project, found by its own code or by that of a procedure, lot or deal of it."""
    if part := request.GET.get("part", ""):
        return _part(request, code, part)
    found = queries.project(code)
    if found is None:
        raise _missing(code)
    context = {
        "project": found,
        "principal_label": role_name("principal", found.market),
        "stages": [_stage(stage) for stage in found.stages],
        "lots": found.lots,
        "all_lots": f"?part={LOTS}" if found.lot_count > len(found.lots) else "",
    }
    return render(request, "portal/project.html", context)


def _part(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """A page of all lots, or of all records of one kind in one stage ("opening.bidders")."""
    page = number(request)
    stage, _dot, kind = part.partition(".")
    context: dict[str, Any] = {"code": code, "lots": [], "items": [], "stood": {}}
    if part == LOTS:
        if (found := projects.lots(code, page)) is None:
            raise _missing(code)
        context["lots"], total = found
        size, heading = lot_pages.ON_A_PAGE, _("标段")
    else:
        if (records := projects.part(code, stage, kind, page)) is None:
            raise _missing(code)
        context |= {"items": [_item(hit) for hit in records.hits], "stood": records.moved}
        size, total = projects.PART, records.total
        heading = f"{names.name('stage', stage)} · {names.name('kind', kind)}"
    if not context["lots"] and not context["items"]:
        raise NotFound(_("这个项目没有这一页。请回到项目页再选。"), code="project.no_part")
    pages = -(-total // size)
    first = (page - 1) * size + 1
    context |= {"heading": heading, "total": total, "first": first, "last": min(total, page * size)}
    context["pages"] = steps(page, pages, lambda other: address(request, page=other))
    return render(request, "portal/project_part.html", context)


def _missing(code: str) -> NotFound:
    return NotFound(_("没有编号为 %s 的项目。请核对编号，或在交易信息里搜索。") % code, code="project.not_found")


def _stage(stage: Stage) -> dict[str, Any]:
    return {"name": names.name("stage", stage.code), "state": stage.state, "words": _when(stage), "groups": _groups(stage)}


def _groups(stage: Stage) -> list[Group]:
    """What a stage shows: single records in the order of their dates, then what is folded."""
    alone: list[Hit] = []
    folded: list[Group] = []
    for group in stage.groups:
        if group.total > len(group.hits):
            folded.append(_group(group.hits, group.total, f"?{urlencode({'part': f'{stage.code}.{group.kind}'})}"))
            continue
        for hits in _by_data_set(group.hits):
            if len(hits) > MANY:
                folded.append(_group(hits, len(hits)))
            else:
                alone += hits
    return [_group([hit], 1) for hit in sorted(alone, key=by_date)] + folded


def _by_data_set(hits: list[Hit]) -> Iterable[list[Hit]]:
    sets: dict[str, list[Hit]] = {}
    for hit in hits:
        sets.setdefault(hit.data_set, []).append(hit)
    return sets.values()


def _group(hits: list[Hit], total: int, rest: str = "") -> Group:
    """Days and amounts are said of all records or not at all."""
    kind, is_whole = hits[0].kind, len(hits) == total
    days = sorted({day(hit.published_at) for hit in hits if hit.dated}) if is_whole else []
    amounts = [hit.amount for hit in hits if hit.amount is not None] if is_whole else []
    return Group(
        names.name("kind", kind),
        total,
        [_item(hit) for hit in hits],
        total > 1,
        days[0] if len(days) == 1 else _("%(first)s 至 %(last)s") % {"first": days[0], "last": days[-1]} if days else "",
        min(amounts, default=None),
        max(amounts, default=None),
        rest,
    )


def _when(stage: Stage) -> str:
    if stage.state == "future":
        return _("预计 %s") % plain_moment(stage.planned_at) if stage.planned_at else _("尚未开始")
    return _("进行中") if stage.state == "now" else ""


def _item(hit: Hit) -> dict[str, Any]:
    """A hit with the one who acted: who won where there is a result, who bought elsewhere."""
    who = hit.winner if hit.stage in ("result", "contract", "performance") and hit.winner else hit.principal
    return {**{name: getattr(hit, name) for name in SHOWN}, "who": who}
