"""The portal in English, in a real browser and over all kinds of pages of the demo city."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from ggzy.desks.exchange.demo import SHOWCASE_PROJECT_CODE
from tests.browser.conftest import Live
from tests.web.english import unmarked

KINDS = ("invitation", "result", "candidates", "clarification", "opening", "contract", "performance", "failure", "listing", "deal",
         "outside", "credit", "complaint", "objection", "approval", "project", "procedure", "lot", "qualification", "party")  # fmt: skip
ADDRESSES = (
    "/", "/about", "/notices", "/notices?sort=deadline&page=2", "/notices?q=道路 施工&stage=result", "/notices?q=无此公告&region=310101",
    "/notices?market=land&since=2020-01-01&amount_min=5&kind=deal", "/regulatory?topic=approvals", "/regulatory?topic=qualifications",
    "/regulatory?topic=penalties", "/regulatory?topic=rewards", "/regulatory?topic=complaints", "/evidence", "/problems", "/api/",
    "/standard", "/standard/503", "/standard/1900", "/standard/codes/region", "/standard/versions", "/subscriptions/new?q=道路",
    "/exchange/sign-in", "/nowhere", "/widgets/list?lang=en", "/widgets/count?lang=en",
)  # fmt: skip


@pytest.fixture
def english(live: Live):
    """A reader without a browser who has chosen English."""
    with httpx.Client(base_url=live.url, cookies={"ggzy_language": "en"}, timeout=30, follow_redirects=True) as reader:
        yield reader


@pytest.mark.parametrize("address", ADDRESSES)
def test_public_pages_of_the_demo_are_english_but_for_what_says_it_is_chinese(english, address):
    assert unmarked(english.get(address).text) == []


@pytest.mark.parametrize("kind", KINDS)
def test_records_of_every_kind_are_shown_in_english(live, english, kind):
    projects, parties = set(), set()
    for row in live.found("", kind=kind)[:8]:
        for part in ("", "/proof", "/related", "/compare"):
            address = f"/notices/{row['id']}{part}"
            assert unmarked(english.get(address).text) == [], address
        codes = [code.partition(":") for code in row["codes"]]
        projects |= {code for role, _colon, code in codes if role in ("project", "procedure")}
        parties |= {code for role, _colon, code in codes if role in ("principal", "winner")}
    for address in [f"/projects/{code}" for code in sorted(projects)[:3]] + [f"/parties/{code}" for code in sorted(parties)[:3]]:
        assert unmarked(english.get(address).text) == [], address


def test_a_reader_switches_to_english_and_back_where_they_are(page: Page, complaints):
    page.goto("/notices?market=construction&q=工程")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"/notices\?market=construction&q=[^&]+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “工程”")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".rows .title").first.click()
    expect(page.get_by_role("link", name="Verify", exact=True)).to_be_visible()
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("link", name="验证", exact=True)).to_be_visible()


@pytest.mark.parametrize("address", ["/", "/notices", "/notices/{id}", "/projects/{code}"])
def test_english_pages_fit_their_screen(page: Page, live, address):
    notice = live.showcase("invitation")
    page.goto(address.format(id=notice["id"], code=SHOWCASE_PROJECT_CODE) + "?lang=en")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_english_needs_no_script(browser, live):
    context = browser.new_context(base_url=live.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/about")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("About this platform")
    page.goto("/")
    expect(page.get_by_role("heading", name="Closing soon")).to_be_visible()
    context.close()


def test_a_proof_is_checked_and_told_in_english(page: Page, live, complaints):
    page.goto(f"/notices/{live.found('', kind='invitation')[0]['id']}/proof?lang=en")
    expect(page.locator("#verdict")).to_contain_text("Verified: version")
    assert unmarked(page.content()) == []


def test_what_scripts_say_is_english(page: Page, complaints):
    page.goto("/notices?sort=deadline&lang=en")
    left = page.locator("[data-until]").first
    expect(left).to_contain_text("left")
    assert unmarked(page.content()) == []
