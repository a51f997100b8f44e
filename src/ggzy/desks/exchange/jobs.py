"""What the exchange desk does by the clock."""

from datetime import timedelta

from django.conf import settings
from django.core.management import call_command

from ggzy.desks.exchange import intake, quarantine, uploads
from ggzy.kernel import clock, idempotency
from ggzy.kernel.jobs import app


@app.periodic(cron="* * * * *")
@app.task(name="exchange.release_overdue", queueing_lock="exchange.release_overdue")
def release_overdue(timestamp: int) -> None:
    """Release held records whose parents came while the process that should have released them died."""
    intake.release_overdue()


@app.periodic(cron="17 * * * *")
@app.task(name="exchange.remove_unclaimed", queueing_lock="exchange.remove_unclaimed")
def remove_unclaimed(timestamp: int) -> None:
    """Remove files that were sent long ago and that no record has named."""
    uploads.remove_unclaimed()


@app.periodic(cron="37 * * * *")
@app.task(name="exchange.forget_answers", queueing_lock="exchange.forget_answers")
def forget_answers(timestamp: int) -> None:
    """Forget the answers that nobody can ask for again, with their files."""
    idempotency.forget(clock.now() - timedelta(days=settings.ANSWER_DAYS), uploads.remove_unnamed)


@app.periodic(cron="27 3 * * *")
@app.task(name="exchange.remove_settled", queueing_lock="exchange.remove_settled")
def remove_settled(timestamp: int) -> None:
    """Remove quarantined lines that were settled long ago."""
    quarantine.remove_settled()


@app.periodic(cron="47 3 * * *")
@app.task(name="exchange.clear_sessions", queueing_lock="exchange.clear_sessions")
def clear_sessions(timestamp: int) -> None:
    """Forget the console's sessions that have run out."""
    call_command("clearsessions")
