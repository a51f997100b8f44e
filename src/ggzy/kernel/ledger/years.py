"""Which log an event goes to: that of the year, in China, in which it is sequenced.

A log that has been followed by the next year's never grows again, so the logs lie end to end in the feed.
"""
from datetime import datetime
from pathlib import Path

from django.conf import settings

from ggzy.standard import CHINA


def year(at: datetime) -> int:
    """The year of a moment in China."""
    return at.astimezone(CHINA).year


def origin(log: int) -> str:
    """The name of a year's log: its address without scheme."""
    return f"{settings.HOST}/evidence/{log}"


def folder(log: int) -> Path:
    """Where a year's log is published."""
    home: Path = settings.HOME
    return home / "evidence" / str(log)
