"""Webhooks in the browser, as the holder of a trading system's token sees them."""

import re

import pytest

from ggzy.desks.exchange.models import Delivery, Webhook
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.standard import identifiers
from tests.desks.exchange.webhooks.conftest import delivering
from tests.desks.exchange.webhooks.receiver import Receiver
from tests.desks.exchange.webhooks.test_delivery import await_fault, await_halt, report


@pytest.fixture(autouse=True)
def _loopback(settings) -> None:
    settings.WEBHOOK_NETWORKS = ("127.0.0.0/8",)


@pytest.fixture
def receiver():
    made = Receiver().live()
    yield made
    made.die()


@pytest.fixture
def page(client, token):
    """The browser of somebody who is signed in."""
    assert client.post("/exchange/sign-in", {"token": token}).status_code == 302
    return client


def create(page, address: str, **more: object) -> str:
    """Set a webhook up by the form; the page that shows its secret."""
    response = page.post("/exchange/webhooks", {"address": address, **more})
    assert response.status_code == 200, response.content.decode()
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def test_without_a_token_one_is_asked_for_it(client, db):
    for path in ("/exchange/webhooks", "/exchange/webhooks/1"):
        assert client.get(path).status_code == 302
        assert client.post(path, {"verb": "pause"}).status_code == 302


def test_the_secret_is_shown_once(page, receiver):
    shown = create(page, receiver.url, label="交换平台", data_sets="50 19", market="construction")
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]{40,}", shown)
    webhook = Webhook.objects.get()
    assert (webhook.data_sets, webhook.markets) == (["19", "50"], ["construction"])
    for path in ("/exchange/webhooks", f"/exchange/webhooks/{webhook.pk}"):
        assert secret not in page.get(path).content.decode()
    assert "交换平台" in page.get("/exchange/webhooks").content.decode()


def test_an_unsafe_address_is_refused_and_what_was_typed_stays(page):
    response = page.post("/exchange/webhooks", {"address": "https://169.254.169.254/latest", "label": "我的"})
    said = response.content.decode()
    assert response.status_code == 422
    assert "内部网络" in said and 'value="https://169.254.169.254/latest"' in said and 'value="我的"' in said
    assert not Webhook.objects.exists()


def test_a_test_message_says_what_the_receiver_did(page, receiver):
    create(page, receiver.url)
    path = f"/exchange/webhooks/{Webhook.objects.get().pk}"
    assert "测试消息已收到" in page.post(path, {"verb": "test"}).content.decode()
    assert receiver.taken[0].change["test"] is True and receiver.taken[0].id.startswith("test_")
    receiver.die()
    assert "无法连接接收方" in page.post(path, {"verb": "test"}).content.decode()


def test_what_failed_can_be_seen_tried_again_and_skipped(page, receiver, send, line, sequence):
    create(page, receiver.url)
    number = Webhook.objects.get().pk
    receiver.behave = lambda message: 422
    report(send, line, sequence, 1)
    with delivering():
        await_fault()
        shown = page.get(f"/exchange/webhooks/{number}?state=waiting").content.decode()
        assert "接收方拒收（HTTP 422）" in shown and "立即重试" in shown
        receiver.behave = lambda message: 200
        delivery = Delivery.objects.get().pk
        assert page.post(f"/exchange/webhooks/{number}", {"verb": "redeliver", "delivery": delivery}).status_code == 302
        receiver.await_taken(1)
    Delivery.objects.update(state="waiting", fault="x")
    page.post(f"/exchange/webhooks/{number}", {"verb": "skip", "delivery": delivery})
    assert "已跳过" in page.get(f"/exchange/webhooks/{number}").content.decode()


def test_a_halted_one_says_why_and_is_resumed(page, receiver, send, line, sequence):
    create(page, receiver.url)
    number = Webhook.objects.get().pk
    receiver.behave = lambda message: 410
    report(send, line, sequence, 1)
    with delivering():
        await_halt(number)
        assert "HTTP 410" in page.get(f"/exchange/webhooks/{number}").content.decode()
        assert "因故障停推" in page.get("/exchange/webhooks").content.decode()
        receiver.behave = lambda message: 200
        assert page.post(f"/exchange/webhooks/{number}", {"verb": "resume"}).status_code == 302
        receiver.await_taken(1)


def test_what_cannot_be_taken_back_is_asked_twice(page, receiver):
    create(page, receiver.url)
    path = f"/exchange/webhooks/{Webhook.objects.get().pk}"
    for verb in ("remove", "rotate"):
        assert page.post(path, {"verb": verb}).status_code == 422
    assert "whsec_" in page.post(path, {"verb": "rotate", "sure": "on"}).content.decode()
    assert page.post(path, {"verb": "remove", "sure": "on"}).status_code == 302
    assert page.get(path).status_code == 404


def test_bad_input_is_answered_in_words(page, receiver):
    create(page, receiver.url)
    path = f"/exchange/webhooks/{Webhook.objects.get().pk}"
    for given in (
        {"verb": "dance"}, {}, {"verb": "skip", "delivery": "x"}, {"verb": "skip", "delivery": "9" * 30},
        {"verb": "redeliver", "delivery": "5"}, {"verb": "rewind", "index": "-1"}, {"verb": "rewind", "index": "99999"},
    ):  # fmt: skip
        assert page.post(path, given).status_code in (404, 422), given
    assert page.get(f"{path}?page=zz&state=%00").status_code == 200
    assert page.post("/exchange/webhooks", {"address": "x\0y", "label": "a\0b"}).status_code == 422


def test_anothers_webhook_is_not_found(page, receiver):
    stranger = "91310000MA1K00003W"
    operator = Act("operator:test", "operator", "console")
    other = perform(operator, "system.admit", platform_code=_valid(stranger), name="别的系统").result
    made = perform(Act(f"system:{other}", "system", "console"), "webhook.create", source=other, address=receiver.url).result
    for response in (page.get(f"/exchange/webhooks/{made['webhook']}"), page.post(f"/exchange/webhooks/{made['webhook']}", {"verb": "pause"})):
        assert response.status_code == 404


def _valid(code: str) -> str:
    """The code with the check digit that it needs."""
    return next(code[:17] + c for c in "0123456789ABCDEFGHJKLMNPQRTUWXY" if identifiers.uscc_valid(code[:17] + c))
