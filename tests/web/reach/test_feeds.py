"""Feeds are valid, keep their ids, lead from page to page, and are sent only to who does not have them."""

import os
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from lxml import etree

from ggzy.desks.disclosure import index
from tests.web.portal.conftest import PROJECT, WINNER
from tests.web.reach.conftest import SCRIPT

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = [f"{address}.{form}" for address in ("/notices", f"/projects/{PROJECT}", f"/parties/{WINNER}") for form in ("atom", "rss")]


@pytest.mark.parametrize("address", FEEDS)
def test_lists_projects_and_parties_are_valid_feeds(client, trade, address):
    answer = client.get(address)
    read = feedparser.parse(answer.content)
    assert answer.status_code == 200 and not read.bozo, read.get("bozo_exception")
    assert read.feed.title and read.feed.link.startswith("http://testserver/") and read.feed.updated
    assert read.entries and all(one.id.startswith("tag:localhost,2026:notice:") for one in read.entries)
    assert all(one.title and one.link and one.updated for one in read.entries)


def test_an_atom_feed_has_all_that_the_standard_asks_for(client, trade):
    feed = etree.fromstring(client.get("/notices.atom").content)
    for needed in ("id", "title", "updated", "author"):  # RFC 4287 sections 4.1.1 and 4.1.2
        assert len(feed.findall(ATOM + needed)) == 1, needed
    for entry in feed.iter(ATOM + "entry"):
        assert all(len(entry.findall(ATOM + needed)) == 1 for needed in ("id", "title", "updated"))
    ids = [found.text for found in feed.iter(ATOM + "id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_correction_keeps_the_id_and_moves_the_entry(client, trade, ledger, caught_up, form):
    def entry() -> feedparser.FeedParserDict:
        read = feedparser.parse(client.get(f"/notices.{form}?stage=result").content)
        return next(one for one in read.entries if one.link.endswith(f"/{trade['result']}"))

    before = entry()
    own = {"NOTICE_NAME": "更正后的结果", "WIN_BIDDER_CODE": WINNER, "NOTICE_SEND_TIME": "20260317090000"}
    ledger.publish(("513", "r", own))
    caught_up()
    after = entry()
    assert (before.id, before.published) == (after.id, after.published)
    assert after.title == "更正后的结果" and after.updated_parsed > before.updated_parsed


def test_the_id_does_not_follow_the_readers_address(client, trade):
    one = feedparser.parse(client.get("/notices.atom").content)
    other = feedparser.parse(client.get("/notices.atom", headers={"host": "127.0.0.1:8000"}).content)
    assert (one.feed.id, one.entries[0].id) == (other.feed.id, other.entries[0].id)
    assert one.feed.link != other.feed.link


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_all_entries_are_reached_by_following_next(client, entries, form):
    entries(*({"title": f"第 {number} 条"} for number in range(45)))
    address, titles, feeds = f"/notices.{form}?size=20&market=construction", [], 0
    while address:
        read = feedparser.parse(client.get(address).content)
        titles += [one.title for one in read.entries]
        rels = {link.rel: link.href for link in read.feed.links}
        address, feeds = rels.get("next", "").removeprefix("http://testserver"), feeds + 1
        assert {"first", "last", "self"} <= rels.keys()
    assert feeds == 3 and sorted(titles) == sorted(f"第 {number} 条" for number in range(45))


@pytest.mark.parametrize("address", ["/notices.atom", "/notices.rss", "/notices.ics", "/widgets/list", "/widgets/list.json"])
def test_who_has_the_answer_is_told_so(client, trade, address):
    meta = index.current() / "meta.json"
    long_ago = (datetime.now(UTC) - timedelta(hours=1)).timestamp()
    os.utime(meta, (long_ago, long_ago))
    first = client.get(address)
    assert first["ETag"] and first["Last-Modified"] and first["Cache-Control"] == "public, max-age=60"
    for asked in ({"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}):
        again = client.get(address, headers=asked)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_withdrawal_is_no_304(client, trade, ledger, caught_up):
    meta = index.current() / "meta.json"
    long_ago = (datetime.now(UTC) - timedelta(hours=1)).timestamp()
    os.utime(meta, (long_ago, long_ago))
    first = client.get("/notices.atom")
    ledger.publish(("513", "r", None))
    caught_up()
    asked = {"if-modified-since": first["Last-Modified"]}
    assert client.get("/notices.atom", headers=asked).status_code == 200
    assert client.get("/notices.atom", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_an_empty_feed_is_a_feed_and_stays_the_same(client, trade):
    first, again = client.get("/notices.atom?q=月球基地"), client.get("/notices.atom?q=月球基地")
    assert not feedparser.parse(first.content).bozo and first.content == again.content


def test_what_is_not_there_is_said(client, trade):
    for address in ("/projects/nothing.atom", "/parties/nothing.rss", "/projects/nothing.ics"):
        assert client.get(address).status_code == 404


def test_no_script_of_a_notice_is_markup_in_a_feed(client, hostile):
    atom = etree.fromstring(client.get("/notices.atom").content)
    (entry,) = atom.findall(ATOM + "entry")
    title, summary = entry.find(ATOM + "title"), entry.find(ATOM + "summary")
    assert title.get("type", "text") == "text" and title.text.startswith("<script>")
    assert summary.get("type") == "html" and "<" not in summary.text
    item = etree.fromstring(client.get("/notices.rss").content).find("channel/item")
    assert "<" not in item.find("title").text and "<" not in item.find("description").text
    assert SCRIPT.encode() not in client.get("/notices.atom").content


def test_pages_tell_readers_of_feeds_where_they_are(client, trade):
    page = client.get("/notices?market=construction").content.decode()
    for form, kind in (("atom", "application/atom+xml"), ("rss", "application/rss+xml"), ("ics", "text/calendar")):
        assert f'<link rel="alternate" type="{kind}"' in page and f'href="/notices.{form}?market=construction"' in page
    assert f'href="/projects/{PROJECT}.atom"' in client.get(f"/projects/{PROJECT}").content.decode()
    assert f'href="/parties/{WINNER}.atom"' in client.get(f"/parties/{WINNER}").content.decode()
