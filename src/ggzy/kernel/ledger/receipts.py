"""Receipts for what this installation has just written."""

from datetime import datetime

from ggzy.kernel import clock
from ggzy.kernel.ledger import keys, years
from ggzy.kernel.ledger.emit import Emitted
from ggzy.kernel.tlog import receipt as _receipt


def receipt(emitted: Emitted, at: datetime) -> str:
    """The signed promise that the event will be in the log within a minute of `at`.

    Hand it out only after the transaction has committed.
    """
    promise = _receipt.Receipt(
        origin=years.origin(years.year(at)), leaf_hash=emitted.leaf_hash, time=clock.milliseconds(at)
    )
    return _receipt.sign(promise, keys.receipt_signer())
