"""One project: every stage on one time line."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy.desks.disclosure import names, queries
from ggzy.desks.disclosure.projects import Stage
from ggzy.desks.disclosure.query import Hit
from ggzy.kernel.errors import NotFound
from ggzy.web.portal.kept import kept
from ggzy.web.portal.notice import role_name
from ggzy.web.portal.words import day, plain_moment

MANY = 3  # as many records of one kind stand open in a stage; more are folded behind a line that sums them up


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one data set in a stage, the first one first."""

    name: str
    items: list[dict[str, Any]]
    is_folded: bool
    days: str
    lowest: Decimal | None
    highest: Decimal | None


@require_safe
@kept
def project(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a project, found by its own code or by that of a procedure, lot or deal of it."""
    found = queries.project(code)
    if found is None:
        raise NotFound(_("没有编号为 %s 的项目。请核对编号，或在交易信息里搜索。") % code, code="project.not_found")
    context = {
        "project": found,
        "principal_label": role_name("principal", found.market),
        "stages": [_stage(stage) for stage in found.stages],
        "lots": found.lots,
    }
    return render(request, "portal/project.html", context)


def _stage(stage: Stage) -> dict[str, Any]:
    return {"name": stage.name, "state": stage.state, "words": _when(stage), "groups": _groups(stage.items)}


def _groups(hits: list[Hit]) -> list[Group]:
    """What a stage shows: single records in the order of their dates, then what is folded."""
    sets: dict[str, list[Hit]] = {}
    for hit in hits:
        sets.setdefault(hit.data_set, []).append(hit)
    folded = {number for number, found in sets.items() if len(found) > MANY}
    open_ones = [_group([hit], is_folded=False) for hit in hits if hit.data_set not in folded]
    return open_ones + [_group(sets[number], is_folded=True) for number in sets if number in folded]


def _group(hits: list[Hit], *, is_folded: bool) -> Group:
    days = sorted({day(hit.published_at) for hit in hits})
    amounts = [hit.amount for hit in hits if hit.amount is not None]
    return Group(
        names.KINDS.get(hits[0].kind, hits[0].kind),
        [_item(hit) for hit in hits],
        is_folded,
        days[0] if len(days) == 1 else _("%(first)s 至 %(last)s") % {"first": days[0], "last": days[-1]},
        min(amounts, default=None),
        max(amounts, default=None),
    )


def _when(stage: Stage) -> str:
    if stage.state == "future":
        return _("预计 %s") % plain_moment(stage.planned_at) if stage.planned_at else _("尚未开始")
    return _("进行中") if stage.state == "now" else ""


def _item(hit: Hit) -> dict[str, Any]:
    """A hit with the one who acted: who won where there is a result, who bought elsewhere."""
    shown = {name: getattr(hit, name) for name in ("head_id", "title", "published_at", "kind", "amount", "deadline_at", "withdrawn")}
    return {**shown, "who": hit.winner if hit.stage in ("result", "contract", "performance") and hit.winner else hit.principal}
