"""How long to wait before the next try, and when to give up waiting."""

from datetime import timedelta
from random import random

STEPS = tuple(
    timedelta(seconds=seconds)
    for seconds in (1, 5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200, 43200, 86400)
)
"""Waits between tries, some 64 hours in all: a receiver that fell on a Friday evening is still awaited on Monday."""
FEW = 3
"""Failures in a row after which a receiver counts as being away, and is asked with one message at a time."""


def wait(failures: int) -> timedelta:
    """The wait after so many failures in a row, up to a fifth longer by chance, so that not all come back at once."""
    step = STEPS[min(failures, len(STEPS)) - 1]
    return step * (1 + random() / 5)  # noqa: S311 - no secret hangs on it


def is_over(failures: int) -> bool:
    """Whether all steps have been waited through."""
    return failures > len(STEPS)
