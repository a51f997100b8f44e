"""Schemes: the kinds of signature lines that notes carry here, by the type bytes that their keys begin with.

    0x01              Ed25519 over the note's text (c2sp.org/signed-note); every existing tool reads it
    0x04              Ed25519 of a witness, with the time (c2sp.org/tlog-cosignature)
    0x06              ML-DSA-44, with the time; holds against quantum computers (the same page; FIPS 204)
    0xff "sm2-sm3"    SM2 with SM3 over the note's text (GB/T 32918.2, default user id; DER), for 密评

A key is its secret bytes loaded once. No Django here.
"""

from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from ggzy.kernel.tlog import sm2
from ggzy.kernel.tlog.checkpoint import Checkpoint

TIME_SIZE = 8


class Scheme(Protocol):
    """How one kind of line is made and checked. `time` is in unix seconds; kinds without one pass it over."""

    kind: bytes
    title: str
    public_size: int

    def new(self) -> bytes:
        """The secret bytes of a new key."""

    def load(self, secret: bytes) -> Any:
        """The key of these secret bytes; ValueError when they are none."""

    def public(self, key: Any) -> bytes:
        """The public key as its vkey holds it."""

    def sign(self, key: Any, name: str, text: str, time: int) -> bytes:
        """The signature as its line holds it, behind the key's id."""

    def accepts(self, public: bytes, name: str, text: str, signature: bytes) -> bool:
        """Whether this key made the signature over the text under this name."""


class Ed25519:
    """What every tool reads."""

    kind = b"\x01"
    title = "Ed25519"
    public_size = 32

    def new(self) -> bytes:
        return Ed25519PrivateKey.generate().private_bytes_raw()

    def load(self, secret: bytes) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(secret)

    def public(self, key: Ed25519PrivateKey) -> bytes:
        return key.public_key().public_bytes_raw()

    def sign(self, key: Ed25519PrivateKey, name: str, text: str, time: int) -> bytes:
        return key.sign(text.encode())

    def accepts(self, public: bytes, name: str, text: str, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


class Cosignature(Ed25519):
    """A witness's word: at this time, no larger tree of this log has been seen than the one in the text."""

    kind = b"\x04"
    title = "Ed25519 见证"

    def sign(self, key: Ed25519PrivateKey, name: str, text: str, time: int) -> bytes:
        return _timed(time) + super().sign(key, name, self._said(text, time), time)

    def accepts(self, public: bytes, name: str, text: str, signature: bytes) -> bool:
        time = int.from_bytes(signature[:TIME_SIZE], "big")
        return super().accepts(public, name, self._said(text, time), signature[TIME_SIZE:])

    @staticmethod
    def _said(text: str, time: int) -> str:
        return f"cosignature/v1\ntime {time}\n{text}"


class MlDsa44:
    """The post-quantum line, of logs and witnesses alike; its text must be a checkpoint."""

    kind = b"\x06"
    title = "ML-DSA-44"
    public_size = 1312

    def new(self) -> bytes:
        return MLDSA44PrivateKey.generate().private_bytes_raw()

    def load(self, secret: bytes) -> MLDSA44PrivateKey:
        return MLDSA44PrivateKey.from_seed_bytes(secret)

    def public(self, key: MLDSA44PrivateKey) -> bytes:
        return key.public_key().public_bytes_raw()

    def sign(self, key: MLDSA44PrivateKey, name: str, text: str, time: int) -> bytes:
        return _timed(time) + key.sign(self._said(name, text, time))

    def accepts(self, public: bytes, name: str, text: str, signature: bytes) -> bool:
        time = int.from_bytes(signature[:TIME_SIZE], "big")
        try:
            MLDSA44PublicKey.from_public_bytes(public).verify(
                signature[TIME_SIZE:], self._said(name, text, time)
            )
        except (InvalidSignature, ValueError):
            return False
        return True

    @staticmethod
    def _said(name: str, text: str, time: int) -> bytes:
        """The `cosigned_message` of the whole tree: from leaf 0 to its size."""
        at = Checkpoint.parse(text)
        who, what = name.encode(), at.origin.encode()
        return b"".join(
            (b"subtree/v1\n\x00", bytes([len(who)]), who, _timed(time), bytes([len(what)]), what)
            + (_timed(0), _timed(at.size), at.root)
        )


class Sm2:
    """The national line (商用密码); where the library is missing its lines are passed over like unknown ones."""

    kind = b"\xffsm2-sm3"
    title = "SM2"
    public_size = 65

    def new(self) -> bytes:
        return sm2.new()

    def load(self, secret: bytes) -> Any:
        return sm2.load(secret)

    def public(self, key: Any) -> bytes:
        return sm2.public(key)

    def sign(self, key: Any, name: str, text: str, time: int) -> bytes:
        return sm2.sign(key, text.encode())

    def accepts(self, public: bytes, name: str, text: str, signature: bytes) -> bool:
        return sm2.accepts(public, text.encode(), signature)


ED25519, COSIGNATURE, ML_DSA_44, SM2 = Ed25519(), Cosignature(), MlDsa44(), Sm2()
SCHEMES: tuple[Scheme, ...] = (ED25519, COSIGNATURE, ML_DSA_44, *((SM2,) if sm2.AVAILABLE else ()))


def split(typed: bytes) -> tuple[Scheme, bytes]:
    """Scheme and key of the bytes in a vkey or a secret key; ValueError when the kind is unknown."""
    for scheme in SCHEMES:
        if typed.startswith(scheme.kind):
            return scheme, typed[len(scheme.kind) :]
    raise ValueError("a key of an unknown kind")


def _timed(number: int) -> bytes:
    return number.to_bytes(TIME_SIZE, "big")
