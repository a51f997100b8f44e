"""Signed notes: a text and the signatures of those who stand by it (c2sp.org/signed-note).

Only Ed25519 (type 0x01) is made and checked here; signature lines of other keys and kinds are carried along
and ignored, as the specification demands. No Django here.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
MOST_SIGNATURES = 64


class Unverified(ValueError):
    """The note cannot be trusted: not a note, or no signature of a known key holds."""


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    """The four bytes by which a signature line names its key."""
    return sha256(name.encode() + b"\n" + kind + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return key_id(self.name, ED25519, self.public)

    @property
    def vkey(self) -> str:
        """The key as one line: name+id+base64(type, key)."""
        return f"{self.name}+{self.id.hex()}+{b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Read a line made by `vkey`; ValueError when it is damaged or of another kind."""
        name, _, rest = vkey.strip().partition("+")
        identifier, _, encoded = rest.partition("+")
        key = _decode(encoded)
        _check_name(name)
        if key[:1] != ED25519 or len(key) != 33:
            raise ValueError("not an Ed25519 key")
        verifier = cls(name, key[1:])
        if verifier.id.hex() != identifier:
            raise ValueError("the key's identifier does not belong to the key")
        return verifier

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """Whether this key made the signature over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name; `seed` is never shown by repr."""

    name: str
    key: Ed25519PrivateKey

    @classmethod
    def generate(cls, name: str) -> "Signer":
        """A new key under this name."""
        _check_name(name)
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, skey: str) -> "Signer":
        """Read a line made by `skey`; ValueError when it is damaged."""
        private, key, name, identifier, encoded = skey.strip().split("+", 4)
        seed = _decode(encoded)
        if (private, key, seed[:1], len(seed)) != ("PRIVATE", "KEY", ED25519, 33):
            raise ValueError("not an Ed25519 private key")
        signer = cls(name, Ed25519PrivateKey.from_private_bytes(seed[1:]))
        if signer.verifier.id.hex() != identifier:
            raise ValueError("the key's identifier does not belong to the key")
        return signer

    @property
    def skey(self) -> str:
        """The secret as one line: PRIVATE+KEY+name+id+base64(type, seed)."""
        seed = b64encode(ED25519 + self.key.private_bytes_raw()).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{seed}"

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.key.public_key().public_bytes_raw())

    def named(self, name: str) -> "Signer":
        """The same key signing under another name (each year's log has a name of its own)."""
        return Signer(name, self.key)

    def line(self, text: str) -> str:
        """The signature line of this key under a note's text."""
        signature = self.verifier.id + self.key.sign(text.encode())
        return f"— {self.name} {b64encode(signature).decode()}\n"


def sign(text: str, signers: Sequence[Signer]) -> str:
    """The note: text, blank line, one line per signer."""
    if not text.endswith("\n") or any(ord(c) < 32 and c != "\n" for c in text):
        raise ValueError("a note's text ends with a newline and holds no control characters")
    return text + "\n" + "".join(signer.line(text) for signer in signers)


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
    text, signatures = split(note)
    known = {(verifier.name, verifier.id): verifier for verifier in verifiers}
    found = False
    for name, identifier, signature in signatures:
        verifier = known.get((name, identifier))
        if verifier is None:
            continue
        if not verifier.accepts(text.encode(), signature):
            raise Unverified(f"the signature of {name} does not hold")
        found = True
    if not found:
        raise Unverified("no known key signed")
    return text


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
