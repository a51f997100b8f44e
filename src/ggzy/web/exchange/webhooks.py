"""Webhooks in the browser: set one up, try it out, see what was delivered, push again, pause, change the secret."""

import re
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ggzy.desks.disclosure import names
from ggzy.desks.exchange.models import Delivery, TradingSystem, Webhook
from ggzy.desks.exchange.prepare import Reporter
from ggzy.desks.exchange.webhooks import actions
from ggzy.desks.exchange.webhooks.lanes import message_id
from ggzy.desks.exchange.webhooks.sending import Answer
from ggzy.desks.exchange.webhooks.states import DELIVERY, WEBHOOK
from ggzy.desks.exchange.webhooks.trying import try_out
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Refusal, Unprocessable
from ggzy.kernel.ledger import feed
from ggzy.web.exchange.session import signed_in

SIZE = 50
PLAIN = ("pause", "resume", "remove")
ONE_DELIVERY = ("redeliver", "skip")


@signed_in
@require_http_methods(["GET", "POST"])
def webhooks(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    """This system's webhooks, and the form that sets up another."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            done = perform(_act(reporter), "webhook.create", source=reporter.source, **_asked(request))
            return _show_secret(request, done.result)
        except Refusal as refused:
            refusal = refused
    waiting = Count("delivery", filter=Q(delivery__state="waiting"))
    context = {
        "system": TradingSystem.objects.get(pk=reporter.source),
        "rows": actions.shown(reporter.source, reporter.data_sets).annotate(waiting=waiting).order_by("pk"),
        "states": {state: _(word) for state, word in WEBHOOK.words.items()}, "typed": request.POST,
        "markets": {code: names.name("market", code) for code in names.MARKETS},
        "kinds": {code: names.name("kind", code) for code in names.KINDS},
        "chosen": [*request.POST.getlist("market"), *request.POST.getlist("kind")], "refusal": refusal,
    }  # fmt: skip
    return render(request, "exchange/webhooks.html", context, status=refusal.status if refusal else 200)


def _asked(request: HttpRequest) -> dict[str, Any]:
    return {
        "address": request.POST.get("address", "").strip(),
        "label": request.POST.get("label", "").strip(),
        "data_sets": re.split(r"[\s,，、;；]+", typed) if (typed := request.POST.get("data_sets", "").strip()) else [],
        "markets": request.POST.getlist("market"),
        "kinds": request.POST.getlist("kind"),
    }


@signed_in
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, reporter: Reporter, number: int) -> HttpResponse:
    """One webhook: how it is doing, what waits, what was delivered, and all that its owner can do with it."""
    webhook = actions.find(reporter.source, reporter.data_sets, number)
    refusal: Refusal | None = None
    answer: Answer | None = None
    if request.method == "POST":
        try:
            if request.POST.get("verb") == "test":
                answer = try_out(webhook)
            else:
                return _do(request, reporter, webhook)
        except Refusal as refused:
            refusal = refused
        webhook.refresh_from_db()
    return _page(request, webhook, refusal, answer)


def _do(request: HttpRequest, reporter: Reporter, webhook: Webhook) -> HttpResponse:
    """What the form asks for; then back to the page, or, for a new secret, to the only page that shows it."""
    act, verb = _act(reporter), request.POST.get("verb", "")
    if verb in ("remove", "rotate") and "sure" not in request.POST:
        raise Unprocessable(_("请先勾选确认，再提交。"), code="webhook.unsure")
    if verb == "rotate":
        return _show_secret(request, perform(act, "webhook.rotate", webhook=webhook.pk).result)
    if verb in PLAIN:
        perform(act, f"webhook.{verb}", webhook=webhook.pk)
    elif verb in ONE_DELIVERY:
        perform(act, f"webhook.{verb}", webhook=webhook.pk, delivery=_whole(request, "delivery"))
    elif verb == "rewind":
        perform(act, "webhook.rewind", webhook=webhook.pk, index=_whole(request, "index"))
    else:
        raise Unprocessable(_("没有这种办理。请刷新页面后重试。"), code="webhook.verb")
    return redirect("webhooks") if verb == "remove" else redirect("webhook", number=webhook.pk)


def _whole(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "").strip()
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise Unprocessable(_("请填写不小于 0 的整数。"), code="webhook.number", fields=[name])
    return int(text)


def _page(request: HttpRequest, webhook: Webhook, refusal: Refusal | None, answer: Answer | None) -> HttpResponse:
    rows = Delivery.objects.filter(webhook=webhook)
    counts = dict(rows.values_list("state").annotate(Count("pk")))
    tabs = [{"state": state, "word": _(word), "count": counts.get(state, 0)} for state, word in DELIVERY.words.items()]
    state = request.GET.get("state", "")
    if state in DELIVERY.words:
        rows = rows.filter(state=state)
    page = Paginator(rows.order_by("-idx", "-pk"), SIZE).get_page(request.GET.get("page"))
    context = {
        "webhook": webhook, "state_word": _(WEBHOOK.words[webhook.state]), "verbs": WEBHOOK.verbs(webhook.state),
        "page": page, "deliveries": [Shown(row) for row in page], "tabs": tabs, "state": state,
        "behind": max(feed.end() - webhook.next_idx, 0), "refusal": refusal, "answer": answer,
        "markets": [names.name("market", one) for one in webhook.markets],
        "kinds": [names.name("kind", one) for one in webhook.kinds],
        "total": sum(counts.values()),
    }  # fmt: skip
    return render(request, "exchange/webhook.html", context, status=refusal.status if refusal else 200)


@dataclass(frozen=True)
class Shown:
    """A delivery as the page shows it."""

    row: Delivery

    @property
    def message_id(self) -> str:
        """Under which its receiver knows it."""
        return message_id(self.row.head_id, self.row.version)

    @property
    def state(self) -> str:
        """Its state in words; one that failed says when it is tried again."""
        return _("待重试") if self.row.state == "waiting" and self.row.fault else _(DELIVERY.words[self.row.state])

    @property
    def verbs(self) -> list[tuple[str, str]]:
        """What can be done with it, and how the button says it."""
        if self.row.state == "waiting":
            return [("redeliver", _("立即重试")), ("skip", _("跳过"))] if self.row.fault else []
        return [("redeliver", _("重新推送"))]


def _show_secret(request: HttpRequest, made: dict[str, Any]) -> HttpResponse:
    """The only page that ever shows a secret; no cache keeps it."""
    return render(request, "exchange/webhook_secret.html", made)


def _act(reporter: Reporter) -> Act:
    return Act(reporter.actor, "system", "console", scope=reporter.data_sets)
