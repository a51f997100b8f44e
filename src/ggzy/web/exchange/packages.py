"""A national package sent from the browser: chosen, sent, and each record's answer on the page."""

from typing import Any

import msgspec
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from ggzy.desks.exchange import intake
from ggzy.desks.exchange.models import TradingSystem
from ggzy.desks.exchange.packages.receiving import take_in
from ggzy.desks.exchange.prepare import Reporter
from ggzy.kernel.errors import Refusal, Unprocessable
from ggzy.web.api.packages import refuse_too_long
from ggzy.web.exchange.session import signed_in

SHOWN = 200


@csrf_exempt
@signed_in
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    """The form, and after it what became of each record; what was not taken in comes first."""
    refusal: Refusal | None = None
    try:
        if request.method == "POST":
            refuse_too_long(request)
            # A package of any size goes to disk; handlers must be set before the form's token is looked for in it.
            request.upload_handlers = [TemporaryFileUploadHandler(request)]
        return _answered(request, reporter)
    except Refusal as refused:
        refusal = refused
    return _page(request, reporter, {"refusal": refusal}, refusal.status)


@csrf_protect
def _answered(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    if request.method != "POST":
        return _page(request, reporter, {})
    package = request.FILES.get("package")
    if package is None or not package.size:
        raise Unprocessable(_("请先选择一个数据包（ZIP 文件）。"), code="package.no_file")
    tally = intake.Tally()
    lines = (line for block in take_in(reporter, package, tally, "console") for line in block.splitlines())
    left: list[dict[str, Any]] = []
    taken: list[dict[str, Any]] = []
    summary: dict[str, Any] = {}
    for answer in map(msgspec.json.decode, lines):
        if "summary" in answer:
            summary = answer
        elif "status" in answer:
            list_of = taken if answer["status"] in ("accepted", "unchanged") else left
            if len(list_of) < SHOWN:
                list_of.append(answer)
    counts = [
        {"word": _(intake.WORDS[status]), "status": status, "count": count}
        for status, count in tally.counts.items()
    ]
    told = {
        "name": package.name,
        "counts": counts,
        "answers": [*left, *taken][:SHOWN],
        "summary": summary,
    }
    return _page(request, reporter, {"told": told})


def _page(request: HttpRequest, reporter: Reporter, given: dict[str, Any], status: int = 200) -> HttpResponse:
    system = TradingSystem.objects.get(pk=reporter.source)
    return render(
        request,
        "exchange/package.html",
        {"system": system, "told": None, "refusal": None, "words": {status: _(word) for status, word in intake.WORDS.items()}, **given},
        status=status,
    )
