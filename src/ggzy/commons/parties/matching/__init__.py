"""Finding one party in many registers (一次注册、多处互认): by its code, and by likeness where the code is missing or wrong."""

from .register import Decision, Suggestion, decide, keys, match
from .rules import AUTOMATIC, Ground
from .traits import Entry, Traits, traits

__all__ = ["AUTOMATIC", "Decision", "Entry", "Ground", "Suggestion", "Traits", "decide", "keys", "match", "traits"]
