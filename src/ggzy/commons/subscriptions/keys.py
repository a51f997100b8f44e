"""The keys in the links of mails: who has one has read the mail. None is stored, and none ever changes."""

from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from ggzy.commons.subscriptions.models import Subscription
from ggzy.kernel.errors import NotFound


def key(subscription: UUID) -> str:
    """The key of one subscription, for its links."""
    made = salted_hmac("subscription", str(subscription), secret=settings.BLIND_KEY, algorithm="sha256")
    return made.hexdigest()[:40]


def opened(subscription: UUID, given: str) -> Subscription:
    """The subscription that a link opens; NotFound when the link is not ours, or it is cancelled already."""
    found = Subscription.objects.filter(pk=subscription).first()
    if found is None or not constant_time_compare(key(subscription), given):
        raise NotFound("这个链接已失效：订阅可能已经退订，或确认期已过。如需订阅，请在列表页重新登记。", code="subscription.not_found")
    return found


def digest(kind: str, text: str) -> bytes:
    """What limits count by instead of an address: a keyed digest, which nobody can find by trying."""
    return salted_hmac(f"subscription.{kind}", text, secret=settings.BLIND_KEY, algorithm="sha256").digest()
