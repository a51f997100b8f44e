"""Whose webhooks they are, what can be done with them, and what stays secret."""

import json
import logging

import pytest

from ggzy.desks.exchange.webhooks.models import Delivery, Webhook
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Conflict, Forbidden, NotFound, Unprocessable
from ggzy.kernel.ledger.models import Event
from tests.desks.exchange.webhooks.conftest import delivering
from tests.desks.exchange.webhooks.test_delivery import assert_in_order, await_fault, report

STRANGER = Act("system:91310000MA1K00002X", "system", "console")


def test_nobody_else_touches_it(hook, receiver, building):
    number, _ = hook(receiver.url)
    for verb in ("pause", "resume", "remove", "rotate"):
        with pytest.raises(Forbidden):
            perform(STRANGER, f"webhook.{verb}", webhook=number)
    with pytest.raises(Forbidden):
        perform(STRANGER, "webhook.create", source=building.source, address=receiver.url)
    with pytest.raises(Forbidden):
        perform(Act(building.actor, "system", "api"), "webhook.halt", webhook=number, reason="x")
    with pytest.raises(NotFound):
        perform(STRANGER, "webhook.pause", webhook=number + 1)


def test_a_token_for_some_data_sets_sees_only_what_such_a_token_made(hook, receiver, owner, building):
    number, _ = hook(receiver.url)
    narrow = Act(owner.actor, "system", "console", scope=("50",))
    with pytest.raises(NotFound):
        perform(narrow, "webhook.pause", webhook=number)
    own = perform(narrow, "webhook.create", source=building.source, address=receiver.url).result["webhook"]
    perform(narrow, "webhook.pause", webhook=own)
    perform(owner, "webhook.resume", webhook=own)


def test_neither_secret_nor_address_is_in_events_database_or_logs(hook, receiver, owner, send, line, sequence, caplog):
    caplog.set_level(logging.DEBUG)
    address = f"{receiver.url}?key=AN-OWNERS-OWN-KEY"
    number, secret = hook(address)
    newer = perform(owner, "webhook.rotate", webhook=number).result["secret"]
    report(send, line, sequence, 1)
    receiver.behave = lambda message: 500
    with delivering():
        await_fault()
    written = " ".join(body + subject for body, subject in Event.objects.values_list("body", "subject"))
    rows = repr(list(Webhook.objects.values())) + repr(list(Delivery.objects.values()))
    for given in (secret, newer):
        assert given.removeprefix("whsec_") not in written + rows + caplog.text
    assert "AN-OWNERS-OWN-KEY" not in written + caplog.text
    assert set(Event.objects.filter(type__startswith="webhook.").values_list("disclose", flat=True)) == {"audit"}


def test_what_cannot_be_meant_is_refused_in_words(hook, receiver):
    for given in ({"data_sets": ["9x9"]}, {"markets": ["moon"]}, {"kinds": ["?"]}, {"data_sets": [""]}, {"label": "a" * 101}):
        with pytest.raises(Unprocessable):
            hook(receiver.url, **given)
    for _ in range(10):
        hook(receiver.url)
    with pytest.raises(Unprocessable) as refused:
        hook(receiver.url)
    assert refused.value.code == "webhook.too_many"


def test_what_comes_while_it_is_paused_comes_when_it_is_resumed(hook, receiver, owner, send, line, sequence):
    number, _ = hook(receiver.url)
    perform(owner, "webhook.pause", webhook=number)
    with pytest.raises(Conflict):
        perform(owner, "webhook.pause", webhook=number)
    report(send, line, sequence, 5, versions=2)
    with delivering():
        perform(owner, "webhook.resume", webhook=number)
        receiver.await_taken(10)
    assert_in_order(receiver.taken)


def test_one_change_is_pushed_again_under_the_same_number(hook, receiver, owner, send, line, sequence):
    number, _ = hook(receiver.url)
    report(send, line, sequence, 2)
    with delivering():
        receiver.await_taken(2)
        again = Delivery.objects.order_by("idx", "pk").first()
        perform(owner, "webhook.redeliver", webhook=number, delivery=again.pk)
        while len(receiver.taken) < 3:
            pass
    assert receiver.taken[2].id == f"msg_{again.head_id}_{again.version}"
    assert receiver.taken[2].body in [message.body for message in receiver.taken[:2]]


def test_all_is_pushed_again_from_some_place_on(hook, receiver, owner, send, line, sequence):
    number, _ = hook(receiver.url)
    report(send, line, sequence, 6, versions=2)
    with delivering():
        receiver.await_taken(12)
        first = list(receiver.taken)
        receiver.taken.clear()
        perform(owner, "webhook.rewind", webhook=number, index=first[0].change["index"])
        receiver.await_taken(12)
    assert {m.id for m in receiver.taken} == {m.id for m in first}
    assert_in_order(receiver.taken)
    with pytest.raises(Unprocessable):
        perform(owner, "webhook.rewind", webhook=number, index=10**6)


def test_a_message_that_is_never_taken_can_be_skipped_and_lets_the_rest_pass(hook, receiver, owner, send, line, sequence):
    number, _ = hook(receiver.url)
    receiver.behave = lambda message: 422 if json.loads(message.body)["version"] == 1 else 200
    report(send, line, sequence, 1, versions=2)
    with delivering():
        await_fault()
        assert not receiver.taken
        stuck = Delivery.objects.order_by("idx").first()
        perform(owner, "webhook.skip", webhook=number, delivery=stuck.pk)
        receiver.await_taken(1)
    assert receiver.taken[0].change["version"] == 2
    assert Delivery.objects.get(pk=stuck.pk).state == "skipped"


def test_a_removed_webhook_is_gone(hook, receiver, owner, send, line, sequence):
    number, _ = hook(receiver.url)
    report(send, line, sequence, 1)
    perform(owner, "webhook.remove", webhook=number)
    with pytest.raises(NotFound):
        perform(owner, "webhook.resume", webhook=number)
    assert not Delivery.objects.exists()


def test_a_program_pauses_and_resumes_it_and_never_gets_a_secret(hook, receiver, client, token):
    number, _ = hook(receiver.url)
    for verb, state in (("pause", "paused"), ("resume", "active")):
        answer = client.post(
            f"/api/acts/webhook.{verb}", {"webhook": number}, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {token}"
        )
        assert answer.json()["result"]["state"] == state
    for verb in ("create", "rotate", "halt"):  # answers are kept for who repeats a request: no place for a secret
        answer = client.post(f"/api/acts/webhook.{verb}", {}, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {token}")
        assert answer.status_code == 404
