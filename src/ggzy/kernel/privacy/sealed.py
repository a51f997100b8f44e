"""Sealing one field: AES-256-GCM under a key of the keyring, bound to the column that it stands in.

Layout: version (1 byte), key name (4), nonce (12), ciphertext with its tag (16 more than the text).
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ggzy.kernel.privacy import keyring

_VERSION = b"\x01"
_NONCE = 12
_HEAD = 1 + keyring.ID_SIZE


class Damaged(Exception):
    """What was sealed here was changed, or moved from another column."""


def seal(text: str, label: str) -> bytes:
    """The text as it may lie in the database; `label` names the column, and nothing opens it under another."""
    name = keyring.newest()
    nonce = secrets.token_bytes(_NONCE)
    return _VERSION + name + nonce + AESGCM(keyring.key(name)).encrypt(nonce, text.encode(), label.encode())


def unseal(data: bytes, label: str) -> str:
    """The text again; Damaged when it does not fit its column, keyring.UnknownKey when its key is not here."""
    if data[:1] != _VERSION:
        raise Damaged(f"{label} 的内容不是以已知的方式加密的。请核对数据库是否完整。")
    nonce, ciphertext = data[_HEAD : _HEAD + _NONCE], data[_HEAD + _NONCE :]
    try:
        return AESGCM(keyring.key(key_name(data))).decrypt(nonce, ciphertext, label.encode()).decode()
    except (InvalidTag, ValueError):
        raise Damaged(f"{label} 的内容被改动过，或来自另一个字段。请从备份恢复该行。") from None


def key_name(data: bytes) -> bytes:
    """The name of the key under which this is sealed."""
    return data[1:_HEAD]
