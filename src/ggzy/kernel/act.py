"""Act: who does something, in which role, when, by which door, and why. Made once per request."""

from dataclasses import dataclass, field
from datetime import datetime

from ggzy.kernel import clock


@dataclass(frozen=True, slots=True)
class Act:
    """One person's or machine's doing at one moment.

    `actor` is a pseudonymous identifier ("system:9131…", "clock"), `role` the hat worn, `via` the door
    ("api", "console", "clock"), `scope` what the actor was admitted to (prefixes of data sets; none: all). `at` is
    the moment that the whole doing counts as.
    """

    actor: str
    role: str
    via: str
    reason: str = ""
    scope: tuple[str, ...] = ()
    at: datetime = field(default_factory=clock.now)
