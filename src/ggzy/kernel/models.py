"""Django looks for an app's tables here; each is described where it is used."""

from ggzy.kernel.idempotency import Answer
from ggzy.kernel.ledger.models import Bundle, Chain, Checkpoint, Event, Head, Log, Record, Tile

__all__ = ["Answer", "Bundle", "Chain", "Checkpoint", "Event", "Head", "Log", "Record", "Tile"]
