"""Writing files so that a reader sees the old or the new one and a crash loses neither. No Django here."""

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex


def replace(path: Path, data: bytes) -> None:
    """Put this content in place of the file, whether it is there or not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


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
