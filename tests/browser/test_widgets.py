"""Another site's page embeds the platform, by frame and by element, and nothing that a notice says runs in it."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

HALL = """<!doctype html><html lang="zh"><meta charset="utf-8"><link rel="icon" href="data:,"><title>大厅</title>
<style>a {{ color: red !important }}</style>
<iframe title="清单" width="320" height="520" src="{site}/widgets/list?size=5" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
<iframe title="数字" width="240" height="80" src="{site}/widgets/count?market=construction" sandbox="allow-popups"></iframe>
<ggzy-list query="size=3" accent="8a1f2d" theme="light"><a href="{site}/notices">最新公告</a></ggzy-list>
<ggzy-count query="market=construction" theme="light">工程建设</ggzy-count>
<script src="{site}/static/widget.js" defer></script></html>"""
SCRIPT = "<img src=x onerror=window.ran=1><script>window.ran=1</script>"


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, *_: object) -> None:
        """No line in the tests' output."""


@pytest.fixture
def hall(live, tmp_path: Path) -> Iterator[str]:
    """A page of another origin."""
    (tmp_path / "index.html").write_text(HALL.format(site=live.url))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_another_site_shows_the_list_in_a_frame_and_as_an_element(page: Page, hall: str, live):
    newest = [row["title"] for row in live.found("")[:5]]
    page.goto(hall)
    frame = page.frame_locator("iframe[title=清单]")
    expect(frame.locator("li a")).to_have_text(newest)
    expect(page.locator("ggzy-list li a")).to_have_text(newest[:3])
    total = f"{len(live.found('', market='construction')):,}"
    expect(page.frame_locator("iframe[title=数字]").locator("b")).to_have_text(total)
    expect(page.locator("ggzy-count b")).to_have_text(total)
    first = page.locator("ggzy-list li a").first
    assert first.get_attribute("href").startswith(f"{live.url}/notices/")
    assert first.evaluate("link => getComputedStyle(link).color") == "rgb(138, 31, 45)", "its own colour, not the hall's"
    assert frame.locator("body").evaluate("body => getComputedStyle(body).margin") == "0px", "its style sheet is allowed"


def test_a_frame_holds_a_counter_and_is_nowhere_cut_off(page: Page, hall: str):
    page.goto(hall)
    for title in ("清单", "数字"):
        body = page.frame_locator(f"iframe[title={title}]").locator("body")
        expect(body.locator("a").first).to_be_visible()
        assert body.evaluate("body => body.ownerDocument.documentElement.scrollWidth <= window.innerWidth")
    counter = page.frame_locator("iframe[title=数字]").locator("body")
    assert counter.evaluate("body => body.ownerDocument.documentElement.scrollHeight") <= 80


def test_a_link_in_a_frame_opens_the_notice_in_a_tab_of_its_own(page: Page, hall: str, live):
    page.goto(hall)
    with page.expect_popup() as opened:
        page.frame_locator("iframe[title=清单]").locator("li a").first.click()
    expect(opened.value).to_have_url(f"{live.url}/notices/{live.found('')[0]['id']}")
    expect(opened.value.locator("h1")).to_be_visible()


def test_what_a_notice_says_never_runs_in_the_halls_page(page: Page, hall: str):
    item = {
        "id": 1, "url": "javascript:window.ran=1", "title": SCRIPT, "kind_name": SCRIPT, "region_name": SCRIPT,
        "published_at": "2026-03-17T09:30:00+08:00", "deadline_at": None,
    }  # fmt: skip
    body = {"version": 1, "label": SCRIPT, "total": 1, "more": "javascript:window.ran=1", "problems": [], "items": [item]}
    answer = {"content_type": "application/json", "headers": {"Access-Control-Allow-Origin": "*"}, "body": json.dumps(body)}
    page.route("**/widgets/*.json*", lambda route: route.fulfill(**answer))
    page.goto(hall)
    expect(page.locator("ggzy-list li")).to_contain_text(SCRIPT)
    expect(page.locator("ggzy-count .figure")).to_contain_text(SCRIPT)
    made = "ggzy-list img, ggzy-list script, ggzy-count img, ggzy-count script, ggzy-list ol a, a[href^=javascript]"
    assert page.locator(made).count() == 0
    assert page.evaluate("window.ran") is None


def test_without_data_the_halls_own_words_stay(page: Page, hall: str, complaints: list[str]):
    page.route("**/widgets/*.json*", lambda route: route.abort())
    page.goto(hall)
    expect(page.locator("ggzy-list a")).to_have_text("最新公告")
    expect(page.locator("ggzy-count")).to_have_text("工程建设")
    page.wait_for_timeout(300)
    assert all("ERR_FAILED" in said for said in complaints)
    complaints.clear()


def test_the_demo_page_embeds_both_ways_at_both_widths(page: Page):
    page.goto("/widgets/demo")
    expect(page.locator("ggzy-list li")).to_have_count(5)
    expect(page.frame_locator("iframe.list").locator("li")).to_have_count(5)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
