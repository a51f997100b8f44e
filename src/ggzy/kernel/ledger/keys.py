"""The signing keys of this installation: made on first use, readable by their owner only.

The log's key belongs to the sequencer's process and nobody else reads it; receipts have a key of their own,
because every process that answers requests needs it.
"""

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from secrets import token_hex

from django.conf import settings

from ggzy.kernel.ledger import note


def log_signer() -> note.Signer:
    """The key that signs checkpoints."""
    return _signer(settings.HOME / "keys" / "log.key", f"{settings.HOST}/evidence")


def receipt_signer() -> note.Signer:
    """The key that signs receipts; its public line lies beside the logs."""
    home: Path = settings.HOME
    return _receipt_signer(home, f"{settings.HOST}/evidence/receipts")


@lru_cache(maxsize=4)
def _receipt_signer(home: Path, name: str) -> note.Signer:
    signer = _signer(home / "keys" / "receipt.key", name)
    write_once(home / "evidence" / "receipts.vkey", signer.verifier.vkey + "\n", 0o644)
    return signer


def _signer(path: Path, name: str) -> note.Signer:
    if not path.exists():
        write_once(path, note.Signer.generate(name).skey + "\n", 0o600)
    return note.Signer.parse(path.read_text())


def write_once(path: Path, content: str, mode: int) -> None:
    """Write a file unless it is there; of several processes the first wins and all read the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Named by chance: threads of one process come here at once, and a killed process leaves its file behind.
    temporary = path.with_name(f".{path.name}.{token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(temporary, path)
    temporary.unlink()
