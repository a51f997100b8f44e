"""Coming into the console with a system's own token, and leaving it.

The cookie holds a random number only. What it stands for is kept on the server: which token opened the session, and
until when. It ends at sign-out, with the token, or after a working day, whichever comes first; who kept a copy of the
cookie has nothing then.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ggzy.desks.exchange import tokens
from ggzy.desks.exchange.models import Token
from ggzy.kernel import clock
from ggzy.kernel.errors import NotSignedIn, Refusal

ENDED = ("access.token_revoked", "access.token_expired")


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Come in with the system's own token; it is checked again at every step, so a revoked one ends at once."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            _begin(request, tokens.by_secret(request.POST.get("token", "").strip()))
        except NotSignedIn as failed:
            refusal = failed
        else:
            return redirect(_wanted(request))
    elif (code := request.GET.get("ended")) in ENDED:
        refusal = NotSignedIn(tokens.WHY[code], code=code)
    given = {"refusal": refusal, "next": _wanted(request), "demo": _demo_token()}
    return render(request, "exchange/sign_in.html", given, status=401 if refusal and request.method == "POST" else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave: the session is gone from the server, and with it whatever copies of its cookie there are."""
    request.session.flush()
    return redirect("exchange-sign-in")


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a page the trading system that is signed in; send everyone else to the door, and say why."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, **given: Any) -> HttpResponse:
        number = request.session.get("token")
        if number is None:
            return redirect(_door(request))
        try:
            reporter = tokens.bearer(tokens.by_number(number))
        except NotSignedIn as ended:
            request.session.flush()
            return redirect(_door(request, ended=ended.code))
        return view(request, reporter, **given)

    return guarded


def _begin(request: HttpRequest, token: Token) -> None:
    """Open a session under a number of its own: what an attacker may have planted before stays outside."""
    request.session.flush()
    rotate_token(request)
    until = clock.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    request.session["token"] = token.pk
    request.session.set_expiry(min(until, token.expires_at or until))


def _door(request: HttpRequest, **why: str) -> str:
    """The sign-in page, which leads back to the page that was asked for."""
    wanted = {} if request.path == reverse("quarantine") else {"next": request.get_full_path()}
    query = urlencode(why | wanted)
    return reverse("exchange-sign-in") + (f"?{query}" if query else "")


def _wanted(request: HttpRequest) -> str:
    """Where to go after signing in: the page that was asked for, if it is one of the console."""
    path = request.POST.get("next") or request.GET.get("next") or ""
    ours = path.startswith("/exchange/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if ours else reverse("quarantine")


def _demo_token() -> str:
    """Where the demo's token lies, as one would type it; "" when there is none."""
    path = settings.HOME / "demo.token"
    if not path.is_file():
        return ""
    return str(path.relative_to(settings.BASE_DIR)) if path.is_relative_to(settings.BASE_DIR) else str(path)
