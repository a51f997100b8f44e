"""The OpenID provider: what other systems are told of whom, under which key, and by which rules they may ask."""

import re
import secrets
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.internal import jwkkit
from allauth.core.internal.httpkit import add_query_params
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.forms import AuthorizationForm
from allauth.idp.oidc.models import Client, PrivateKey
from allauth.idp.oidc.views import AuthorizationView
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from ggzy.commons.identity.models import Account
from ggzy.commons.identity.queries import Hat, act_for, hats, shared
from ggzy.commons.parties.models import Party
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Malformed
from ggzy.kernel.writing import write_once
from ggzy.web.identity import relying

SCOPES = {
    "openid": "您的账户编号（一串随机字符）",
    "profile": "您的姓名和登录名",
    "party": "您代表的单位：名称、统一社会信用代码、您的权限",
    "roles": "您在平台上的角色和辖区",
}
"""What a system can ask for, in the words of the page on which the person agrees."""
_CODE = re.compile(r"[?&]code=([^&]+)")
_CODE_SECONDS = 90


class Provider(DefaultOIDCAdapter):
    """What allauth's provider says in our name. Accounts are known by their number, never by that of a row."""

    @property
    def scope_display(self) -> dict[str, str]:  # type: ignore[override]
        """What a system can ask for, in the language of the page."""
        return {scope: _(said) for scope, said in SCOPES.items()}

    def get_issuer(self) -> str:
        """The platform's own address, whatever name the request came by."""
        return str(settings.SITE)

    def generate_client_secret(self) -> str:
        """A secret that nobody guesses."""
        return secrets.token_urlsafe(32)

    def get_user_sub(self, client: Client, user: Account) -> str:
        """The account's number."""
        return str(user.number)

    def get_user_by_sub(self, client: Client, sub: str) -> Account | None:
        """The account with this number, if it may sign in."""
        try:
            return Account.objects.filter(number=UUID(sub), state="active").first()
        except ValueError:
            return None

    def get_claims(
        self, purpose: Literal["id_token", "userinfo"], user: Account, client: Client, scopes: Iterable[str], email: str | None = None, **_: Any
    ) -> dict[str, Any]:  # fmt: skip
        """What a system is told of a person, each thing only under its scope."""
        told: dict[str, Any] = {"sub": self.get_user_sub(client, user), "assurance_level": user.assurance}
        worn = hats(user) if {"party", "roles"} & set(scopes) else []
        if "profile" in scopes:
            told |= {"name": str(user.name) or user.login, "preferred_username": user.login}
        if "party" in scopes:
            told["parties"] = [_party(hat) for hat in worn if hat.party]
        if "roles" in scopes:
            told["roles"] = [
                {"role": hat.role, "title": hat.title, "regions": hat.regions, "markets": hat.markets} for hat in worn if not hat.party
            ]
        return told

    def populate_id_token(self, id_token: dict[str, Any], client: Client, scopes: Iterable[str], **_: Any) -> None:
        """Which session it is of, and when its person signed in, so that the system can be told when it ends."""
        code = context.request.POST.get("code", "")
        id_token.update(cache.get(_session_of(code), {}) if code else {})

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        """What else discovery says."""
        data |= {
            "scopes_supported": list(SCOPES), "response_types_supported": ["code"], "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
            "authorization_response_iss_parameter_supported": True,
            "backchannel_logout_supported": True, "backchannel_logout_session_supported": True, "claims_parameter_supported": False,
            "request_parameter_supported": False, "request_uri_parameter_supported": False,
            "claims_supported": ["sub", "name", "preferred_username", "parties", "roles", "assurance_level", "auth_time", "sid"],
        }  # fmt: skip
        data.pop("device_authorization_endpoint", None)

    def list_private_keys(self, **_: Any) -> list[PrivateKey]:
        """The keys under which tokens are signed."""
        return [PrivateKey(pem=_pem(settings.HOME / "keys" / "openid.key"))]

    def kid(self, key: PrivateKey) -> str:
        """The name of a key, as in the published set."""
        return str(jwkkit.load_jwk_from_pem(key.pem)[0]["kid"])


class Authorization(AuthorizationView):
    """The page on which a person agrees to be recognised by a system; what was agreed to once is not asked again."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """As allauth does it, within our rules; then remember which session has entered which system."""
        if request.method == "GET":
            _check(request)
        response = super().dispatch(request, *args, **kwargs)
        if response.status_code == 200 and not isinstance(response, TemplateResponse):
            response.status_code = 400  # the page that says what is wrong with the request
        back = response.get("Location", "")
        if response.status_code == 302 and ("code=" in back or "error=" in back) and not back.startswith("/"):
            response["Location"] = add_query_params(back, {"iss": settings.SITE})  # against mix-up: RFC 9207
        if (found := _CODE.search(back)) and request.user.is_authenticated:
            self._remember(request, found[1])
        return response

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or straight on for who has agreed to as much before."""
        response = super().get(request, *args, **kwargs)
        if not isinstance(response, TemplateResponse) or "consent" in (self._request_info.get("prompt") or ()):
            return response
        if not set(self._scopes) <= shared(request.user, str(self._request_info["client_id"])):
            return response
        self._request_info["request"] = SimpleNamespace(scopes=self._scopes)
        return self._skip_consent()

    def form_valid(self, form: AuthorizationForm) -> HttpResponse:
        """Keep what was agreed to, then go on."""
        number, client, scopes = str(self.request.user.number), str(self._request_info["client_id"]), form.cleaned_data["scopes"]
        if not set(scopes) <= shared(self.request.user, client):
            perform(act_for(self.request.user, None, "web"), "account.share", account=number, client=client, scopes=list(scopes))
        return super().form_valid(form)

    def _remember(self, request: HttpRequest, code: str) -> None:
        signed_in = get_authentication_records(request, request.user) or [{}]
        number = relying.sid(request)
        cache.set(_session_of(code), {"sid": number, "auth_time": int(signed_in[-1].get("at", 0))}, _CODE_SECONDS)
        relying.entered(request, str(self._request_info["client_id"]))


authorization = Authorization.as_view()


def _check(request: HttpRequest) -> None:
    """What we ask of every system beyond allauth: an address letter by letter as admitted (RFC 9700 §2.1), PKCE by S256 (§2.1.1)."""
    client = Client.objects.filter(pk=request.GET.get("client_id", "")).first()
    if client is None:
        return
    if request.GET.get("redirect_uri", "") not in client.get_redirect_uris():
        raise Malformed(_("发来请求的系统要求转回一个没有登记的地址，平台没有处理。请联系该系统的运行人员。"), code="openid.redirect")
    if request.GET.get("code_challenge_method") != "S256" or not request.GET.get("code_challenge"):
        raise Malformed(_("这个系统的登录请求没有带 PKCE（S256），平台没有处理。请联系该系统的运行人员。"), code="openid.pkce")


def _party(hat: Hat) -> dict[str, Any]:
    party = Party.objects.get(number=hat.party)
    return {"number": hat.party, "name": party.name, "credit_code": party.code, "position": hat.role, "rights": hat.scope}


def _session_of(code: str) -> str:
    return f"openid.session:{sha256(code.encode()).hexdigest()}"


@lru_cache(maxsize=2)
def _pem(path: Path) -> str:
    """The provider's RSA key, made on first use and readable by its owner only."""
    if not path.exists():
        made = rsa.generate_private_key(public_exponent=65537, key_size=3072)
        write_once(path, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(), 0o600)
    return path.read_text()
