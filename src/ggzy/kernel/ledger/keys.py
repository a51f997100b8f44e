"""The signing keys of this installation: made on first use, readable by their owner only.

The log's keys belong to the sequencer's process and nobody else reads them; receipts have a key of their own,
because every process that answers requests needs it.
"""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from ggzy.kernel.tlog import note, schemes, sm2
from ggzy.kernel.writing import write_once


def log_signer() -> note.Signer:
    """The key that signs checkpoints: Ed25519, which every tool reads."""
    return _signer(settings.HOME / "keys" / "log.key", f"{settings.HOST}/evidence")


def log_signers(origin: str) -> list[note.Signer]:
    """All keys that sign the checkpoints of this log: beside Ed25519 those of schemes.py that work here."""
    home: Path = settings.HOME
    name = f"{settings.HOST}/evidence"
    signers = [log_signer(), _signer(home / "keys" / "log-ml-dsa-44.key", name, schemes.ML_DSA_44)]
    if sm2.AVAILABLE:
        signers.append(_signer(home / "keys" / "log-sm2.key", name, schemes.SM2))
    return [signer.named(origin) for signer in signers]


def receipt_signer() -> note.Signer:
    """The key that signs receipts; its public line lies beside the logs."""
    home: Path = settings.HOME
    return _receipt_signer(home, f"{settings.HOST}/evidence/receipts")


@lru_cache(maxsize=4)
def _receipt_signer(home: Path, name: str) -> note.Signer:
    signer = _signer(home / "keys" / "receipt.key", name)
    write_once(home / "evidence" / "receipts.vkey", signer.verifier.vkey + "\n", 0o644)
    return signer


def _signer(path: Path, name: str, scheme: schemes.Scheme = schemes.ED25519) -> note.Signer:
    if not path.exists():
        write_once(path, note.Signer.generate(name, scheme).skey + "\n", 0o600)
    return note.Signer.parse(path.read_text())
