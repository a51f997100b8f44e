"""The reporting console in English: everything but what came in Chinese, which says so."""

from django.conf import settings

from tests.web.english import unmarked

PROJECT = "E3100000001000001"


def test_no_page_of_the_console_has_chinese_that_does_not_say_so(client, token, send, line):
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    refused, held = send(line("500", PROJECT_CODE=PROJECT, PROJECT_NAME=None), line("501", PROJECT_CODE=PROJECT))
    wrong = client.post("/exchange/sign-in", {"token": "wrong"})
    assert wrong.status_code == 401 and unmarked(wrong.content.decode()) == []
    client.post("/exchange/sign-in", {"token": token})
    made = client.post("/exchange/webhooks", {"address": "https://93.184.215.14/in", "label": "变更", "market": "land", "kind": "deal"})
    assert made.status_code == 200 and unmarked(made.content.decode()) == []
    addresses = [f"/exchange/quarantine/{answer['quarantine']}" for answer in (refused, held)]
    for address in ("/exchange/quarantine", "/exchange/quarantine?state=held", "/exchange/packages", "/exchange/webhooks", "/exchange/webhooks/1",
                    *addresses):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 200 and unmarked(answer.content.decode()) == [], address
    for data in ({"verb": "dismiss", "reason": "x"}, {"verb": "replay", "line": "{"}, {"verb": "dismiss", "reason": "误报", "sure": "1"}):
        answer = client.post(addresses[0], data, follow=True)
        assert unmarked(answer.content.decode()) == []
    for verb in ("pause", "resume", "rotate", "nothing"):
        assert unmarked(client.post("/exchange/webhooks/1", {"verb": verb}, follow=True).content.decode()) == [], verb
