"""The quarantine in the browser: see what was not taken in and why, correct it, send it again."""

from functools import wraps
from typing import Any

import msgspec
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ggzy.desks.exchange import intake, quarantine, tokens
from ggzy.desks.exchange.actions import digest
from ggzy.desks.exchange.models import Quarantined, TradingSystem
from ggzy.desks.exchange.prepare import Reporter
from ggzy.desks.exchange.states import QUARANTINED
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import NotSignedIn, Refusal, Unprocessable
from ggzy.kernel.ledger.models import Record
from ggzy.kernel.ledger.records import HIDDEN

SIZE = 50


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Come in with the system's own token; it is checked again at every step, so a revoked one ends at once."""
    refusal: Refusal | None = None
    if request.method == "POST":
        secret = request.POST.get("token", "").strip()
        try:
            tokens.reporter(f"Bearer {secret}")
        except NotSignedIn as failed:
            refusal = failed
        else:
            request.session.cycle_key()
            request.session["token"] = digest(secret).hex()
            return redirect("quarantine")
    given = {"refusal": refusal, "demo": _demo_token()}
    return render(request, "exchange/sign_in.html", given, status=401 if refusal else 200)


def _demo_token() -> str:
    """Where the demo's token lies, as one would type it; "" when there is none."""
    path = settings.HOME / "demo.token"
    if not path.is_file():
        return ""
    return str(path.relative_to(settings.BASE_DIR)) if path.is_relative_to(settings.BASE_DIR) else str(path)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave."""
    request.session.flush()
    return redirect("exchange-sign-in")


def _signed_in(view: Any) -> Any:
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, **given: Any) -> HttpResponse:
        try:
            reporter = tokens.by_digest(bytes.fromhex(request.session.get("token", "")))
        except NotSignedIn:
            request.session.flush()
            return redirect("exchange-sign-in")
        return view(request, reporter, **given)

    return guarded


@_signed_in
def quarantined(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    """The lines of this system that are not (yet) records, newest first."""
    rows = quarantine.shown(reporter.source, reporter.data_sets)
    counts = {state: rows.filter(state=state).count() for state in QUARANTINED.words}
    state = request.GET.get("state", "")
    if state in QUARANTINED.words:
        rows = rows.filter(state=state)
    page = Paginator(rows.order_by("-id").defer("line"), SIZE).get_page(request.GET.get("page"))
    tabs = [{"state": name, "word": word, "count": counts[name]} for name, word in QUARANTINED.words.items()]
    return render(
        request,
        "exchange/quarantine.html",
        {"system": TradingSystem.objects.get(pk=reporter.source), "tabs": tabs, "state": state, "page": page},
    )


@_signed_in
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
            answer = intake.replay(reporter, number, " ".join(typed.splitlines()).encode())
        except Refusal as refused:
            refusal = refused
        row.refresh_from_db()
    return render(
        request,
        "exchange/quarantined.html",
        {
            "row": row, "received": received, "typed": _pretty(typed), "answer": answer, "refusal": refusal,
            "state": QUARANTINED.words[row.state], "on_show": _on_show(row),
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
        raise Unprocessable("作废后不能恢复。请勾选“确认作废”后再提交。", code="quarantine.unsure")
    act = Act(reporter.actor, "system", "console", scope=reporter.data_sets)
    perform(act, "quarantine.dismiss", source=reporter.source, number=number, reason=request.POST.get("reason", ""))


def _pretty(line: str) -> str:
    """The line laid out for reading, when it is JSON."""
    try:
        return msgspec.json.format(line, indent=2)
    except (msgspec.DecodeError, RecursionError):
        return line
