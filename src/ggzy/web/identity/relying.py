"""The systems that somebody has entered by signing in here, so that signing out here signs out there (back-channel logout)."""

import secrets
from datetime import timedelta

import jwt
import requests
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.http import HttpRequest

from ggzy.commons.identity.models import RelyingSession
from ggzy.kernel import clock
from ggzy.kernel.jobs import app

SID = "sid"
"""Under this key a browser session knows its number; systems hear that number and nothing else of the session."""
_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_SECONDS = 10


def sid(request: HttpRequest) -> str:
    """The number of this browser session, made on first use."""
    if SID not in request.session:
        request.session[SID] = secrets.token_urlsafe(24)
    return str(request.session[SID])


def entered(request: HttpRequest, client_id: str) -> None:
    """Remember that this session has entered a system."""
    RelyingSession.objects.get_or_create(
        sid=sid(request), client_id=client_id, defaults={"account": request.user, "at": clock.now()}
    )


def sign_out(number: str) -> None:
    """End the session in every system that it has entered; each is told by a job, so that a slow one holds nobody up."""
    for one in RelyingSession.objects.filter(sid=number) if number else []:
        tell.defer(relying=one.pk)


@app.task(name="identity.tell_signed_out", retry=3)
def tell(relying: int) -> None:
    """Tell one system that a session has ended (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.5)."""
    one = RelyingSession.objects.filter(pk=relying).select_related("account").first()
    client = Client.objects.filter(pk=one.client_id).first() if one else None
    if one is None or client is None:
        return
    Token.objects.filter(user=one.account, client=client).delete()
    if address := (client.data or {}).get("backchannel_logout_uri"):
        answer = requests.post(address, data={"logout_token": _logout_token(client, one)}, timeout=_SECONDS, allow_redirects=False)
        answer.raise_for_status()
    one.delete()


def _logout_token(client: Client, one: RelyingSession) -> str:
    provider, now = get_adapter(), clock.now()
    key = provider.get_signing_key()
    claims = {
        "iss": settings.SITE, "aud": client.pk, "iat": now, "exp": now + timedelta(minutes=2), "jti": secrets.token_urlsafe(16),
        "sub": provider.get_user_sub(client, one.account), "sid": one.sid, "events": {_EVENT: {}},
    }  # fmt: skip
    return jwt.encode(claims, key.pem, algorithm="RS256", headers={"kid": provider.kid(key), "typ": "logout+jwt"})
