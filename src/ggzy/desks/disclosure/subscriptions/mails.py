"""The mails: one that asks for confirmation, and the digest. Both as plain text and as HTML.

The templates are named, not imported: how they look is the web's business (templates/mail). Links begin with the
site's configured address, for nobody's request is there to say.
"""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from ggzy.commons.subscriptions.actions import RHYTHMS
from ggzy.commons.subscriptions.keys import key
from ggzy.commons.subscriptions.models import Subscription
from ggzy.desks.disclosure.subscriptions.news import News, asked, titled


def page_of(subscription: Subscription) -> str:
    """Where a subscriber confirms, changes and cancels: a link that only the mail's reader has."""
    return f"{settings.SITE}/subscriptions/{subscription.pk}/{key(subscription.pk)}"


def confirmation(subscription: Subscription) -> EmailMultiAlternatives:
    """Ask whoever reads this mailbox whether it was they who subscribed."""
    list_title = titled(asked(subscription.asked))
    return _mail(subscription, "confirm", f"请确认订阅：{list_title}", list_title=list_title)


def digest(subscription: Subscription, news: News) -> EmailMultiAlternatives:
    """Tell what is new in the list."""
    list_title = titled(asked(subscription.asked))
    return _mail(
        subscription, "digest", f"{list_title}：新增或更新 {news.total} 条", list_title=list_title, news=news,
        list_url=f"{settings.SITE}/notices?{subscription.asked}", rhythm=RHYTHMS[subscription.rhythm],
    )  # fmt: skip


def _mail(subscription: Subscription, template: str, subject: str, **given: object) -> EmailMultiAlternatives:
    """A mail with the headers for cancelling in one click (RFC 2369, RFC 8058) and those that stop autoresponders."""
    page = page_of(subscription)
    context = {"site": settings.SITE, "city": settings.CITY, "page": page, **given}
    message = EmailMultiAlternatives(
        subject=f"【{settings.CITY}公共资源交易平台】{subject}"[:150],
        body=render_to_string(f"mail/{template}.txt", context).strip() + "\n",
        to=[subscription.address],
        headers={
            "List-Unsubscribe": f"<{page}/cancel>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"<subscriptions.{settings.HOST}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string(f"mail/{template}.html", context), "text/html")
    return message
