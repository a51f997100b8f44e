"""A name that stands twice in one object of a line: the line is refused, for nobody can say which of the two holds.

Reading each line a second time to find that (kernel/members.py) would cost some 5 µs. A line that is written without
blanks is about as long as what was understood of it (a number may have lost its last zeros), so only a longer one is
read again.
"""

from ggzy.desks.exchange.envelope import Envelope
from ggzy.standard.model import Checked

_ENVELOPE = len('{"data_set":"","data":}') + len(',"op":"1"')
_KEY = len(',"key":""')
_SHORTEST = len('"TM":0')
"""No member of a record is shorter: the names of the standard have two letters or more."""


def possible(raw: bytes, read: Envelope, data: bytes, checked: Checked) -> bool:
    """Whether the line is longer than what was understood of it; then `members.repeated` has to be asked.

    The public and the private part are two objects, so together they have one byte more than the one that came.
    """
    around = _ENVELOPE + len(read.data_set) + (len(read.key) + _KEY if read.key else 0)
    return (
        len(raw) - len(data) > around
        or len(data) >= len(checked.public) + len(checked.private) + _SHORTEST - 1
    )
