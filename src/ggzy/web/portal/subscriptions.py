"""Subscribing to a list by e-mail: the form, and the page to which mails lead. Nobody needs an account for it."""

from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ggzy.commons.subscriptions import limits
from ggzy.commons.subscriptions.actions import RHYTHMS
from ggzy.commons.subscriptions.keys import digest, opened
from ggzy.commons.subscriptions.models import Subscription
from ggzy.desks.disclosure.filters import Query
from ggzy.desks.disclosure.jobs import post_soon
from ggzy.desks.disclosure.subscriptions.news import asked, canonical, titled
from ggzy.kernel import clock
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Refusal, Unprocessable
from ggzy.kernel.ledger import feed


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form for one list, which the address names as the list's own does; sending it leads to a mail."""
    query = Query.parse(request.GET)
    refusal: Refusal | None = None
    sent = ""
    if request.method == "POST":
        try:
            sent = _ask(request, query)
        except Refusal as refused:
            refusal = refused
    context = {
        "query": query, "list_title": titled(query), "list_url": f"/notices?{canonical(query)}", "rhythms": _rhythms(),
        "typed": request.POST, "refusal": refusal, "sent": sent,
    }  # fmt: skip
    return render(request, "portal/subscribe.html", context, status=refusal.status if refusal else 200)


def _ask(request: HttpRequest, query: Query) -> str:
    """Note what was asked for, within the limits; the answer is the same whether or not a mail goes out."""
    address = limits.address(request.POST.get("address", ""))
    mailbox, client = limits.mailbox(address), digest("client", _client(request))
    if limits.may_ask(mailbox, client, clock.now()):
        perform(
            Act("public", "public", "portal"), "subscription.ask", subscription=str(uuid4()), address=address,
            asked=canonical(query), rhythm=request.POST.get("rhythm", ""), mailbox=mailbox, client=client,
        )  # fmt: skip
        post_soon()
    return address


def _rhythms() -> dict[str, str]:
    return {code: _(word) for code, word in RHYTHMS.items()}


def _client(request: HttpRequest) -> str:
    """Where a request comes from. Behind the proxy that ends TLS it is the last address that the proxy added."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


@never_cache
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, number: UUID, key: str) -> HttpResponse:
    """The page to which mails lead. Opening it changes nothing, for scanners open links, too; its buttons do."""
    subscription = opened(number, key)
    if request.method == "POST":
        return _do(request, subscription)
    query = asked(subscription.asked)
    context = {
        "subscription": subscription, "query": query, "list_title": titled(query), "rhythms": _rhythms(),
        "list_url": f"/notices?{subscription.asked}",
    }  # fmt: skip
    return render(request, "portal/subscription.html", context)


def _do(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    act, number = _subscriber(subscription.pk), str(subscription.pk)
    match request.POST.get("verb", ""):
        case "confirm":
            perform(act, "subscription.confirm", subscription=number, next_idx=feed.end())
        case "change":
            perform(act, "subscription.change", subscription=number, rhythm=request.POST.get("rhythm", ""))
        case "cancel":
            return _cancel(request, subscription.pk)
        case _:
            raise Unprocessable(_("没有这种办理。请刷新页面后重试。"), code="subscription.verb")
    return redirect(request.path)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, number: UUID, key: str) -> HttpResponse:
    """Cancel by one click in the mail program (RFC 8058): its POST carries no cookie and follows no redirect."""
    if request.method == "GET":
        return redirect("subscription", number=number, key=key)
    return _cancel(request, opened(number, key).pk)


def _cancel(request: HttpRequest, number: UUID) -> HttpResponse:
    perform(_subscriber(number), "subscription.cancel", subscription=str(number))
    return render(request, "portal/subscription.html", {"subscription": None})


def _subscriber(number: UUID) -> Act:
    return Act(f"subscriber:{number}", "public", "portal")
