"""What other floors keep beside the ledger and want examined with it."""

from collections.abc import Callable

from ggzy.kernel.oversight.examination.faults import Faults
from ggzy.kernel.oversight.examination.whole import Moved

Inspection = Callable[[Faults, Moved], str]
"""Adds what it finds wrong, and says in one Chinese sentence what it has looked at."""

INSPECTIONS: list[Inspection] = []


def inspection(function: Inspection) -> Inspection:
    """Let `ggzy verify --database` also do this."""
    INSPECTIONS.append(function)
    return function
