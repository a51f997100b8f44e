"""What must not work at the OpenID provider and at signing in: each is refused, and says so."""

import base64
import json
import re

import httpx
import pytest
from authlib.common.security import generate_token
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from ggzy.commons.identity.models import Account, RelyingSession

from .conftest import CALLBACK, PASSWORD, Person, answered

AUTHORIZE, TOKEN, USERINFO = "/openid/authorize", "/openid/token", "/openid/userinfo"
VERIFIER = generate_token(48)


@pytest.fixture
def asked(person, wang, admitted):
    """An authorization request with some parameters changed or left out (None); somebody is signed in."""
    admitted()
    person.sign_in("wang")

    def ask(**changed) -> httpx.Response:
        given = {
            "response_type": "code", "client_id": "system-a", "redirect_uri": CALLBACK, "scope": "openid", "state": "s", "nonce": "n",
            "code_challenge": create_s256_code_challenge(VERIFIER), "code_challenge_method": "S256",
        } | changed  # fmt: skip
        request = httpx.QueryParams({name: value for name, value in given.items() if value is not None})
        return person.get(f"{AUTHORIZE}?{request}")

    return ask


@pytest.fixture
def redeemed(person, system):
    """What the token endpoint says to a code."""

    def redeem(code: str, **changed) -> httpx.Response:
        data = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER} | changed
        secret = data.pop("secret", system.client_secret)
        raw = httpx.Client(transport=httpx.WSGITransport(get_wsgi_application()), base_url=settings.SITE)
        return raw.post(TOKEN, data={k: v for k, v in data.items() if v is not None}, auth=(data.pop("client", "system-a"), secret))

    return redeem


@pytest.mark.parametrize("address", [
    "https://a.example/callback/", "https://a.example/callback?x=1", "https://evil.example/callback", "http://a.example/callback",
    "https://a.example/callback#", "//evil.example", "javascript:alert(1)", "https://a.example.evil.example/callback", "",
])  # fmt: skip
def test_a_redirect_that_is_not_exactly_registered_is_not_followed(asked, address):
    answer = asked(redirect_uri=address)
    assert answer.status_code == 400 and "Location" not in answer.headers
    assert "openid.redirect" in answer.text


@pytest.mark.parametrize("changed", [
    {"code_challenge": None, "code_challenge_method": None}, {"code_challenge_method": "plain"}, {"code_challenge_method": None},
])  # fmt: skip
def test_a_request_without_pkce_by_s256_is_refused(asked, changed):
    answer = asked(**changed)
    assert answer.status_code == 400 and "openid.pkce" in answer.text


@pytest.mark.parametrize("changed", [{"client_id": "nobody"}, {"client_id": ""}, {"client_id": "a\x00b"}, {"client_id": None}])
def test_an_unknown_system_is_told_nothing(asked, changed):
    assert asked(**changed).status_code == 400


@pytest.mark.parametrize(("changed", "error"), [
    ({"scope": "openid everything"}, "invalid_scope"), ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "id_token"}, "unsupported_response_type"), ({"response_type": None}, "invalid_request"),
])  # fmt: skip
def test_what_a_system_may_not_ask_is_told_it_with_the_issuer(asked, changed, error):
    told = answered(asked(**changed).headers["Location"])
    assert told["error"] in (error, "unauthorized_client") and told["state"] == "s" and told["iss"] == settings.SITE


def test_a_code_opens_once_and_only_for_whom_it_was_made(person, asked, redeemed, admitted):
    other = admitted("system-b", redirect_uris=["https://b.example/callback"])
    code = answered(person.agree(asked()))["code"]
    for wrong in ({"code_verifier": generate_token(48)}, {"code_verifier": None}, {"redirect_uri": "https://a.example/"},
                  {"secret": "wrong"}, {"client": "system-b", "secret": other}):  # fmt: skip
        refused = redeemed(code, **wrong)
        assert refused.status_code in (400, 401), (wrong, refused.text)
    code = answered(person.agree(asked()))["code"]
    assert redeemed(code).status_code == 200
    again = redeemed(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_nobody_agrees_in_anothers_name(person, asked, wang):
    """The form of consent is bound to the session by its CSRF token, and what was asked is signed."""
    page = asked(prompt="consent")
    stranger = Person()
    signed = re.search(r'name="request" value="([^"]+)"', page.text)[1]
    answer = stranger.browser.post(AUTHORIZE, data={"request": signed, "scopes": "openid", "action": "grant"})
    assert answer.status_code in (302, 403) and "code=" not in answer.headers.get("Location", "")
    without = person.browser.post(AUTHORIZE, data={"request": signed, "scopes": "openid", "action": "grant"})
    assert without.status_code == 403
    forged = person.send(page, AUTHORIZE, request=signed[:-2] + "xx", scopes="openid", action="grant")
    assert forged.status_code == 403


def test_who_does_not_agree_gives_nothing(person, asked):
    page = asked()
    request = re.search(r'name="request" value="([^"]+)"', page.text)[1].replace("&quot;", '"')
    told = answered(person.send(page, AUTHORIZE, request=request, action="cancel").headers["Location"])
    assert told["error"] == "access_denied" and "code" not in told


def test_an_unsigned_or_foreign_hint_signs_nobody_out(person, wang, admitted):
    admitted()
    person.sign_in("wang")
    head = base64.urlsafe_b64encode(b'{"alg":"none","kid":"x"}').rstrip(b"=").decode()
    body = base64.urlsafe_b64encode(json.dumps({"sub": str(wang.number), "aud": "system-a", "iss": settings.SITE}).encode()).rstrip(b"=").decode()
    for hint in (f"{head}.{body}.", "rubbish", f"{head}.{body}.c2ln"):
        person.browser.get("/openid/logout", params={"id_token_hint": hint, "post_logout_redirect_uri": "https://a.example/"})
        assert person.get("/account/").status_code == 200 and "账户编号" in person.get("/account/").text
    answer = person.browser.get("/openid/logout", params={"post_logout_redirect_uri": "https://evil.example/"})
    assert "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("token", ["", "x", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "ggzy_x", "a\x00b"])
def test_a_token_that_is_none_of_ours_opens_nothing(person, db, token):
    answer = person.browser.get(USERINFO, headers={"Authorization": f"Bearer {token}".encode("latin-1")})
    assert answer.status_code in (400, 401)


def test_a_locked_account_is_recognised_nowhere(person, asked, redeemed, wang):
    code = answered(person.agree(asked()))["code"]
    access = redeemed(code).json()["access_token"]
    Account.objects.filter(pk=wang.pk).update(state="locked")
    assert person.browser.get(USERINFO, headers={"Authorization": f"Bearer {access}"}).status_code == 401
    assert "/account/sign-in" in str(person.get("/account/").url)


def test_guessing_ends_and_does_not_tell_who_has_an_account(person, wang):
    told = {}
    for login in ("wang", "nobody"):
        told[login] = [person.sign_in(login, "wrong").text for _ in range(7)]
    strip = re.compile(r'value="[^"]*"|content="[^"]*"|>[0-9: 年月日-]+<')
    assert [strip.sub("", page) for page in told["wang"]] == [strip.sub("", page) for page in told["nobody"]]
    assert "尝试" in told["wang"][-1] or "多" in told["wang"][-1]
    assert "账户编号" not in person.sign_in("wang").text, "even the right password waits now"


def test_the_session_is_another_one_after_signing_in(person, wang):
    person.get("/account/sign-in")
    person.browser.cookies.set("sessionid", "a" * 32, domain="localhost.local")
    person.sign_in("wang")
    made = [cookie.value for cookie in person.browser.cookies.jar if cookie.name == "sessionid"]
    assert made and made[-1] != "a" * 32


def test_a_form_without_its_token_is_refused(person, wang):
    answer = person.browser.post("/account/sign-in", data={"login": "wang", "password": PASSWORD})
    assert answer.status_code == 403


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_signing_in_leads_nowhere_else(person, wang, onward):
    page = person.get(f"/account/sign-in?next={httpx.QueryParams({'n': onward})['n']}")
    answer = person.send(page, "/account/sign-in", login="wang", password=PASSWORD, next=onward)
    assert str(answer.url) == f"{settings.SITE}/account/"


def test_signing_out_tells_every_system_that_was_entered(person, asked, redeemed, admitted, receiver):
    admitted(logout_uri=f"{receiver.url}/backchannel")
    token = redeemed(answered(person.agree(asked()))["code"], secret=admitted(logout_uri=f"{receiver.url}/backchannel")).json()
    assert RelyingSession.objects.count() == 1
    person.send(person.get("/account/sign-out"), "/account/sign-out")
    receiver.work()
    (said,) = receiver.heard
    claims = receiver.claims(said)
    assert claims["aud"] == "system-a" and claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert "nonce" not in claims and claims["sid"] and claims["iss"] == settings.SITE
    assert person.browser.get(USERINFO, headers={"Authorization": f"Bearer {token['access_token']}"}).status_code == 401
    assert not RelyingSession.objects.exists()


def test_a_trading_system_reports_as_itself_with_a_token_of_the_token_endpoint(person, building, admitted, line):
    secret = admitted("system-a", platform_code=building.source)
    raw = httpx.Client(transport=httpx.WSGITransport(get_wsgi_application()), base_url=settings.SITE)
    token = raw.post(TOKEN, data={"grant_type": "client_credentials", "scope": "exchange"}, auth=("system-a", secret)).json()["access_token"]
    answer = raw.post("/api/exchange/records", content=line("500"), headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200 and '"accepted"' in answer.text
    assert raw.post("/api/exchange/records", content=line("500"), headers={"Authorization": "Bearer x"}).status_code == 401
    other = raw.post(TOKEN, data={"grant_type": "client_credentials", "scope": "openid"}, auth=("system-a", secret)).json()
    assert raw.post("/api/exchange/records", content=line("500"), headers={"Authorization": f"Bearer {other.get('access_token')}"}).status_code == 401
