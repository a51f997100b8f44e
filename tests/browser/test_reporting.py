"""What a trading system's people do: send the API page's own example, and mend in the quarantine what was refused."""

import json
import re
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("screen", ["desktop"], indirect=True),
]


def _send(page: Page, live: Live, folder: Path, **changes: str) -> tuple[dict, list[dict]]:
    """Do what the API page says, to the letter; some fields of the record may be changed first.

    The record that was sent, and the answers to it.
    """
    page.goto("/api/")
    record = json.loads(page.locator("#record").text_content())
    record["key"] = changes.pop("key", record["key"])
    record["data"].update(changes)
    (folder / "record.ndjson").write_text(json.dumps(record, ensure_ascii=False))
    (folder / "var").symlink_to(live.home)
    command = page.locator("#command").text_content()
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return record, [json.loads(line) for line in done.stdout.splitlines()]


def test_the_example_of_the_api_page_is_found_within_seconds(page: Page, live: Live, tmp_path: Path) -> None:
    record, answers = _send(page, live, tmp_path)
    title = record["data"]["TITLE"]
    sent = time.monotonic()
    assert answers[0]["status"] == "accepted", answers
    while page.goto(f"/notices?q={title}") and not page.locator(".found a.title").count():
        assert time.monotonic() - sent < 10, "accepted, but not found within 10 seconds"
        time.sleep(0.2)
    page.locator(".found a.title").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.get_by_role("link", name="验证", exact=True).first.click()
    expect(page.locator("#verdict")).to_contain_text("验证通过")


def test_a_refused_record_is_mended_in_the_quarantine(page: Page, live: Live, tmp_path: Path, complaints) -> None:
    _, answers = _send(page, live, tmp_path, key="YS-2026-0002", TITLE="隔离区里更正过的公告", PUBLISH_TIME="昨天")
    assert answers[0]["status"] == "refused", answers
    page.goto("/exchange/quarantine")
    page.get_by_label("令牌").fill("wrong")
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert all("401" in complaint for complaint in complaints)
    complaints.clear()
    page.get_by_label("令牌").fill((live.home / "demo.token").read_text().strip())
    page.get_by_role("button", name="进入").click()
    page.locator("tr", has_text="YS-2026-0002").get_by_role("link").click()
    expect(page.locator("tr", has_text="PUBLISH_TIME")).to_contain_text("昨天")
    field = page.get_by_label(re.compile("记录内容"))
    field.fill(field.input_value().replace("昨天", "20260317093000"))
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("status")).to_contain_text("已入库")
    until = time.monotonic() + 10
    while not live.found("隔离区里更正过的公告"):
        assert time.monotonic() < until
        time.sleep(0.2)
