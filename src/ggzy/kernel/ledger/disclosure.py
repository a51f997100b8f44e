"""Disclosure classes: who may see an event (its content and its salt) and the records it carries, from when.

The leaf of every event is public at once; what a class withholds is what the leaf commits to. Where the very
number of events is secret (招标投标法 §22: how many have bid), even the leaf must not be linked to its subject.
So these events form a chain of their own beside the subject's ("lot/7~after_open"), which the public is shown
as a whole, or not at all; and they enter the log among cover leaves (see cover). No Django here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Reader = Literal["public", "auditor"]
MARK = "~"
"""Stands between a subject and the class in the name of a sealed chain; no subject holds it."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One class. `all_see`: from when the public sees it; `sealed`: its number is secret until then."""

    title: str
    all_see: Literal["at once", "from its moment", "never"]
    auditors_see: bool = True
    sealed: bool = False


CLASSES = {
    "public": Disclosure("立即公开", "at once"),
    "after_open": Disclosure("开标（开启）后公开", "from its moment", sealed=True),
    "after_award": Disclosure("定标后公开", "from its moment", sealed=True),
    "audit": Disclosure("仅供监督、审计", "never"),
    "cover": Disclosure("掩护条目", "never", sealed=True),
    "erased": Disclosure("已依法删除", "never", auditors_see=False),
}
SEALED = frozenset(name for name, known in CLASSES.items() if known.sealed)


def may_see(name: str, reader: Reader, reached: bool) -> bool:
    """Whether this reader may see an event of the class; `reached`: the moment of its chain has come."""
    known = CLASSES[name]
    if reader == "auditor":
        return known.auditors_see
    return known.all_see == "at once" or (known.all_see == "from its moment" and reached)


def chain_of(subject: str, name: str) -> str:
    """The chain on which a subject's events of this class stand."""
    return f"{subject}{MARK}{name}" if name in SEALED else subject


def subject_of(chain: str) -> str:
    """The subject that a chain belongs to."""
    return chain.partition(MARK)[0]


def sealed_as(chain: str) -> str:
    """The class of a sealed chain; "" for the chain that is open to all."""
    return chain.partition(MARK)[2]


def shown_time(name: str, at: datetime) -> datetime:
    """The moment that the public leaf tells: of a sealed event only the hour, so that leaves tell no arrivals."""
    return at.replace(minute=0, second=0, microsecond=0) if name in SEALED else at
