"""A name that stands twice in one JSON object: nobody can say which of the two holds, so the line is refused.

RFC 8259 section 4 leaves it open what a reader makes of that; msgspec takes the last one and says nothing. Reading
each line a second time would cost some 5 µs. A line that is written without blanks is about as long as what was
understood of it (a number may have lost its last zeros), so only a longer one is read again.
"""

import json
from collections import Counter

from ggzy.desks.exchange.envelope import Envelope
from ggzy.standard.model import Checked

_ENVELOPE = len('{"data_set":"","data":}') + len(',"op":"1"')
_KEY = len(',"key":""')
_SHORTEST = len('"TM":0')
"""No member of a record is shorter: the names of the standard have two letters or more."""


def possible(raw: bytes, read: Envelope, data: bytes, checked: Checked) -> bool:
    """Whether the line is longer than what was understood of it; then `names` has to be asked.

    The public and the private part are two objects, so together they have one byte more than the one that came.
    """
    around = _ENVELOPE + len(read.data_set) + (len(read.key) + _KEY if read.key else 0)
    return (
        len(raw) - len(data) > around
        or len(data) >= len(checked.public) + len(checked.private) + _SHORTEST - 1
    )


def names(raw: bytes) -> list[str]:
    """The names that stand more than once in the same object, wherever it is within the line."""
    found: list[str] = []

    def look(members: list[tuple[str, object]]) -> None:
        if len(dict(members)) < len(members):
            found.extend(name for name, times in Counter(name for name, _ in members).items() if times > 1)

    json.loads(raw, object_pairs_hook=look, parse_int=str, parse_float=str)
    return found
