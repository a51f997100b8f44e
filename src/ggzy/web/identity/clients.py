"""Systems that may ask who somebody is, and trading systems that report as themselves (client credentials)."""

from typing import Any
from urllib.parse import urlsplit

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token

from ggzy.commons.identity.guards import is_operator
from ggzy.kernel.act import Act
from ggzy.kernel.actions import Outcome, action
from ggzy.kernel.errors import NotFound, Unprocessable
from ggzy.web.identity.provider import SCOPES

EXCHANGE = "exchange"
"""The scope under which a trading system's own token may report records."""


def _subject(act: Act, client: str, **_: Any) -> str:
    return f"client/{client}"


@action("client.admit", "接入登录系统", subject=_subject, may=is_operator, door=False)
def admit(
    act: Act, *, client: str, name: str, redirect_uris: list[str], platform_code: str = "", logout_uri: str = "",
    after_logout_uris: list[str] | None = None, home: str = "",
) -> Outcome:  # fmt: skip
    """Let a system sign people in through the platform, at exactly these addresses. Returns its secret, shown only once.

    `platform_code` names the trading system as which it may report; `home` is the page to which the service window leads.
    Admitting it again changes the addresses and gives a new secret.
    """
    for address in [*redirect_uris, *(after_logout_uris or []), *filter(None, [logout_uri, home])]:
        _check(address)
    secret = get_adapter().generate_client_secret()
    found = Client.objects.filter(pk=client).first() or Client(pk=client)
    found.name, found.skip_consent = name, False
    found.set_secret(secret)
    found.set_redirect_uris(redirect_uris)
    found.set_scopes([*SCOPES, *([EXCHANGE] if platform_code else [])])
    found.set_default_scopes(["openid"])
    found.grant_types = "\n".join(["authorization_code", "refresh_token", *(["client_credentials"] if platform_code else [])])
    found.data = {
        "platform_code": platform_code, "backchannel_logout_uri": logout_uri, "home": home,
        "client_metadata": {"post_logout_redirect_uris": after_logout_uris or []},
    }  # fmt: skip
    found.save()
    said = {"client": client, "name": name, "redirect_uris": redirect_uris, "platform_code": platform_code}
    return Outcome(secret, said)


@action("client.remove", "停止登录系统", subject=_subject, may=is_operator, door=False)
def remove(act: Act, *, client: str, reason: str) -> Outcome:
    """Let a system sign nobody in any more; its tokens open nothing from now on."""
    if not Client.objects.filter(pk=client).delete()[0]:
        raise NotFound("没有这个登录系统。", code="client.not_found")
    return Outcome(None, {"client": client, "reason": reason})


def system_of(authorization: str) -> str:
    """The platform code of the trading system that got this bearer token from the token endpoint; nothing for any other."""
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "bearer" or secret.startswith("ggzy_"):
        return ""
    token = Token.objects.lookup(Token.Type.ACCESS_TOKEN, secret.strip())
    if token is None or token.user_id is not None or token.client is None or EXCHANGE not in token.get_scopes():
        return ""
    return str((token.client.data or {}).get("platform_code", ""))


def origins() -> list[str]:
    """Where the pages of admitted systems lie: a form that signs somebody in may lead there, and nowhere else."""
    addresses = [
        address for client in Client.objects.only("redirect_uris", "data")
        for address in (*client.get_redirect_uris(), *client.get_post_logout_redirect_uris())
    ]  # fmt: skip
    return sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, addresses)})


def _check(address: str) -> None:
    parts = urlsplit(address)
    local = parts.hostname in ("localhost", "127.0.0.1")
    if not parts.hostname or parts.fragment or "*" in address or (parts.scheme != "https" and not (local and parts.scheme == "http")):
        raise Unprocessable(
            f"地址“{address}”不行：须是完整的 https 地址，没有通配符和 # 之后的部分（本机可用 http）。", code="client.address"
        )
