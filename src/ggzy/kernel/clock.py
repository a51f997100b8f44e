"""The only place where the time is read."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def milliseconds(at: datetime) -> int:
    """A moment as the log writes it: whole milliseconds since 1970, UTC."""
    return int(at.timestamp() * 1000)
