"""Takes the README's pictures from the demo data: `pytest tests/browser/pictures.py`. Not part of the suite."""

import pytest
from playwright.sync_api import Page, expect

from ggzy.desks.exchange.demo import SHOWCASE_PROJECT_CODE
from tests.browser.conftest import ROOT, Live

HEIGHT = 1000
HEAVIEST = 300_000  # bytes


@pytest.fixture(scope="package")
def records() -> int:
    """As many as a user's first start loads."""
    return 5000


@pytest.mark.parametrize("screen", ["desktop"], indirect=True)
def test_pictures_of_the_readme(page: Page, live: Live) -> None:
    addresses = {
        "home": "/",
        "notice": f"/notices/{live.showcase('invitation')['id']}",
        "project": f"/projects/{SHOWCASE_PROJECT_CODE}",
    }
    page.set_viewport_size({"width": 1366, "height": HEIGHT})
    for name, address in addresses.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        picture = ROOT / "docs" / "pictures" / f"{name}.png"
        page.screenshot(path=picture, animations="disabled")
        assert picture.stat().st_size < HEAVIEST
