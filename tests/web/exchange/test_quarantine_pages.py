"""The quarantine in the browser: come in with the token, see why, correct, send again, dismiss."""

import html

from ggzy.desks.exchange.models import Quarantined, Token
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.ledger.models import Head

PROJECT = "E3100000001000001"


def sign_in(client, token: str) -> None:
    assert client.post("/exchange/sign-in", {"token": token}).status_code == 302


def test_without_a_token_one_is_asked_for_it(client, db):
    response = client.get("/exchange/quarantine")
    assert response.status_code == 302
    assert response["Location"].startswith("/exchange/sign-in")
    assert client.post("/exchange/sign-in", {"token": "wrong"}).status_code == 401


def test_the_sign_in_page_tells_where_the_demos_token_lies(client, db, settings, tmp_path):
    settings.HOME = tmp_path
    assert "demo.token" not in client.get("/exchange/sign-in").content.decode()
    (tmp_path / "demo.token").write_text("ggzy_secret")
    page = client.get("/exchange/sign-in").content.decode()
    assert f"cat {tmp_path}/demo.token" in page
    assert "ggzy_secret" not in page


def test_the_list_shows_what_waits_and_why(client, token, send, line):
    send(line("501", PROJECT_CODE=PROJECT), b"{broken")
    sign_in(client, token)
    page = client.get("/exchange/quarantine").content.decode()
    assert f"project:{PROJECT}" in page
    assert "不是完整的 JSON" in page
    only_held = client.get("/exchange/quarantine?state=held").content.decode()
    assert "不是完整的 JSON" not in only_held


def test_a_line_is_corrected_in_the_browser_and_becomes_a_record(client, token, send, line):
    (answer,) = send(line("500", PROJECT_CODE=PROJECT, PROJECT_NAME=None))
    sign_in(client, token)
    address = f"/exchange/quarantine/{answer['quarantine']}"
    assert "PROJECT_NAME" in client.get(address).content.decode()
    page = client.post(address, {"verb": "replay", "line": line("500", PROJECT_CODE=PROJECT).decode()})
    assert "已入库" in page.content.decode()
    assert Head.objects.count() == 1
    settled = client.get(address).content.decode()
    for shown in (page.content.decode(), settled):
        assert "入库于" in shown
        assert f'href="/notices/{Head.objects.get().pk}"' in shown
        assert "&#34;PROJECT_NAME&#34;" not in shown  # what was received, not what it was corrected to


def test_the_warnings_of_a_line_stand_beside_its_faults(client, token, send, line):
    raw = line("500", PROJECT_CODE=PROJECT, PROJECT_NAME=None, REGION_CODE="999999")
    (answer,) = send(raw)
    assert answer["warnings"]
    sign_in(client, token)
    address = f"/exchange/quarantine/{answer['quarantine']}"
    before, after = client.get(address), client.post(address, {"verb": "replay", "line": raw.decode()})
    for page in (before, after):
        assert answer["warnings"][0]["text"] in html.unescape(page.content.decode())


def test_a_correction_that_is_still_wrong_says_what_is_wrong_and_keeps_what_was_typed(client, token, send, line):
    (answer,) = send(line("500", PROJECT_CODE=PROJECT, PROJECT_NAME=None))
    sign_in(client, token)
    typed = line("500", PROJECT_CODE=PROJECT, PROJECT_NAME="长" * 601).decode()
    page = client.post(f"/exchange/quarantine/{answer['quarantine']}", {"verb": "replay", "line": typed}).content.decode()
    assert "长" * 601 in page
    assert "record.field_too_long" in page


def test_a_line_is_dismissed_only_with_a_ground(client, token, send):
    (answer,) = send(b"{")
    sign_in(client, token)
    address = f"/exchange/quarantine/{answer['quarantine']}"
    for given in ({"reason": "测试数据"}, {"reason": " ", "sure": "on"}, {"reason": "\0", "sure": "on"}):
        assert client.post(address, {"verb": "dismiss", **given}).status_code == 422
    client.post(address, {"verb": "dismiss", "reason": "测试数据", "sure": "on"})
    assert Quarantined.objects.get().state == "dismissed"
    page = client.get(address).content.decode()
    assert "作废于" in page
    assert "理由：测试数据" in page


def test_nobody_sees_anothers_lines(client, token, send, db):
    (answer,) = send(b"{")
    operator = Act("operator:test", "operator", "console")
    perform(operator, "system.admit", platform_code="12320200466372674G", name="别的系统")
    other = perform(operator, "token.issue", platform_code="12320200466372674G").result["token"]
    sign_in(client, other)
    assert client.get(f"/exchange/quarantine/{answer['quarantine']}").status_code == 404


def test_a_revoked_token_ends_the_session(client, token, send, building):
    sign_in(client, token)
    operator = Act("operator:test", "operator", "console")
    perform(operator, "token.revoke", platform_code=building.source, token=Token.objects.get().pk)
    assert client.get("/exchange/quarantine").status_code == 302
