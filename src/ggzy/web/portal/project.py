"""One project: every stage on one time line."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy.desks.disclosure import queries
from ggzy.desks.disclosure.projects import Stage
from ggzy.desks.disclosure.query import Hit
from ggzy.kernel.errors import NotFound
from ggzy.web.portal.notice import role_name
from ggzy.web.portal.words import plain_moment


@require_safe
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
    return {"name": stage.name, "state": stage.state, "words": _when(stage), "items": [_item(hit) for hit in stage.items]}


def _when(stage: Stage) -> str:
    if stage.state == "future":
        return _("预计 %s") % plain_moment(stage.planned_at) if stage.planned_at else _("尚未开始")
    return _("进行中") if stage.state == "now" else ""


def _item(hit: Hit) -> dict[str, Any]:
    """A hit with the one who acted: who won where there is a result, who bought elsewhere."""
    shown = {name: getattr(hit, name) for name in ("head_id", "title", "published_at", "kind", "amount", "deadline_at", "withdrawn")}
    return {**shown, "who": hit.winner if hit.stage in ("result", "contract", "performance") and hit.winner else hit.principal}
