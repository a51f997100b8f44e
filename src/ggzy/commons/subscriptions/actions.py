"""Subscribing, confirming, changing and cancelling. Events name the subscription by its random number, nobody's address."""

from typing import Any
from uuid import UUID

from ggzy.commons.subscriptions.models import Subscription
from ggzy.commons.subscriptions.states import SUBSCRIPTION
from ggzy.kernel.act import Act
from ggzy.kernel.actions import May, Outcome, action
from ggzy.kernel.errors import NotFound, Unprocessable

RHYTHMS = {"daily": "每天一封（早上八点）", "at_once": "有新内容就发（最多十分钟一封）"}


def _subject(act: Act, subscription: str, **_: Any) -> str:
    return f"subscription/{subscription}"


anyone = May(lambda act, **_: True, "人人可办")
holds_it = May(lambda act, subscription, **_: act.actor == f"subscriber:{subscription}", "须从邮件里的链接进入")


@action("subscription.ask", "登记订阅", subject=_subject, may=anyone, door=False)
def ask(
    act: Act, *, subscription: str, address: str, asked: str, rhythm: str, mailbox: bytes, client: bytes
) -> Outcome:
    """Ask to be told by e-mail what is new in a list; nothing but one mail is sent until it is confirmed."""
    _check(rhythm)
    made, is_new = Subscription.objects.get_or_create(
        address=address, asked=asked,
        defaults={
            "id": UUID(subscription), "rhythm": rhythm, "state": "asked", "mailbox": mailbox, "client": client,
            "asked_at": act.at, "due_at": act.at,
        },
    )  # fmt: skip
    return Outcome(is_new, {"subscription": subscription}, disclose="audit")


@action("subscription.confirm", "确认订阅", subject=_subject, may=holds_it, door=False)
def confirm(act: Act, *, subscription: str, next_idx: int) -> Outcome:
    """Say that the address is one's own; from this place in the ledger on one is told what is new."""
    found = _held(subscription)
    SUBSCRIPTION.move(found, "confirm")
    found.confirmed_at, found.next_idx, found.due_at, found.failures = act.at, next_idx, act.at, 0
    found.save(update_fields=["state", "confirmed_at", "next_idx", "due_at", "failures"])
    return Outcome(None, {"subscription": subscription}, disclose="audit")


@action("subscription.change", "更改订阅频次", subject=_subject, may=holds_it, door=False)
def change(act: Act, *, subscription: str, rhythm: str) -> Outcome:
    """Be told more often, or less."""
    _check(rhythm)
    found = _held(subscription)
    found.rhythm, found.due_at = rhythm, act.at
    found.save(update_fields=["rhythm", "due_at"])
    return Outcome(None, {"subscription": subscription, "rhythm": rhythm}, disclose="audit")


@action("subscription.cancel", "退订", subject=_subject, may=holds_it, door=False)
def cancel(act: Act, *, subscription: str) -> Outcome:
    """Be told no more; the address is deleted. Cancelling twice is no mistake."""
    Subscription.objects.filter(pk=UUID(subscription)).delete()
    return Outcome(None, {"subscription": subscription}, disclose="audit")


def _check(rhythm: str) -> None:
    if rhythm not in RHYTHMS:
        raise Unprocessable("请选择订阅频次。", code="subscription.rhythm", fields=["rhythm"])


def _held(subscription: str) -> Subscription:
    found = Subscription.objects.select_for_update().filter(pk=UUID(subscription)).first()
    if found is None:
        raise NotFound("这个订阅已经退订。如需订阅，请在列表页重新登记。", code="subscription.not_found")
    return found
