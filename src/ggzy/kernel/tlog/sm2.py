"""SM2 with SM3 (GB/T 32918.2) by Tongsuo's library, which has wheels for Linux on x86-64. No Django here.

Elsewhere nothing is signed and nothing checked with it; the other lines of a note do not depend on it. A
certified cipher machine (密评) goes in here: these functions are all that knows how SM2 is made.
"""

from secrets import randbelow
from typing import Any

try:
    from tongsuopy.crypto import exceptions, hashes
    from tongsuopy.crypto.asymciphers import ec
except ImportError:  # no wheel for this machine
    AVAILABLE = False
else:
    AVAILABLE = True

ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123  # GB/T 32918.5


def new() -> bytes:
    """The 32 secret bytes of a new key."""
    return (randbelow(ORDER - 2) + 1).to_bytes(32, "big")


def load(secret: bytes) -> Any:
    """The key of these secret bytes; ValueError when they are none."""
    number = int.from_bytes(secret, "big")
    if len(secret) != 32 or not 0 < number < ORDER - 1:
        raise ValueError("not an SM2 private key")
    return ec.derive_private_key(number, ec.SM2())


def public(key: Any) -> bytes:
    """The point as 0x04, x, y."""
    numbers = key.public_key().public_numbers()
    return b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


def sign(key: Any, message: bytes) -> bytes:
    """The signature in DER, under the default user id 1234567812345678."""
    signature: bytes = key.sign(message, ec.ECDSA(hashes.SM3()))
    return signature


def accepts(point: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the key with this point signed the message."""
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SM2(), point)
        key.verify(signature, message, ec.ECDSA(hashes.SM3()))
    except (exceptions.InvalidSignature, exceptions.InternalError, ValueError):  # the second: not even DER
        return False
    return True
