"""What waits for one webhook, and what of it may be sent now: per subject one after the other, else side by side."""

from dataclasses import dataclass
from datetime import datetime

from ggzy.desks.exchange.webhooks.backoff import FEW
from ggzy.desks.exchange.webhooks.models import Delivery, Webhook

AT_ONCE = 8
"""Messages under way to one webhook at the same time."""
_SEEN = 2000
_FIELDS = ("pk", "head_id", "version", "subjects", "attempts", "due_at")


def message_id(head_id: int, version: int) -> str:
    """How receivers know a message that comes again."""
    return f"msg_{head_id}_{version}"


@dataclass(slots=True)
class Waiting:
    """One delivery that waits or is under way."""

    pk: int
    head_id: int
    version: int
    subjects: list[str]
    attempts: int
    due_at: datetime
    sent_at: datetime | None = None

    @property
    def message_id(self) -> str:
        """The webhook-id: the same however often, and to whomever, this version of this record is sent."""
        return message_id(self.head_id, self.version)


class Lanes:
    """The oldest deliveries that wait for one webhook, in the order of the ledger."""

    def __init__(self, webhook: Webhook) -> None:
        self.webhook = webhook
        self.waiting: dict[int, Waiting] = {}
        self.under_way: dict[int, Waiting] = {}

    def load(self, webhook: Webhook) -> None:
        """Read what waits, and the webhook itself, as they are now; what is under way stays what it is."""
        self.webhook = webhook
        rows = Delivery.objects.filter(webhook_id=webhook.pk, state="waiting").order_by("idx", "pk")
        found = (Waiting(*row) for row in rows.values_list(*_FIELDS)[:_SEEN])
        self.waiting = {one.pk: self.under_way.get(one.pk, one) for one in found}

    def ready(self, now: datetime) -> list[Waiting]:
        """What may be sent now. A later message waits for an earlier one of the same subject, whatever holds that up."""
        away = self.webhook.failures >= FEW
        if away and self.webhook.quiet_until and now < self.webhook.quiet_until:
            return []
        free = (1 if away else AT_ONCE) - len(self.under_way)
        chosen: list[Waiting] = []
        busy = {subject for one in self.under_way.values() for subject in one.subjects}
        for one in self.waiting.values():
            if len(chosen) >= free:
                break
            if one.pk in self.under_way:
                continue
            if one.due_at <= now and busy.isdisjoint(one.subjects):
                chosen.append(one)
            busy.update(one.subjects)
        return chosen

    def begin(self, one: Waiting, now: datetime) -> None:
        """It is under way from now on."""
        one.sent_at = now
        self.under_way[one.pk] = one
