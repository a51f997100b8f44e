"""What leaves the portal is tested on the same trade as its pages, and on entries that mean harm."""

import pytest

from ggzy.desks.disclosure.entry import Entry
from ggzy.kernel import clock
from tests.desks.disclosure.conftest import entries
from tests.web.portal.conftest import _own_reader, caught_up, ledger, trade

__all__ = ["_own_reader", "caught_up", "entries", "ledger", "trade"]

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&\n]]>"


@pytest.fixture
def hostile(entries, db) -> Entry:
    """A notice whose every text is a script."""
    (entry,) = entries(
        {
            "title": SCRIPT, "text": SCRIPT, "principal": SCRIPT, "winner": SCRIPT, "region": SCRIPT[:40],
            "deadline_at": clock.now(), "codes": ("project:E1", f"lot:{SCRIPT}"),
        }
    )  # fmt: skip
    return entry
