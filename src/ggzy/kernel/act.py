"""Act: who does something, in which role, when, by which door, and why. Made once per request."""

from dataclasses import dataclass, field
from datetime import datetime

from ggzy.kernel import clock


@dataclass(frozen=True, slots=True)
class Act:
    """One person's or machine's doing at one moment.

    `actor` is a pseudonymous identifier ("system:9131…", "clock"), `role` the hat worn, `via` the door
    ("api", "console", "clock"). `at` is read from the clock here and nowhere else.
    """

    actor: str
    role: str
    via: str
    reason: str = ""
    scope: frozenset[str] = frozenset()
    at: datetime = field(default_factory=clock.now)
