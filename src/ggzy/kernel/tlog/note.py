"""Signed notes: a text and the signatures of those who stand by it (c2sp.org/signed-note).

Which kinds of signatures are made and checked says schemes.py; lines of other keys and kinds are carried along
and ignored, as the specification demands. No Django here.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ggzy.kernel.tlog import schemes
from ggzy.kernel.tlog.schemes import ED25519, Scheme

MOST_SIGNATURES = 64


class Unverified(ValueError):
    """The note cannot be trusted: not a note, or no signature of a known key holds; `name` is the key's if it is one's."""

    def __init__(self, text: str, name: str = "") -> None:
        super().__init__(text)
        self.name = name


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    """The four bytes by which a signature line names its key."""
    return sha256(name.encode() + b"\n" + kind + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name."""

    name: str
    public: bytes
    scheme: Scheme = ED25519

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.scheme.kind, self.public)

    @property
    def vkey(self) -> str:
        """The key as one line: name+id+base64(type, key)."""
        return f"{self.name}+{self.id.hex()}+{b64encode(self.scheme.kind + self.public).decode()}"

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Read a line made by `vkey`; ValueError when it is damaged or of an unknown kind."""
        name, _, rest = vkey.strip().partition("+")
        identifier, _, encoded = rest.partition("+")
        _check_name(name)
        scheme, public = schemes.split(_decode(encoded))
        if len(public) != scheme.public_size:
            raise ValueError(f"not an {scheme.title} key")
        verifier = cls(name, public, scheme)
        if verifier.id.hex() != identifier:
            raise ValueError("the key's identifier does not belong to the key")
        return verifier

    def named(self, name: str) -> "Verifier":
        """The same key under another name (each year's log has a name of its own)."""
        return Verifier(name, self.public, self.scheme)

    def accepts(self, text: str, signature: bytes) -> bool:
        """Whether this key made the signature over the text."""
        return self.scheme.accepts(self.public, self.name, text, signature)


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name; `secret` is never shown by repr."""

    name: str
    key: Any
    secret: bytes = field(repr=False)
    scheme: Scheme = ED25519

    @classmethod
    def generate(cls, name: str, scheme: Scheme = ED25519) -> "Signer":
        """A new key under this name."""
        _check_name(name)
        secret = scheme.new()
        return cls(name, scheme.load(secret), secret, scheme)

    @classmethod
    def parse(cls, skey: str) -> "Signer":
        """Read a line made by `skey`; ValueError when it is damaged."""
        private, key, name, identifier, encoded = skey.strip().split("+", 4)
        scheme, secret = schemes.split(_decode(encoded))
        if (private, key) != ("PRIVATE", "KEY"):
            raise ValueError("not a private key")
        signer = cls(name, scheme.load(secret), secret, scheme)
        if signer.verifier.id.hex() != identifier:
            raise ValueError("the key's identifier does not belong to the key")
        return signer

    @property
    def skey(self) -> str:
        """The secret as one line: PRIVATE+KEY+name+id+base64(type, secret)."""
        secret = b64encode(self.scheme.kind + self.secret).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{secret}"

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.scheme.public(self.key), self.scheme)

    def named(self, name: str) -> "Signer":
        """The same key signing under another name (each year's log has a name of its own)."""
        return Signer(name, self.key, self.secret, self.scheme)

    def line(self, text: str, time: int = 0) -> str:
        """The signature line of this key under a note's text, at a time in unix seconds."""
        signature = self.verifier.id + self.scheme.sign(self.key, self.name, text, time)
        return f"— {self.name} {b64encode(signature).decode()}\n"


def sign(text: str, signers: Sequence[Signer], time: int = 0) -> str:
    """The note: text, blank line, one line per signer; `time` is in unix seconds, for kinds that sign one."""
    if not text.endswith("\n") or any(ord(c) < 32 and c != "\n" for c in text):
        raise ValueError("a note's text ends with a newline and holds no control characters")
    return text + "\n" + "".join(signer.line(text, time) for signer in signers)


def split(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """A note's text and its signatures (name, key id, signature), none of them checked yet."""
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n") or any(ord(c) < 32 and c != "\n" for c in note):
        raise Unverified("not a signed note")
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Unverified("too many signatures")
    signatures = []
    for line in lines:
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        try:
            signature = _decode(encoded)
        except ValueError:
            raise Unverified("a signature line is damaged") from None
        if dash != "—" or not name or len(signature) < 5:
            raise Unverified("a signature line is damaged")
        signatures.append((name, signature[:4], signature[4:]))
    return text + "\n", signatures


def verify(note: str, verifiers: Sequence[Verifier]) -> str:
    """The text of a note that at least one known key signed; Unverified otherwise.

    A known key's signature that does not hold spoils the note, whoever else signed it.
    """
    text, signed = signed_by(note, verifiers)
    if not signed:
        raise Unverified("no known key signed")
    return text


def signed_by(note: str, verifiers: Sequence[Verifier]) -> tuple[str, list[Verifier]]:
    """A note's text and which of these keys signed it; Unverified when a signature of one of them does not hold."""
    text, signatures = split(note)
    known = {(verifier.name, verifier.id): verifier for verifier in verifiers}
    signed = []
    for name, identifier, signature in signatures:
        verifier = known.get((name, identifier))
        if verifier is None:
            continue
        if not verifier.accepts(text, signature):
            raise Unverified(f"the signature of {name} does not hold", name)
        if verifier not in signed:
            signed.append(verifier)
    return text, signed


def _decode(encoded: str) -> bytes:
    """Decode base64; the same bytes in another spelling are refused, so that no changed letter passes."""
    try:
        decoded = b64decode(encoded, validate=True)
    except binascii.Error as fault:
        raise ValueError("not base64") from fault
    if b64encode(decoded).decode() != encoded:
        raise ValueError("not base64 as it is written")
    return decoded


def _check_name(name: str) -> None:
    if not name or "+" in name or any(c.isspace() for c in name):
        raise ValueError("a key's name has no spaces and no plus sign")
