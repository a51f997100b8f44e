"""The quarantine in the browser: see what was not taken in and why, correct it, send it again."""

import re
from typing import Any

import msgspec
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ggzy.desks.exchange import bounds, intake, quarantine
from ggzy.desks.exchange.models import Quarantined, TradingSystem
from ggzy.desks.exchange.prepare import Reporter
from ggzy.desks.exchange.states import QUARANTINED
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Refusal, Unprocessable
from ggzy.kernel.ledger.models import Record
from ggzy.kernel.ledger.records import HIDDEN
from ggzy.web.exchange.session import signed_in

SIZE = 50
_LINE_ENDS = re.compile(r"[\r\n]+")  # and no other: a U+2028 within a text belongs to it


@signed_in
def quarantined(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    """The lines of this system that are not (yet) records, newest first."""
    rows = quarantine.shown(reporter.source, reporter.data_sets)
    counts = {state: rows.filter(state=state).count() for state in QUARANTINED.words}
    state = request.GET.get("state", "")
    if state in QUARANTINED.words:
        rows = rows.filter(state=state)
    page = Paginator(rows.order_by("-id").defer("line", "corrected"), SIZE).get_page(request.GET.get("page"))
    tabs = [{"state": name, "word": _(word), "count": counts[name]} for name, word in QUARANTINED.words.items()]
    return render(
        request,
        "exchange/quarantine.html",
        {
            "system": TradingSystem.objects.get(pk=reporter.source), "tabs": tabs, "state": state, "page": page,
            "lying": _lying(reporter.source), "days": settings.UPLOAD_DAYS,
        },
    )  # fmt: skip


def _lying(source: str) -> list[dict[str, Any]]:
    """What the system has left lying, beside what it may: lines, their bytes, bytes of files that no record names."""
    lines, uploads = bounds.lines(source), bounds.uploads(source)
    return [
        {"word": _("未处理的记录"), "used": lines.count, "most": settings.QUARANTINE_LINES, "bytes": False},
        {"word": _("未处理记录的大小"), "used": lines.size, "most": settings.QUARANTINE_BYTES, "bytes": True},
        {"word": _("尚无记录引用的附件"), "used": uploads.size, "most": settings.UPLOADS_BYTES, "bytes": True},
    ]


@signed_in
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, reporter: Reporter, number: int) -> HttpResponse:
    """One line: its bytes, why it was not taken in, what became of it, and the form to correct it."""
    row = quarantine.find(reporter.source, number, reporter.data_sets)
    received = bytes(row.line).decode(errors="replace")
    typed = request.POST.get("line", bytes(row.corrected or row.line).decode(errors="replace"))
    answer: dict[str, Any] | None = None
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            if request.POST.get("verb") == "dismiss":
                _dismiss(request, reporter, number)
                return redirect("quarantined", number=number)
            answer = intake.replay(reporter, number, _LINE_ENDS.sub(" ", typed).encode())
        except Refusal as refused:
            refusal = refused
        row.refresh_from_db()
    return render(
        request,
        "exchange/quarantined.html",
        {
            "row": row, "received": received, "typed": _pretty(typed), "answer": answer, "refusal": refusal,
            "state": _(QUARANTINED.words[row.state]), "on_show": _on_show(row),
        },
        status=refusal.status if refusal else 200,
    )  # fmt: skip


def _on_show(row: Quarantined) -> bool:
    """Whether the record that the line became has a public page."""
    versions = Record.objects.filter(head_id=row.head_id).exclude(public=HIDDEN.decode())
    return row.state == "accepted" and versions.exists()


def _dismiss(request: HttpRequest, reporter: Reporter, number: int) -> None:
    """Close a line for good; the box asks a second time, also where no script runs."""
    if "sure" not in request.POST:
        raise Unprocessable(_("作废后不能恢复。请勾选“确认作废”后再提交。"), code="quarantine.unsure")
    perform(reporter.act("console"), "quarantine.dismiss", source=reporter.source, number=number, reason=request.POST.get("reason", ""))


def _pretty(line: str) -> str:
    """The line laid out for reading, when it is JSON."""
    try:
        return msgspec.json.format(line, indent=2)
    except (msgspec.DecodeError, RecursionError):
        return line
