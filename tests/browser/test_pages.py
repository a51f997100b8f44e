"""Every page at both widths: fits, weighs little, can be used by all, breaks no code, and the browser has no complaint."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from ggzy.desks.exchange.demo import SHOWCASE_PROJECT_CODE
from tests.browser.conftest import SCREENS, Live

ADDRESSES = {
    "home": "/",
    "list": "/notices",
    "filters": "/notices?market=construction&stage=result#filters",
    "search": "/notices?q=体育",
    "empty": "/notices?q=不存在的词语组合甲乙丙&amount_min=999999999999",
    "notice": "/notices/{notice}",
    "compare": "/notices/{notice}/compare",
    "project": f"/projects/{SHOWCASE_PROJECT_CODE}",
    "party": "/parties/{winner}",
    "proof": "/notices/{notice}/proof",
    "api": "/api/",
    "about": "/about",
    "problems": "/problems",
    "problem": "/problems/request.bad_gzip",
    "log": "/evidence/{year}",
    "logs": "/evidence",
    "part": f"/projects/{SHOWCASE_PROJECT_CODE}?part=opening.bidders",
    "lots": f"/projects/{SHOWCASE_PROJECT_CODE}?part=lots",
    "sign-in": "/exchange/sign-in",
    "missing": "/notices/999999999",
}
HEAVIEST = 300_000  # bytes of everything a page loads, before compression
WEIGHT = """performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))
    .filter(entry => !entry.name.includes('/api/')).reduce((sum, entry) => sum + entry.decodedBodySize, 0)"""
BROKEN = """[...document.querySelectorAll('.code:not(.breakable):not(.steps .code), .moment, .num')]
    .filter(element => element.checkVisibility() && element.getClientRects().length > 1).map(element => element.textContent)"""


@pytest.fixture(scope="package")
def addresses(live: Live) -> dict[str, str]:
    result = next(row for row in live.found("松溪两岸", kind="result") if row["winner"])
    winner = next(code.partition(":")[2] for code in result["codes"] if code.startswith("winner:"))
    notice = live.showcase("invitation")["id"]
    year = max(path.name for path in (live.home / "evidence").glob("[0-9]*"))
    return {name: address.format(notice=notice, winner=winner, year=year) for name, address in ADDRESSES.items()}


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_is_fit_for_everyone(page: Page, addresses, complaints, screen: str, name: str) -> None:
    page.goto(addresses[name])
    if name == "proof":
        expect(page.locator("#verdict.good")).to_be_visible()
    if name == "missing":
        assert [c for c in complaints if "404" in c]
        complaints.clear()
    assert page.locator("h1").count() == 1
    assert re.search(r".+ · .+|.+平台$", page.title())
    assert page.evaluate("document.documentElement.scrollWidth") <= SCREENS[screen]["width"]
    assert 0 < page.evaluate(WEIGHT) < HEAVIEST
    assert page.evaluate(BROKEN) == []
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    serious = [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")]
    assert serious == []


@pytest.mark.parametrize("screen", ["phone"], indirect=True)
def test_long_codes_do_not_push_a_phone_sideways(page: Page, live: Live, addresses) -> None:
    deals = [(code, row["id"]) for row in live.found("") for code in row["codes"] if code.startswith("deal:")]
    longest, head_id = max(deals, key=lambda deal: len(deal[0]))
    code = longest.removeprefix("deal:")
    assert len(code) > 30
    pages = (f"/notices/{head_id}", f"/projects/{code}", addresses["party"], f"/notices?q={code}&code={code}&all=1")
    for address in pages:
        page.goto(address)
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), address


def test_a_dark_page_can_be_read_too(page: Page, addresses) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(addresses["notice"])
    found = Axe().run(page, options={"runOnly": ["color-contrast"]}).response
    assert found["passes"], "nothing was measured"
    assert [v["nodes"][0]["html"] for v in found["violations"]] == []


@pytest.mark.parametrize("screen", ["desktop"], indirect=True)
def test_cards_of_a_notice_stand_apart(page: Page, addresses) -> None:
    page.goto(addresses["notice"])
    boxes = [card.bounding_box() for card in page.locator(".rail .card").all()]
    assert len(boxes) == 3
    for above, below in zip(boxes, boxes[1:], strict=False):
        assert below["y"] >= above["y"] + above["height"] + 8
    for field in page.goto("/notices") and page.locator(".filters input[type=date]").all():
        inside, around = field.bounding_box(), page.locator(".filters").bounding_box()
        assert inside["x"] + inside["width"] <= around["x"] + around["width"] + 1
