"""What answers mean for the deliveries and the webhooks that got them."""

import logging
from datetime import datetime

from django.db import connection, transaction

from ggzy.desks.exchange.webhooks import backoff
from ggzy.desks.exchange.webhooks.lanes import Lanes, Waiting
from ggzy.desks.exchange.webhooks.models import Delivery, Webhook
from ggzy.desks.exchange.webhooks.sending import Answer
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform

_GONE = 410
_NOTE = """
UPDATE exchange_delivery d SET state = CASE WHEN o.fault = '' THEN 'delivered' ELSE d.state END,
 attempts = o.attempts, due_at = o.due_at, tried_at = %(now)s, status = o.status, fault = o.fault, took_ms = o.took_ms
FROM unnest(%(pk)s::bigint[], %(attempts)s::int[], %(due_at)s::timestamptz[], %(status)s::int[], %(fault)s::text[],
 %(took_ms)s::int[]) AS o(pk, attempts, due_at, status, fault, took_ms)
WHERE d.id = o.pk
"""
log = logging.getLogger(__name__)


class Outcomes:
    """Answers that came together and are written together."""

    def __init__(self) -> None:
        self._all: list[tuple[Lanes, Waiting, Answer]] = []

    def add(self, lanes: Lanes, one: Waiting, answer: Answer) -> None:
        """Take one answer in."""
        self._all.append((lanes, one, answer))

    def write(self, now: datetime) -> None:
        """Note what became of each delivery and what that says of its webhook; then let the lanes go on."""
        if not self._all:
            return
        for _, one, answer in self._all:
            one.attempts += 1
            if not answer.arrived:
                one.due_at = now + backoff.wait(one.attempts)
        with transaction.atomic():
            self._note(now)
            touched = {lanes.webhook.pk: lanes for lanes, _, _ in self._all}
            recovered = [lanes for lanes in touched.values() if self._judge(lanes, now)]
            for lanes in recovered:
                Delivery.objects.filter(webhook_id=lanes.webhook.pk, state="waiting").update(due_at=now)
        for lanes, one, answer in self._all:
            lanes.under_way.pop(one.pk, None)
            if answer.arrived:
                lanes.waiting.pop(one.pk, None)
        for lanes in recovered:
            for one in lanes.waiting.values():
                one.due_at = now
        for lanes, one, answer in self._all:
            _halt_when_hopeless(lanes, one, answer)

    def _note(self, now: datetime) -> None:
        columns = {
            "pk": [one.pk for _, one, _ in self._all],
            "attempts": [one.attempts for _, one, _ in self._all],
            "due_at": [one.due_at for _, one, _ in self._all],
            "status": [answer.status for _, _, answer in self._all],
            "fault": [answer.fault for _, _, answer in self._all],
            "took_ms": [answer.took_ms for _, _, answer in self._all],
        }
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, {"now": now, **columns})

    def _judge(self, lanes: Lanes, now: datetime) -> bool:
        """Count the failures in a row of one webhook; says whether one that was away has come back."""
        webhook = lanes.webhook
        was_away = webhook.failures >= backoff.FEW
        for mine, one, answer in self._all:
            if mine is lanes and answer.arrived:
                webhook.failures, webhook.quiet_until, webhook.succeeded_at = 0, None, now
            elif mine is lanes and _is_news(webhook, one):
                webhook.failures += 1
                if webhook.failures >= backoff.FEW:
                    webhook.quiet_until = now + backoff.wait(webhook.failures - backoff.FEW + 1)
        Webhook.objects.filter(pk=webhook.pk).update(
            failures=webhook.failures, quiet_until=webhook.quiet_until, succeeded_at=webhook.succeeded_at
        )
        return was_away and webhook.failures == 0


def _is_news(webhook: Webhook, one: Waiting) -> bool:
    """Whether a failure tells more than is known: those under way together when a receiver fell count once."""
    return webhook.quiet_until is None or (one.sent_at is not None and one.sent_at >= webhook.quiet_until)


def _halt_when_hopeless(lanes: Lanes, one: Waiting, answer: Answer) -> None:
    """Stop a webhook that has failed for days, or whose receiver says that it is gone for good; its owner sees why."""
    if answer.arrived:
        return
    if answer.status == _GONE:
        reason = "接收方答复此地址已永久停用（HTTP 410）"
    elif backoff.is_over(lanes.webhook.failures - backoff.FEW + 1):
        reason = f"连续多次推送失败，最近一次：{answer.fault}"
    elif backoff.is_over(one.attempts):
        reason = f"消息 {one.message_id} 试了 {one.attempts} 次都没有送达，最近一次：{answer.fault}"
    else:
        return
    if Webhook.objects.filter(pk=lanes.webhook.pk, state="active").exists():
        perform(Act("clock", "clock", "clock"), "webhook.halt", webhook=lanes.webhook.pk, reason=reason)
        log.warning("webhook %s is halted", lanes.webhook.pk)
