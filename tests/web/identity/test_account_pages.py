"""Every page of signing in and of one's account can be opened, with and without what it is about."""

import re

import pytest
from django.urls import get_resolver

from .conftest import PASSWORD

PUBLIC = {"/account/sign-in": "登录", "/account/sign-up": "注册账户", "/account/inactive": "账户不能登录"}
OWN = {
    "/account/": "我的账户", "/account/sign-out": "退出登录", "/account/password": "更改密码", "/account/factors/": "登录方式",
    "/account/factors/totp/activate/": "启用验证器应用", "/account/factors/webauthn/": "通行密钥",
    "/account/factors/webauthn/add/": "添加通行密钥", "/account/reauthenticate": "请再次确认是您本人",
}  # fmt: skip


def _title(page) -> str:
    return re.search(r"<h1>(.*?)</h1>", page.text, re.DOTALL)[1].strip()


@pytest.fixture
def signed_in(person, wang):
    """Somebody who has just shown who he is."""
    person.sign_in("wang")
    page = person.get("/account/reauthenticate?next=/account/")
    person.send(page, "/account/reauthenticate", password=PASSWORD, next="/account/")
    return person


@pytest.mark.parametrize("address", PUBLIC)
def test_who_is_not_signed_in_sees_the_pages_of_signing_in(person, db, address):
    assert _title(person.get(address)) == PUBLIC[address]


def test_who_is_signed_in_sees_the_pages_of_the_account(signed_in):
    assert {address: _title(signed_in.get(address)) for address in OWN} == OWN


def test_a_second_factor_is_set_up_used_and_given_up(signed_in):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time  # noqa: PLC0415

    def code(secret: str) -> str:
        return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))

    page = signed_in.get("/account/factors/totp/activate/")
    secret = re.search(r'breakable">([A-Z2-7]{16,})<', page.text)[1]
    codes = signed_in.send(page, code=code(secret))
    assert _title(codes) == "备用码"
    recovery = re.findall(r"<li>([0-9a-f ]{6,})</li>", codes.text)
    assert len(recovery) == 10
    loaded = signed_in.browser.get("/account/factors/recovery-codes/download/")
    assert loaded.status_code == 200 and loaded.text.split() == [c for one in recovery for c in one.split()]
    assert _title(signed_in.get("/account/factors/recovery-codes/generate/")) == "生成备用码"
    assert _title(signed_in.get("/account/factors/totp/deactivate/")) == "停用验证器应用"
    signed_in.send(signed_in.get("/account/sign-out"), "/account/sign-out")
    step = signed_in.sign_in("wang")
    assert _title(step) == "第二步验证"
    assert _title(signed_in.send(step, "/account/factors/authenticate/", code="000000")) == "第二步验证"
    assert _title(signed_in.send(step, "/account/factors/authenticate/", code=recovery[0])) == "我的账户"


@pytest.mark.parametrize("address", ["/account/factors/webauthn/keys/999999/remove/", "/account/factors/webauthn/keys/999999/edit/"])
def test_a_key_of_nobody_is_not_found(signed_in, address):
    assert signed_in.get(address).status_code == 404


def test_no_page_of_the_account_breaks_on_anything_typed(signed_in):
    found = {f"/{route}" for route in _routes(get_resolver())}
    pages = [route for route in found if route.startswith(("/account/", "/openid/")) and "<" not in route]
    assert len(pages) > 15
    for page in pages:
        for given in ({}, {"next": "\0", "q": "x" * 3000}, {"page": "-1"}):
            assert signed_in.browser.get(page, params=given).status_code < 500, page
            typed = {"login": "\0", "password": "\0", "username": "\0", "credential": "{", "code": "\0" * 9, "scopes": "\0", "request": "x"}
            token = signed_in.browser.cookies.get("csrftoken") or ""
            assert signed_in.browser.post(page, data=typed | given, headers={"X-CSRFToken": token}).status_code < 500, page


def _routes(resolver, before: str = ""):
    for one in resolver.url_patterns:
        here = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from _routes(one, here)
        else:
            yield here
