"""Signing up, signing in by a passkey, and being recognised, in a real browser with a virtual authenticator."""

import secrets

import pytest
from playwright.sync_api import Page, expect

PASSWORD = "correct-horse-battery"


@pytest.fixture
def authenticator(page: Page) -> str:
    """A passkey device that always agrees."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
               "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    return session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def _signed_up(page: Page) -> str:
    login = f"p{secrets.token_hex(4)}"
    page.goto("/account/sign-up")
    page.locator("[name=username]").fill(login)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.get_by_role("button", name="注册").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的账户")
    return login


def test_a_passkey_is_added_and_signs_in(page: Page, authenticator: str):
    _signed_up(page)
    page.goto("/account/factors/webauthn/add/")
    page.locator("[name=name]").fill("我的手机")
    page.locator("[name=passwordless]").check()
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("备用码")
    page.goto("/account/sign-out")
    page.get_by_role("button", name="退出登录").click()
    page.goto("/account/sign-in")
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的账户")


def test_the_pages_of_signing_in_fit_a_phone(page: Page):
    for address in ("/account/sign-in", "/account/sign-up"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        expect(page.locator("main form").first).to_be_visible()
