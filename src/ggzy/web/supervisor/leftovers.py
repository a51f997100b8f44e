"""Programs of an earlier supervisor that lost both it and their guards, by a kill -9 of all of them."""

import contextlib
import os
import signal
import time
from pathlib import Path

MARK = "GGZY_SUPERVISED"  # environment variable of every program we start; its value is the home
PATIENCE = 5.0  # seconds until a killed process has given back its port


def sweep(home: Path) -> int:
    """Kill what still runs for this home and tell how many; only the owner of the home may call this."""
    killed: set[int] = set()
    until = time.monotonic() + PATIENCE
    while (found := _marked(home)) and time.monotonic() < until:
        for pid in found - killed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        killed |= found
        time.sleep(0.05)
    return len(killed)


def _marked(home: Path) -> set[int]:
    """Process numbers, but not our own, that carry the mark of this home."""
    mark = f"{MARK}={home}".encode()
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # ended meanwhile, or another user's
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.add(int(process.name))
    return found - {os.getpid()}
