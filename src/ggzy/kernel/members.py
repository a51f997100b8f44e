"""A name that stands twice in one JSON object: nobody can say which of the two holds.

RFC 8259 section 4 leaves it open what a reader makes of that; msgspec takes the last one and says nothing.
"""

import json
from collections import Counter


def repeated(raw: bytes) -> list[str]:
    """The names that stand more than once in the same object, wherever it is within this JSON text."""
    found: list[str] = []

    def look(members: list[tuple[str, object]]) -> None:
        if len(dict(members)) < len(members):
            found.extend(name for name, times in Counter(name for name, _ in members).items() if times > 1)

    json.loads(raw, object_pairs_hook=look, parse_int=str, parse_float=str)
    return found
