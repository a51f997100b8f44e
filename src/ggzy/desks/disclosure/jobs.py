"""What the disclosure desk does by the clock."""

from contextlib import suppress

from procrastinate.exceptions import AlreadyEnqueued

from ggzy.desks.disclosure.subscriptions.posting import post_due
from ggzy.kernel.jobs import app


@app.periodic(cron="* * * * *")
@app.task(name="disclosure.post_due", queueing_lock="disclosure.post_due", lock="disclosure.post_due")
def post_due_mails(timestamp: int = 0) -> None:
    """Hand over the mails of subscribers that are due."""
    post_due()


def post_soon() -> None:
    """Hand over what is due now rather than within a minute; a job that waits already will do."""
    with suppress(AlreadyEnqueued):
        post_due_mails.defer()
