"""The standard's pages in a browser: at two widths, without a mouse, without scripts, on paper."""

import json
import re

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from ggzy import standard
from tests.browser.conftest import SCREENS, Live

ADDRESSES = ("/standard", "/standard?q=招标人", "/standard?q=没有的词语", "/standard/503", "/standard/300", "/standard/1900",
             "/standard/codes/deal_class", "/standard/codes/region", "/standard/versions", "/regulatory",
             "/regulatory?topic=penalties", "/regulatory?topic=qualifications&q=没有的词语")  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_fit_for_everyone(page: Page, screen: str, address: str) -> None:
    page.goto(address)
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= SCREENS[screen]["width"]
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("screen", ["phone"], indirect=True)
def test_nothing_breaks_out_of_a_narrow_phone(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    for address in ADDRESSES:
        page.goto(address)
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), address


@pytest.mark.parametrize("screen", ["desktop"], indirect=True)
def test_a_clerk_finds_a_field_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/standard")
    page.locator("#look").focus()
    page.keyboard.type("公告标题")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_contain_text("找到")
    page.locator('a[href="/standard/503#NOTICE_NAME"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("tr:target th")).to_contain_text("NOTICE_NAME")
    expect(page.locator("tr:target")).to_be_in_viewport()


@pytest.mark.parametrize("screen", ["desktop"], indirect=True)
def test_the_example_can_be_copied_and_sent(page: Page, live: Live) -> None:
    page.goto("/standard/1900")
    line = json.loads(page.locator("[data-copy]").get_attribute("data-copy"))
    assert line["data_set"] == "1900" and standard.check("1900", line["data"]).faults == ()
    assert json.loads(page.locator("pre").inner_text()) == line
    line["data"]["PLATFORM_CODE"] = standard_code(live)
    answer = httpx.post(
        f"{live.url}/api/exchange/records",
        content=json.dumps(line),
        headers={"Authorization": f"Bearer {(live.home / 'demo.token').read_text().strip()}"},
        timeout=30,
    )
    assert json.loads(answer.text.splitlines()[0])["status"] == "accepted", answer.text


def standard_code(live: Live) -> str:
    """The code of the system to which the trial token belongs, as the API guide's own example names it."""
    return re.search(
        r"PLATFORM_CODE&#34;:\s*&#34;(\w+)|PLATFORM_CODE&quot;:\s*&quot;(\w+)",
        httpx.get(f"{live.url}/api/").text,
    ).group(1)


def test_the_pages_read_without_scripts(browser, live: Live, screen: str) -> None:
    context = browser.new_context(base_url=live.url, java_script_enabled=False, viewport=SCREENS[screen])
    page = context.new_page()
    page.goto("/standard/503")
    expect(page.locator("#NOTICE_NAME")).to_contain_text("公告标题")
    page.goto("/standard?q=A01")
    expect(page.locator("main")).to_contain_text("房屋建筑")
    context.close()
