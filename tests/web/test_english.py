"""The portal in English: chosen by a link, kept apart, and never silently."""

import gettext
from html import unescape

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from ggzy.web.catalogue import gathering
from ggzy.web.portal.problems import catalogue
from tests.web.english import unmarked
from tests.web.portal.conftest import LOT, PROJECT, WINNER, _own_reader, caught_up, ledger, trade

__all__ = ["_own_reader", "caught_up", "ledger", "trade"]
ENGLISH = {settings.LANGUAGE_COOKIE_NAME: "en"}


@pytest.fixture
def english() -> Client:
    """A reader who has chosen English."""
    reader = Client()
    reader.cookies.load(ENGLISH)
    return reader


def test_everything_that_is_said_has_its_english():
    call_command("english", "--check")
    assert gathering.missing(gathering.merged()) == []


def test_the_compiled_catalogue_says_what_the_written_one_says():
    compiled = gettext.GNUTranslations(gathering.MO.open("rb"))
    written = [message for message in gathering.merged() if message.id]
    for message in written:
        if isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string
        else:
            assert tuple(compiled.ngettext(*message.id, n) for n in (1, 2)) == message.string


def test_placeholders_survive_translation():
    written = gathering.merged()
    assert not [(message.id, str(error)) for message in written for error in message.check(written)]


def test_the_link_in_the_head_keeps_the_address_and_its_filters(client, trade):
    page = client.get("/notices?q=松溪&market=construction&market=land").content.decode()
    link = unescape(page.split('lang="en"')[0].rpartition('href="')[2].partition('"')[0])
    chosen = client.get("/notices" + link)
    assert chosen.status_code == 302 and chosen["Cache-Control"] == "no-store"
    assert chosen["Location"] == "/notices?q=%E6%9D%BE%E6%BA%AA&market=construction&market=land"
    there = client.get(chosen["Location"])
    assert '<html lang="en">' in there.content.decode() and there["Content-Language"] == "en"
    back = client.get("/notices?q=%E6%9D%BE%E6%BA%AA&lang=zh-hans", follow=True)
    assert '<html lang="zh-hans">' in back.content.decode()
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == ""


@pytest.mark.parametrize("address", ["//evil.example/?lang=en", "/notices?lang=en&next=//evil.example"])
def test_choosing_a_language_never_leads_elsewhere(client, address):
    location = client.get(address)["Location"]
    assert not location.startswith("//") and location.startswith("/")


def test_an_unknown_language_changes_nothing(client, trade):
    page = client.get("/notices?lang=tlh")
    assert page.status_code == 200 and not page.cookies and '<html lang="zh-hans">' in page.content.decode()


def test_a_browser_that_prefers_english_sees_what_everybody_sees(client, trade):
    plain = client.get("/notices").content
    assert client.get("/notices", headers={"Accept-Language": "en"}).content == plain


def test_kept_pages_keep_their_language(client, english, trade):
    for address in ("/", "/notices", f"/notices/{trade['notice']}", f"/projects/{PROJECT}", f"/parties/{WINNER}"):
        for _again in range(2):
            chinese, other = client.get(address), english.get(address)
            assert '<html lang="zh-hans">' in chinese.content.decode()
            assert '<html lang="en">' in other.content.decode()
            assert chinese["ETag"] != other["ETag"] and {chinese["Vary"], other["Vary"]} == {"Cookie"}
        answer = english.get(address, headers={"If-None-Match": chinese["ETag"]})
        assert answer.status_code == 200 and answer["Vary"] == "Cookie"


def test_what_programs_read_goes_by_its_address_alone(client, english, trade):
    for address in ("/notices.atom", "/notices.ics", "/notices.csv", "/widgets/list", "/widgets/list.json"):
        assert _read(english, address) == _read(client, address), address
        spoken = client.get(f"{address}?lang=en")
        assert spoken.status_code == 200 and not spoken.cookies and "Cookie" not in spoken.get("Vary", "")
        assert _read(client, f"{address}?lang=en") != _read(client, address)


def _read(reader: Client, address: str) -> str:
    answer = reader.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()


def test_downloads_and_feeds_of_an_english_page_are_english(english, trade):
    page = english.get("/notices?market=construction").content.decode()
    assert 'href="/notices.csv?market=construction&amp;lang=en"' in page
    assert 'href="/notices.atom?market=construction&amp;lang=en"' in page
    table = _read(english, "/notices.csv?market=construction&lang=en")
    assert table.startswith("\ufeffNo.,Title,Market,Kind,") and ",Construction,Result," in table
    assert "<language>en" not in table and 'xml:lang="en"' in _read(english, "/notices.atom?lang=en")


def test_the_api_answers_in_chinese(english, db):
    refused = english.get("/api/records/1", headers={"Accept-Language": "en"})
    assert refused.json()["title"] == "没有找到" and "Content-Language" not in refused


def test_figures_days_and_numbers_are_written_as_in_english(english, trade):
    result = english.get(f"/notices/{trade['result']}").content.decode()
    assert "123,456,789.01 yuan" in result and unmarked(result) == [] and "2026-03-17 09:00 (Tue)" in result
    found = english.get("/notices?q=松溪").content.decode()
    assert '<b class="num">1</b> notice' in found and "notices" not in found.partition('<b class="num">1</b>')[2][:8]
    assert '<b class="num">2</b> notices' in english.get("/notices").content.decode()


def test_records_stay_as_they_were_sent_and_say_that_they_are_chinese(english, trade):
    page = english.get(f"/notices/{trade['notice']}").content.decode()
    assert '<h1><span lang="zh-Hans">示范市云汀区松溪' in page and '<title lang="zh-Hans">示范市云汀区松溪' in page


def test_errors_are_explained_in_english(english, trade):
    missing = english.get("/notices/999999")
    assert missing.status_code == 404 and "There is no such notice." in missing.content.decode()
    assert unmarked(missing.content.decode()) == []


@pytest.mark.parametrize(
    "address",
    [
        "/", "/about", "/notices", "/notices?q=松溪&market=construction&region=310101&since=2026-13-01&amount_min=x&sort=y",
        "/notices?q=没有这样的公告&stage=result&since=2026-01-01&until=2026-02-01&amount_max=1", "/regulatory",
        "/regulatory?topic=penalties&q=x", "/evidence", "/evidence/1999", "/problems", "/api/", "/standard",
        "/standard?q=招标", "/standard/503", "/standard/codes/region", "/standard/versions", "/standard/versions?from=x",
        f"/projects/{PROJECT}", f"/projects/{LOT}", f"/projects/{PROJECT}?part=lots", "/projects/none", f"/parties/{WINNER}",
        "/parties/none", "/subscriptions/new?market=land", "/exchange/sign-in", "/nowhere", "/widgets/list?lang=en",
        "/widgets/count?lang=en&days=x&theme=y&accent=z", "/widgets/demo?lang=en",
    ],
)  # fmt: skip
def test_no_page_has_chinese_that_does_not_say_so(english, trade, address):
    assert unmarked(english.get(address).content.decode()) == []


@pytest.mark.parametrize("part", ["", "/compare", "/proof", "/proof?version=1", "/related"])
@pytest.mark.parametrize("record", ["project", "procedure", "lot", "notice", "result"])
def test_no_page_of_a_record_has_chinese_that_does_not_say_so(english, trade, record, part):
    assert unmarked(english.get(f"/notices/{trade[record]}{part}").content.decode()) == []


def test_every_error_code_is_explained_in_english(english):
    for code in catalogue():
        assert unmarked(english.get(f"/problems/{code}").content.decode()) == [], code


def test_every_data_set_and_code_list_can_be_read_in_english(english, db):
    pages = english.get("/standard").content.decode()
    addresses = {part.partition('"')[0] for part in pages.split('href="/standard/')[1:]}
    assert len(addresses) > 150
    for address in addresses:
        answer = english.get(f"/standard/{address}")
        if answer["Content-Type"].startswith("text/html"):
            assert unmarked(answer.content.decode()) == [], address
