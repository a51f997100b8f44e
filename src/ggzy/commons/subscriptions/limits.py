"""Limits on asking for mail: a form that mails whatever address one types must not become a weapon."""

import re
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ggzy.commons.subscriptions.keys import digest
from ggzy.commons.subscriptions.models import Subscription
from ggzy.kernel.errors import Refusal, Unprocessable

CONFIRM_WITHIN = timedelta(days=2)
MAILBOX_A_DAY = 3
"""Unconfirmed requests for one mailbox within a day, whoever asks."""
MAILBOX_IN_ALL = 30
CLIENT_AN_HOUR = 10
ALL_AN_HOUR = 500
"""Of the whole platform: a flood from many places stops here, and so do the mails that it would send."""
_TAG = re.compile(r"\+[^@]*(?=@)")


class TooMany(Refusal):
    """Asked too often."""

    status, code, title = 429, "subscription.too_many", "请求过于频繁"


def address(given: str) -> str:
    """An e-mail address as it is kept; Unprocessable when mail cannot be sent there."""
    text = given.strip()
    try:
        validate_email(text)
    except ValidationError:
        raise Unprocessable("邮箱地址的格式不对，例如 name@example.com。请检查。", code="subscription.address", fields=["address"]) from None
    local, _, domain = text.rpartition("@")
    if len(text) > 254 or not text.isascii():
        raise Unprocessable("邮箱地址过长或含有汉字，请换一个地址。", code="subscription.address", fields=["address"])
    return f"{local}@{domain.lower()}"


def mailbox(address: str) -> bytes:
    """Whose mailbox it is, as limits see it: name+one@ and Name+two@ are the same person's."""
    return digest("mailbox", _TAG.sub("", address.lower()))


def may_ask(mailbox: bytes, client: bytes, now: datetime) -> bool:
    """Whether one more mail may be asked for. TooMany tells a client that asks too often.

    A mailbox that has been asked enough gets no mail, and who asks is not told: otherwise the form would say who
    subscribes to what.
    """
    hour, recent = now - timedelta(hours=1), Subscription.objects.filter(asked_at__gt=now - timedelta(days=1))
    if recent.filter(client=client, asked_at__gt=hour).count() >= CLIENT_AN_HOUR:
        raise TooMany("您登记得太频繁，请一小时后再试。", retry_after=3600)
    if recent.filter(asked_at__gt=hour, state="asked").count() >= ALL_AN_HOUR:
        raise TooMany("现在登记订阅的人太多，请一小时后再试。", retry_after=3600)
    of_mailbox = Subscription.objects.filter(mailbox=mailbox)
    waiting = of_mailbox.filter(state="asked", asked_at__gt=now - timedelta(days=1)).count()
    return waiting < MAILBOX_A_DAY and of_mailbox.count() < MAILBOX_IN_ALL
