"""The site map names every public page once, and none that is gone."""

from lxml import etree

from ggzy.desks.disclosure import addresses
from tests.web.portal.conftest import PROJECT

SPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def read(client, address: str) -> dict[str, str]:
    """The addresses of a site map with the days on which they changed."""
    root = etree.fromstring(client.get(address).content)
    return {one.findtext("s:loc", "", SPACE): one.findtext("s:lastmod", "", SPACE) for one in root.iterfind("s:*", SPACE)}


def test_robots_find_the_site_map_and_are_kept_from_files(client, trade):
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in text and "Disallow: /notices.csv" in text
    assert text.startswith("User-agent: *\n")


def test_every_part_of_the_index_leads_to_pages_that_answer(client, trade):
    parts = read(client, "/sitemap.xml")
    found: dict[str, str] = {}
    for part in parts:
        found |= read(client, part.removeprefix("http://testserver"))
    here = "http://testserver"
    assert {f"{here}/", f"{here}/notices/{trade['notice']}", f"{here}/projects/{PROJECT}"} <= found.keys()
    for address in found:
        assert client.get(address.removeprefix(here)).status_code == 200, address


def test_a_page_says_when_it_last_changed_and_a_withdrawn_one_is_gone(client, trade, ledger, caught_up):
    found = read(client, "/sitemap-0.xml")
    notice, result = (f"http://testserver/notices/{trade[name]}" for name in ("notice", "result"))
    assert found[result] == "2026-03-17T01:00:00Z", "its date of publication"
    assert found[notice] > "2026-06-01", "when its second version was taken in"
    ledger.publish(("513", "r", None))
    caught_up()
    assert result not in read(client, "/sitemap-0.xml")


def test_parts_never_hold_more_than_they_may_and_never_move(client, trade, monkeypatch):
    monkeypatch.setattr(addresses, "PART", 2)
    found = [list(addresses.of_part(number)) for number in range(4)]
    assert all(len(part) <= 2 for part in found) and [number for number, _ in addresses.parts()] == [0, 2]
    assert found[2] == [f"/notices/{trade['result']}", f"/notices/{trade['notice']}"]
    assert client.get("/sitemap-99.xml").status_code == 404
    assert client.get(f"/sitemap-{10**30}.xml").status_code == 404
