"""The data standard for programs: a listing, code lists, JSON Schemas. They may be read from any site's script."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy import standard
from ggzy.kernel.errors import NotFound
from ggzy.web.standard.groups import groups

_FRESH = "public, max-age=300"


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """Every data set and code list with the addresses of its page and its schema."""
    site = _site(request)
    sets = [_listed(entry, group.title, site) for group in groups() for entry in group.data_sets]
    lists = [
        {"id": known.id, "title": known.title, "size": len(known.values), "closed": known.closed,
         "page": f"{site}/standard/codes/{known.id}", "values": f"{site}/standard/codes/{known.id}.json"}
        for known in standard.CODE_LISTS.values()
    ]  # fmt: skip
    versions = [
        {"id": v.id, "title": v.title, "source": v.source, "since": v.since}
        for v in standard.versions().values()
    ]
    return _json({
        "version": standard.VERSION, "schema": site + standard.schema_address(), "versions": versions,
        "data_sets": sets, "code_lists": lists,
    })  # fmt: skip


@require_safe
def bundle(request: HttpRequest) -> HttpResponse:
    """All data sets in one JSON Schema, which judges a line of the intake."""
    return _json(standard.bundle(_site(request)), "application/schema+json")


@require_safe
def schema(request: HttpRequest, number: int) -> HttpResponse:
    """The JSON Schema of a data set."""
    try:
        return _json(standard.json_schema(str(number), _site(request)), "application/schema+json")
    except standard.UnknownDataSet:
        raise NotFound(_("没有编号为 %s 的数据集。请在数据标准目录中查找。") % number, code="standard.no_data_set") from None


@require_safe
def code_list(request: HttpRequest, id: str) -> HttpResponse:
    """A code list: code by code what it stands for."""
    found = standard.CODE_LISTS.get(id)
    if found is None:
        raise NotFound(_("没有这个代码表。请在数据标准目录中查找。"), code="standard.no_code_list")
    return _json(msgspec.to_builtins(found))


def _listed(entry: standard.DataSet, group: str, site: str) -> dict[str, Any]:
    return {
        "number": entry.number, "table": entry.table, "title": entry.title, "group": group,
        "market": entry.market, "kind": entry.kind, "stage": entry.stage, "fields": len(entry.fields),
        "page": site + standard.page_address(entry.number), "schema": site + standard.schema_address(entry.number),
    }  # fmt: skip


def _site(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _json(content: object, kind: str = "application/json") -> HttpResponse:
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": _FRESH}
    return HttpResponse(msgspec.json.encode(content), content_type=kind, headers=headers)
