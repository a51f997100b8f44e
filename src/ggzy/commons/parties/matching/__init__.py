"""Finding one party in many registers (一次注册、多处互认): by its code, and by likeness where the code is missing or wrong."""

from .register import CROWD, Decision, Register, Suggestion, decide, keys, match
from .rules import AUTOMATIC, Ground, titles
from .traits import Entry, Traits, traits

__all__ = [
    "AUTOMATIC", "CROWD", "Decision", "Entry", "Ground", "Register", "Suggestion", "Traits", "decide", "keys", "match", "titles",
    "traits",
]  # fmt: skip
