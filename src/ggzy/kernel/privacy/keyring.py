"""The keys under which personal fields lie in the database: files readable by their owner only, the newest in use.

An old key stays until nothing is sealed under it any more (rotating.py), so taking a new one needs no standstill.
"""

import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from ggzy.kernel import clock
from ggzy.kernel.writing import write_once

ID_SIZE = 4
"""Bytes of a key's name; they stand before what is sealed under it."""


class UnknownKey(Exception):
    """Something is sealed under a key that this installation does not hold: its keys were not restored with its data."""


def newest() -> bytes:
    """The name of the key that seals now; the first is made on first use."""
    return max(_keys()) if _keys() else add()


def key(name: bytes) -> bytes:
    """The 32 bytes of a key; UnknownKey when it is not here."""
    try:
        return _keys()[name]
    except KeyError:
        raise UnknownKey(
            f"字段加密密钥 {name.hex()} 不在 {_folder()}。请从密钥备份中恢复该文件，再重试。"
        ) from None


def add() -> bytes:
    """Make a new key and return its name; from now on it seals. Names are moments, so the newest is the greatest."""
    moment = int(clock.now().timestamp())
    name = max(moment, int.from_bytes(max(_keys(), default=b"")) + 1).to_bytes(ID_SIZE)
    write_once(_folder() / f"{name.hex()}.key", secrets.token_hex(32) + "\n", 0o600)
    return name


def drop(name: bytes) -> None:
    """Forget a key under which nothing is sealed any more."""
    (_folder() / f"{name.hex()}.key").unlink(missing_ok=True)


def names() -> list[bytes]:
    """All keys that this installation holds, the oldest first."""
    return sorted(_keys())


def _folder() -> Path:
    home: Path = settings.HOME
    return home / "keys" / "fields"


def _keys() -> dict[bytes, bytes]:
    try:
        return _read(_folder(), _folder().stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=2)
def _read(folder: Path, _changed: int) -> dict[bytes, bytes]:
    """The keys of a folder; read again when a key has come or gone."""
    return {bytes.fromhex(path.stem): bytes.fromhex(path.read_text()) for path in folder.glob("*.key")}
