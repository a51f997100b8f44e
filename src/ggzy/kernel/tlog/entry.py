"""Entry: what the public log shows of an event, a salted commitment and the moment, never the content.

    entry = JCS({"c": base64(c), "t": unix milliseconds, "v": 1})
    c     = SHA-256("ggzy-ev/1" || 0x00 || salt[32] || SHA-256(JCS(event)))

A log that showed contents would show who bids before the opening (招标投标法 §22) and could never forget a
person (个人信息保护法 §47). No Django here.
"""

from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(order="sorted")
_SAFE_INTEGER = 2**53


def canonical(value: Any) -> bytes:
    """A value as RFC 8785 JSON; ValueError for what our evidence never holds.

    Restricted so that every canonicaliser agrees: ASCII keys, no floating point, integers below 2**53.
    """
    _check(value)
    return _encoder.encode(value)


def commitment(salt: bytes, event: bytes) -> bytes:
    """Commit to an event's canonical JSON under a salt of 32 bytes."""
    return sha256(b"ggzy-ev/1\x00" + salt + sha256(event).digest()).digest()


def entry(committed: bytes, milliseconds: int) -> bytes:
    """The bytes of the leaf."""
    return b'{"c":"%b","t":%d,"v":1}' % (b64encode(committed), milliseconds)


class _Leaf(msgspec.Struct, forbid_unknown_fields=True):
    c: str
    t: int
    v: int


def moment(leaf: bytes) -> datetime:
    """The moment that an entry of ours tells."""
    return datetime.fromtimestamp(msgspec.json.decode(leaf, type=_Leaf).t / 1000, UTC)


def is_ours(leaf: bytes) -> bool:
    """Whether these bytes are an entry exactly as `entry` writes one."""
    try:
        read = msgspec.json.decode(leaf, type=_Leaf)
        committed = b64decode(read.c, validate=True)
    except (msgspec.DecodeError, ValueError):
        return False
    return len(committed) == 32 and entry(committed, read.t) == leaf


def _check(value: Any) -> None:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                raise ValueError(f"evidence names its fields in ASCII, not {key!r}")
            _check(item)
    elif kind is list or kind is tuple:
        for item in value:
            _check(item)
    elif kind is not int or not -_SAFE_INTEGER < value < _SAFE_INTEGER:
        raise ValueError(f"evidence holds texts, whole numbers, lists and objects, not {value!r}")
