"""The console's sessions: a copied cookie is worth nothing once its owner has left or the token has ended."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from ggzy.desks.exchange.actions import digest
from ggzy.desks.exchange.models import Token
from ggzy.kernel import clock
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform

QUARANTINE = "/exchange/quarantine"
RECORDS = "/api/exchange/records"


@pytest.fixture
def signed_in(client, token) -> Client:
    assert client.post("/exchange/sign-in", {"token": token}).status_code == 302
    return client


@pytest.fixture
def copy(signed_in) -> Client:
    """Somebody else's browser, with the cookie of ours."""
    thief = Client()
    thief.cookies["sessionid"] = signed_in.cookies["sessionid"].value
    assert thief.get(QUARANTINE).status_code == 200
    return thief


def expire() -> None:
    Token.objects.update(expires_at=clock.now() - timedelta(seconds=1))


def test_a_copied_cookie_is_refused_after_sign_out(signed_in, copy):
    assert signed_in.post("/exchange/sign-out").status_code == 302
    for browser in (signed_in, copy):
        assert browser.get(QUARANTINE).status_code == 302
    assert not Session.objects.exists()


def test_a_revoked_token_ends_its_sessions_and_says_so(signed_in, copy, building):
    operator = Act("operator:test", "operator", "console")
    perform(operator, "token.revoke", platform_code=building.source, token=Token.objects.get().pk)
    for browser in (signed_in, copy):
        assert browser.get(QUARANTINE).status_code == 302
    assert "令牌已被吊销" in Client().get("/exchange/sign-in?ended=access.token_revoked").content.decode()


def test_an_expired_token_ends_its_sessions_and_says_so(signed_in):
    expire()
    page = signed_in.get(QUARANTINE, follow=True)
    assert "令牌已过期" in page.content.decode()
    assert signed_in.get(QUARANTINE).status_code == 302


def test_nobody_comes_in_with_an_expired_token(client, token):
    expire()
    page = client.post("/exchange/sign-in", {"token": token})
    assert page.status_code == 401
    assert "access.token_expired" in page.content.decode()


@pytest.mark.parametrize("address", [RECORDS, "/api/exchange/files", "/api/acts/quarantine.dismiss"])
def test_an_expired_token_opens_nothing_at_the_api(client, token, address):
    expire()
    answer = client.post(address, b"{}", content_type="application/json", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "access.token_expired")
    assert "申请新的令牌" in answer.json()["detail"]


def test_a_token_holds_until_it_expires(client, token):
    Token.objects.update(expires_at=clock.now() + timedelta(minutes=1))
    answer = client.post(RECORDS, b"\n", content_type="text/plain", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_the_cookie_says_nothing_and_is_kept_from_scripts_and_other_sites(signed_in, token):
    cookie = signed_in.cookies["sessionid"]
    assert token not in cookie.value and digest(token).hex() not in cookie.value
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert 0 < cookie["max-age"] <= 8 * 3600


def test_over_https_the_cookie_never_goes_without(client, token, settings):
    settings.SESSION_COOKIE_SECURE = True
    client.post("/exchange/sign-in", {"token": token})
    assert client.cookies["sessionid"]["secure"]


def test_a_session_is_over_after_a_working_day_however_busy_it_was(signed_in, copy):
    kept = Session.objects.get()
    assert timedelta(hours=7) < kept.expire_date - clock.now() <= timedelta(hours=8)
    signed_in.get(QUARANTINE)
    assert Session.objects.get().expire_date == kept.expire_date
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))
    assert copy.get(QUARANTINE).status_code == 302


def test_a_session_does_not_outlive_a_token_that_ends_soon(client, token):
    ends = clock.now() + timedelta(minutes=5)
    Token.objects.update(expires_at=ends)
    client.post("/exchange/sign-in", {"token": token})
    assert abs(Session.objects.get().expire_date - ends) < timedelta(seconds=2)


def test_a_number_that_was_planted_before_is_not_the_one_that_is_signed_in(client, token):
    planted = client.session
    planted["x"] = 1
    planted.save()
    client.cookies["sessionid"] = planted.session_key
    client.post("/exchange/sign-in", {"token": token})
    assert client.cookies["sessionid"].value != planted.session_key
    thief = Client()
    thief.cookies["sessionid"] = planted.session_key
    assert thief.get(QUARANTINE).status_code == 302


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/exchange/quarantine?state=held", "/exchange/quarantine?state=held"),
        ("//evil.example/exchange/", QUARANTINE),
        ("https://evil.example/exchange/", QUARANTINE),
        ("/exchange/\\evil", "/exchange/%5Cevil"),
        ("/notices", QUARANTINE),
    ],
)
def test_one_is_led_back_to_the_page_that_was_asked_for_and_nowhere_else(client, token, wanted, led):
    answer = client.post("/exchange/sign-in", {"token": token, "next": wanted})
    assert answer["Location"] == led


def test_who_is_not_signed_in_comes_back_to_the_line_that_was_asked_for(client, db):
    assert client.get(f"{QUARANTINE}/7")["Location"] == "/exchange/sign-in?next=%2Fexchange%2Fquarantine%2F7"
