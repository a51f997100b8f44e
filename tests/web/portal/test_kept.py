"""A page that was just made is handed out again, and never a page that says something else."""

from datetime import UTC, datetime

from ggzy.kernel import clock
from ggzy.web.portal import kept, listing
from tests.web.portal.conftest import PROJECT


def test_a_page_is_made_once_while_nothing_changes(client, trade, monkeypatch):
    made = []
    monkeypatch.setattr(listing, "_pages", lambda *asked: made.append(asked) or [])
    client.get("/notices?page=1"), client.get("/notices?page=1")
    assert len(made) == 1


def test_who_has_the_page_of_this_second_is_told_so(client, trade, monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    tag = client.get("/notices")["ETag"]
    answer = client.get("/notices", headers={"if-none-match": tag})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    assert not tag.startswith("W/")
    assert client.get("/notices", headers={"if-none-match": '"other"'}).status_code == 200


def test_what_is_published_is_on_the_page_at_once(client, trade, ledger, caught_up):
    before = client.get("/notices"), client.get(f"/projects/{PROJECT}")
    ledger.publish(("503", "m", {"NOTICE_NAME": "刚刚发布的公告", "TENDER_PROJECT_CODE": PROJECT + "001"}))
    caught_up()
    for page in (client.get("/notices"), client.get(f"/projects/{PROJECT}")):
        assert "刚刚发布的公告" in page.content.decode()
        assert page["ETag"] not in {response["ETag"] for response in before}


def test_readers_at_another_address_get_their_own_page(client, trade):
    address = f"/notices/{trade['notice']}"
    assert (
        "打印自 http://127.0.0.1:8000/"
        in client.get(address, headers={"host": "127.0.0.1:8000"}).content.decode()
    )
    assert "打印自 https://testserver/" in client.get(address, secure=True).content.decode()


def test_caches_in_front_may_keep_a_page_for_a_second_and_nothing_else(client, trade):
    page = client.get("/notices")
    assert page["Cache-Control"] == "public, max-age=0, s-maxage=1"
    assert page["Vary"] == "Cookie" and not page.cookies
    for other in (
        client.get("/notices", {"q": PROJECT}),
        client.get("/notices/999999"),
        client.get("/exchange/sign-in"),
    ):
        assert "public" not in other.get("Cache-Control", "") and "ETag" not in other


def test_a_very_large_page_is_not_kept(client, trade, monkeypatch):
    made = []
    monkeypatch.setattr(kept, "LARGEST", 100)
    monkeypatch.setattr(listing, "_pages", lambda *asked: made.append(asked) or [])
    client.get("/notices?page=1"), client.get("/notices?page=1")
    assert len(made) == 2


def test_the_clock_on_a_kept_page_goes_on(client, trade, monkeypatch):
    before = client.get("/notices").content.decode()
    monkeypatch.setattr(clock, "now", lambda: datetime(2031, 3, 4, 1, 2, 3, tzinfo=UTC))
    page = client.get("/notices").content.decode()
    assert '<meta name="now" content="2031-03-04T09:02:03+08:00">' in page
    assert '<span id="clock">2031-03-04 09:02（周二）</span>' in page
    assert before[: before.index('content="')] == page[: page.index('content="')]
