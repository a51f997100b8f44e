"""From the ledger to deliveries: each webhook walks through the ledger by itself, so the ledger is the queue.

A webhook whose receiver is away stops walking when enough waits for it; it costs no more rows than that, however
long the receiver stays away, and loses nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from ggzy.desks.exchange.webhooks.choosing import subjects, wants
from ggzy.desks.exchange.webhooks.models import Delivery, Webhook
from ggzy.kernel.ledger import feed
from ggzy.kernel.ledger.feed import Published

ENOUGH = 1000
"""Deliveries that wait for a webhook before it goes on walking through the ledger."""
EVENTS = 5


def walk(webhooks: Iterable[Webhook], now: datetime) -> set[int]:
    """Let webhooks take some steps through the ledger; the numbers of those that found something to deliver.

    Those that stand at the same place read it once together.
    """
    end = feed.end()
    together: dict[int, list[Webhook]] = defaultdict(list)
    for webhook in webhooks:
        if webhook.next_idx < end:
            together[webhook.next_idx].append(webhook)
    found: set[int] = set()
    for first, walkers in together.items():
        records = list(feed.published(first, min(EVENTS, end - first)))
        for webhook in walkers:
            wanted = [one for one in records if wants(webhook, one)]
            if _step(webhook, first, min(first + EVENTS, end), wanted, now):
                found.add(webhook.pk)
    return found


def _step(webhook: Webhook, first: int, after: int, wanted: list[Published], now: datetime) -> bool:
    """Write the deliveries and move on, both or neither; nothing when it was sent back or stopped meanwhile."""
    with transaction.atomic():
        mine = Webhook.objects.filter(pk=webhook.pk, next_idx=first, state="active")
        if not mine.update(next_idx=after):
            return False
        rows = [
            Delivery(
                webhook=webhook, idx=one.idx, head_id=one.head_id, version=one.version, data_set=one.data_set,
                subjects=subjects(one), state="waiting", due_at=now,
            )
            for one in wanted
        ]  # fmt: skip
        # A webhook that was sent back meets deliveries of its first time here: they become new again.
        Delivery.objects.bulk_create(
            rows, batch_size=500, update_conflicts=True, unique_fields=["webhook", "head_id", "version"],
            update_fields=["idx", "state", "due_at", "attempts", "status", "fault"],
        )  # fmt: skip
    webhook.next_idx = after
    return bool(rows)
