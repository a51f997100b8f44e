"""One line of the intake: which data set, which record, what is done to it, and its fields.

    {"data_set": "503", "key": "…", "op": "1", "data": {"NOTICE_NAME": "…", …}}

`op` is 1 (new), 2 (changed) or 3 (withdrawn), as in the national exchange; 1 and 2 mean the same here, since
the hub itself sees whether it has the record. `key` is the sender's own stable identifier; without it the
natural key of the data set is taken.
"""

from typing import Literal

import msgspec

LINE_LIMIT = 4 * 1024**2


class Attachment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that belongs to a record, sent before it to /api/exchange/files."""

    name: str
    sha256: str


class Envelope(msgspec.Struct, forbid_unknown_fields=True):
    """A line as it is decoded; the data stays raw until its data set is known."""

    data_set: str
    data: msgspec.Raw
    key: str = ""
    op: Literal["1", "2", "3"] = "1"
    attachments: list[Attachment] = []
    reason: str = ""


decode = msgspec.json.Decoder(Envelope).decode
