"""What readers mean, on pages: other words for the same are said, and notices like one are a click away."""

from tests.web.portal.test_pages import text_of


def test_the_words_looked_for_besides_are_said_and_quotes_stop_them(client, trade):
    assert "同时查找：计算机、微机" in text_of(client.get("/notices?q=电脑"))
    assert "同时查找" not in text_of(client.get("/notices?q=“电脑”"))


def test_notices_of_other_trades_like_one_are_a_click_away(client, trade):
    head = next(iter(trade.values()))
    page = client.get(f"/notices/{head}").content.decode()
    assert f'href="/notices/{head}/related"' in page
    assert "相近公告" in text_of(client.get(f"/notices/{head}/related"))
    assert client.get("/notices/999999/related").status_code == 404
