"""What the site does after the answer, and by the clock."""

from datetime import timedelta

from allauth.idp.oidc.models import Token
from django.conf import settings

from ggzy.commons.identity.models import RelyingSession
from ggzy.kernel import clock
from ggzy.kernel.jobs import app
from ggzy.web.identity import relying  # noqa: F401 - its jobs are done by the worker, too


@app.periodic(cron="37 * * * *")
@app.task(name="identity.forget_expired", queueing_lock="identity.forget_expired")
def forget_expired(timestamp: int) -> None:
    """Forget tokens that open nothing any more, and sessions that have run out without a sign-out."""
    Token.objects.expired().delete()
    RelyingSession.objects.filter(at__lt=clock.now() - 2 * timedelta(seconds=settings.SESSION_COOKIE_AGE)).delete()
