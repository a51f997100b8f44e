"""What the exchange desk does by the clock."""

from ggzy.desks.exchange import intake
from ggzy.kernel.jobs import app


@app.periodic(cron="* * * * *")
@app.task(name="exchange.release_overdue", queueing_lock="exchange.release_overdue")
def release_overdue(timestamp: int) -> None:
    """Release held records whose parents came while the process that should have released them died."""
    intake.release_overdue()
