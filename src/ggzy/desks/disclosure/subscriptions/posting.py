"""Handing over mails that are due. A mail server that is dead stops nothing: what is due stays due, and is tried again."""

import logging
import smtplib
from collections import defaultdict
from datetime import datetime, timedelta

from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import QuerySet

from ggzy.commons.subscriptions.limits import CONFIRM_WITHIN
from ggzy.commons.subscriptions.models import Subscription
from ggzy.desks.disclosure.subscriptions import mails
from ggzy.desks.disclosure.subscriptions.news import Since, asked
from ggzy.kernel import clock
from ggzy.standard import CHINA

MORNING = 8  # o'clock in the city
NOT_SOONER = timedelta(minutes=10)
_AT_A_TIME = 500
_HOPELESS = 30
"""Mails in a row, some weeks, that a mailbox did not take: it gets none any more."""
log = logging.getLogger(__name__)


class ServerAway(Exception):
    """The mail server does not answer, or does not let us in: nobody's mail would get through now."""


def post_due(now: datetime | None = None) -> int:
    """Hand over all mails that are due; says how many. Ends early when the mail server is away."""
    now = now or clock.now()
    Subscription.objects.filter(state="asked", asked_at__lt=now - CONFIRM_WITHIN).delete()
    due = Subscription.objects.filter(due_at__lte=now).order_by("due_at")
    server = mail.get_connection()
    try:
        return _confirmations(server, due.filter(state="asked"), now) + _digests(server, due.filter(state="confirmed"), now)
    except ServerAway as away:
        log.warning("the mail server is away, trying again in a minute: %s", away)
        return 0
    finally:
        server.close()


def _confirmations(server: BaseEmailBackend, due: QuerySet[Subscription], now: datetime) -> int:
    count = 0
    for one in due[:_AT_A_TIME]:
        if _handed_over(server, one, mails.confirmation(one), now):
            Subscription.objects.filter(pk=one.pk, state="asked").update(due_at=None, sent_at=now, failures=0)
            count += 1
    return count


def _digests(server: BaseEmailBackend, due: QuerySet[Subscription], now: datetime) -> int:
    """Those who were last told at the same place are told together: what changed since is found once for them."""
    together: dict[int, list[Subscription]] = defaultdict(list)
    for one in due:
        together[one.next_idx].append(one)
    count = 0
    for first, subscribers in together.items():
        since = Since(first)
        quiet: dict[str, list[object]] = defaultdict(list)
        for one in subscribers:
            news = since.news(asked(one.asked))
            if not news.total:
                quiet[one.rhythm].append(one.pk)
            elif _handed_over(server, one, mails.digest(one, news), now):
                _told(since.end, [one.pk], now, due_at=_next(one.rhythm, now, NOT_SOONER), sent_at=now, failures=0)
                count += 1
        for rhythm, numbers in quiet.items():
            _told(since.end, numbers, now, due_at=_next(rhythm, now, timedelta()))
    return count


def _told(end: int, numbers: list[object], now: datetime, **more: object) -> None:
    """Note how far subscribers have been told, unless they have changed their wishes meanwhile."""
    Subscription.objects.filter(pk__in=numbers, due_at__lte=now).update(next_idx=end, **more)


def _next(rhythm: str, now: datetime, pause: timedelta) -> datetime:
    """When to look again: the next morning, or after a pause."""
    if rhythm != "daily":
        return now + pause
    here = now.astimezone(CHINA)
    morning = here.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return morning if morning > here else morning + timedelta(days=1)


def _handed_over(server: BaseEmailBackend, one: Subscription, message: mail.EmailMultiAlternatives, now: datetime) -> bool:
    """Hand one mail over. A mailbox that refuses waits longer and longer; a server that fails raises ServerAway."""
    message.connection = server
    try:
        message.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as refused:
        failures = one.failures + 1
        wait = min(timedelta(minutes=2**failures), timedelta(days=1))
        due_at = None if failures >= _HOPELESS else now + wait
        Subscription.objects.filter(pk=one.pk).update(failures=failures, due_at=due_at)
        log.info("subscription %s: its mailbox does not take mail (%s)", one.pk, type(refused).__name__)
        return False
    except (OSError, smtplib.SMTPException) as problem:
        raise ServerAway(type(problem).__name__) from problem
    return True
