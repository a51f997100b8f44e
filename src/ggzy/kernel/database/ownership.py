"""One process at a time owns a folder; the lock ends with the process, however that ends."""

import fcntl
import os
from pathlib import Path


class Taken(Exception):
    """Somebody else owns it; `pid` is the owner, or None if he has not yet written his number."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(pid)
        self.pid = pid


class Ownership:
    """An advisory lock (flock) on a file that holds its owner's process number."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def take(self) -> None:
        """Become the owner, or raise `Taken`; taking what one already owns changes nothing."""
        if self._file is not None:
            return
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            written = os.pread(file, 32, 0).strip()
            os.close(file)
            raise Taken(int(written) if written.isdigit() else None) from None
        os.ftruncate(file, 0)
        os.pwrite(file, b"%d\n" % os.getpid(), 0)
        self._file = file

    def release(self) -> None:
        """Let others own it. The file stays: removing it would let two owners lock two files of one name."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
