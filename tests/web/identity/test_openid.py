"""A relying party that we did not write signs people in, refreshes and signs them out."""

import httpx
import jwt
import pytest
from authlib.common.security import generate_token
from django.conf import settings

from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform

from .conftest import CALLBACK, PASSWORD, answered


@pytest.fixture
def metadata(person) -> dict:
    """What discovery says."""
    return person.browser.get("/.well-known/openid-configuration").json()


@pytest.fixture
def entered(person, wang, system, metadata):
    """Somebody has entered the system; returns its tokens and the claims of the ID token."""

    def enter(**more) -> tuple[dict, dict]:
        verifier = generate_token(48)
        address, state = system.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier, nonce="n-1", **more)
        page = person.get(address)
        if "/account/sign-in" in str(page.url):
            page = person.sign_in("wang", page=page)
        back = person.agree(page)
        assert back.startswith(CALLBACK) and answered(back)["state"] == state
        token = system.fetch_token(metadata["token_endpoint"], authorization_response=back, code_verifier=verifier, state=state)
        return token, _claims(person, metadata, token["id_token"])

    return enter


def _claims(person, metadata, token: str) -> dict:
    keys = jwt.PyJWKSet.from_dict(person.browser.get(metadata["jwks_uri"]).json())
    key = next(key for key in keys.keys if key.key_id == jwt.get_unverified_header(token)["kid"])
    return jwt.decode(token, key, algorithms=["RS256"], audience="system-a", issuer=settings.SITE)


def test_a_person_is_recognised_by_number_name_and_assurance(entered, wang, system, metadata):
    token, claims = entered()
    assert claims["sub"] == str(wang.number) and claims["nonce"] == "n-1"
    assert claims["name"] == "王小明" and claims["assurance_level"] == 2 and claims["sid"] and claims["auth_time"]
    told = system.get(metadata["userinfo_endpoint"]).json()
    assert told["sub"] == claims["sub"] and told["parties"] == [] and told["roles"] == []


def test_the_page_says_what_is_shared(person, wang, system, metadata):
    address, _ = system.create_authorization_url(metadata["authorization_endpoint"], code_verifier=generate_token(48))
    page = person.sign_in("wang", page=person.get(address))
    assert "示范交易系统甲" in page.text
    for said in ("您的账户编号", "您的姓名和登录名", "您代表的单位", "您在平台上的角色"):
        assert said in page.text


def test_tokens_are_refreshed_and_an_old_one_opens_nothing(entered, system, metadata):
    token, _ = entered()
    first = token["refresh_token"]
    again = system.refresh_token(metadata["token_endpoint"], refresh_token=first)
    assert again["access_token"] != token["access_token"] and again["refresh_token"] != first
    raw = httpx.Client(transport=system._transport)
    replayed = raw.post(metadata["token_endpoint"], auth=(system.client_id, system.client_secret),
                        data={"grant_type": "refresh_token", "refresh_token": first})  # fmt: skip
    assert replayed.status_code == 400 and replayed.json()["error"] == "invalid_grant"


def test_discovery_names_what_there_is(metadata):
    assert metadata["issuer"] == settings.SITE
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["response_types_supported"] == ["code"] and metadata["backchannel_logout_supported"] is True
    assert "device_authorization_endpoint" not in metadata


def test_signing_out_at_a_system_signs_out_here(entered, person, metadata):
    token, _ = entered()
    address = f"{metadata['end_session_endpoint']}?id_token_hint={token['id_token']}&post_logout_redirect_uri=https://a.example/&state=s"
    answer = person.browser.get(address)
    assert answer.headers["Location"] == "https://a.example/?state=s"
    assert "/account/sign-in" in str(person.get("/account/").url)


def test_a_password_alone_is_not_told_to_anybody(entered):
    token, claims = entered()
    assert PASSWORD not in str(token) + str(claims)


def test_what_was_agreed_to_once_is_not_asked_again_until_it_is_taken_back(entered, person, wang, system, metadata):
    entered()
    address, _ = system.create_authorization_url(metadata["authorization_endpoint"], code_verifier=generate_token(48))
    assert "code" in answered(person.get(address).headers["Location"])
    assert "同意后" in person.get(f"{address}&prompt=consent").text
    account = str(wang.number)
    perform(Act(f"account:{account}", "person", "web"), "account.unshare", account=account, client="system-a")
    assert "同意后" in person.get(address).text
