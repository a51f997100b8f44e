"""A reader subscribes to a list, confirms from the mail, and cancels; a system's people set a webhook up."""

import re
import time
from email import message_from_bytes, policy
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Live


def _page_in_mail(home: Path, address: str) -> str:
    """The path to which the mail to this address leads."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        for file in home.joinpath("mail").glob("*"):
            for raw in file.read_bytes().split(b"\n" + b"-" * 79 + b"\n"):
                mail = message_from_bytes(raw, policy=policy.default)
                if mail["To"] == address:
                    body = mail.get_body(("plain",)).get_content()
                    return re.search(r"https?://[^/\s]+(/subscriptions/[0-9a-f-]{36}/\w+)", body)[1]
        time.sleep(0.5)
    raise AssertionError(f"no mail to {address}")


def test_a_reader_subscribes_confirms_and_cancels(page: Page, live: Live, screen: str) -> None:
    page.goto("/notices?q=道路")
    page.get_by_role("link", name="邮件订阅").click()
    page.get_by_label("邮箱").fill(f"{screen}@example.com")
    page.get_by_role("button", name="订阅", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("请查收")
    page.goto(_page_in_mail(live.home, f"{screen}@example.com"))
    page.get_by_role("button", name="确认订阅").click()
    expect(page.get_by_text("已确认")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.get_by_role("button", name="退订并删除邮箱").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已退订")


def test_an_inner_address_is_refused_in_the_console(page: Page, live: Live, complaints: list[str]) -> None:
    page.goto("/exchange/webhooks")
    page.get_by_label("令牌").fill((live.home / "demo.token").read_text().strip())
    page.get_by_role("button", name="进入").click()
    page.get_by_label("接收地址").fill("https://169.254.169.254/latest/meta-data")
    page.get_by_role("button", name="设立").click()
    expect(page.get_by_role("alert")).to_contain_text("内部网络")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert all("422" in complaint for complaint in complaints)
    complaints.clear()
