"""Act: who does something, in which role, when, by which door, and why. Made once per request."""

from dataclasses import dataclass, field
from datetime import datetime

from ggzy.kernel import clock


@dataclass(frozen=True, slots=True)
class Act:
    """One person's or machine's doing at one moment.

    `actor` is a pseudonymous identifier ("system:9131…", "clock"), `role` the hat worn, `via` the door
    ("api", "console", "clock"), `scope` what the actor was admitted to (prefixes of data sets; none: all). `party` is the
    number of the party for whom it is done, `regions` and `markets` are the jurisdiction of the role (none: all), and
    `assurance` is how surely the person was recognised (commons/identity). `at` is the moment that the whole doing
    counts as.
    """

    actor: str
    role: str
    via: str
    reason: str = ""
    scope: tuple[str, ...] = ()
    party: str = ""
    regions: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    assurance: int = 0
    at: datetime = field(default_factory=clock.now)
