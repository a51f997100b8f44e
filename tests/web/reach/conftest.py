"""What leaves the portal is tested on the same trade as its pages."""

from tests.web.portal.conftest import _own_reader, caught_up, ledger, trade

__all__ = ["_own_reader", "caught_up", "ledger", "trade"]
