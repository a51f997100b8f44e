"""Server processes of an earlier life that still sit in a data folder.

After `kill -9` of the server, its sessions may hold the shared memory for a moment longer; after `kill -9`
of the owner, the server is still writing its last checkpoint. Whoever calls this owns the folder, so all of
them may go.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

# What is sent, and for how many seconds its effect is awaited. Even the last step loses nothing committed.
SERVER = ((0, 2), (signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 10))
ORPHANS = ((0, 2), (signal.SIGQUIT, 1), (signal.SIGKILL, 10))  # sessions whose server is dead


def evict(data: Path, progress: Callable[[str], object]) -> None:
    """Wait for, and in the end kill, every process that lives in this data folder."""
    for number, patience in SERVER if _server(data) in residents(data) else ORPHANS:
        for pid in residents(data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if not residents(data):
                _forget(data)
                return
            time.sleep(0.05)
        progress("等待上次运行的数据库进程退出")


def residents(data: Path) -> list[int]:
    """Process numbers whose working folder is the data folder, as that of every PostgreSQL process is."""
    found = []
    with contextlib.suppress(FileNotFoundError):
        home = data.stat()
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # ended meanwhile, or not ours to look at
                here = (process / "cwd").stat()
                if (here.st_dev, here.st_ino) == (home.st_dev, home.st_ino):
                    found.append(int(process.name))
    return found


def _server(data: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError, IndexError, ValueError):
        return int((data / "postmaster.pid").read_text().split()[0])
    return None


def _forget(data: Path) -> None:
    """Remove the dead server's own lock; its number may by now be another program's."""
    if Path("/proc/self/cwd").exists():
        (data / "postmaster.pid").unlink(missing_ok=True)
