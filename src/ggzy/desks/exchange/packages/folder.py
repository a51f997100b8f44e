"""A watched folder: what is put there is taken in once, and lies in done/ or failed/ with its answers beside it.

    DIR/x.zip → DIR/working/x.zip → DIR/done/x.zip and DIR/done/x.zip.answers.ndjson, or the same in failed/

Every step is a rename within one file system. Whatever moment a process is killed at, the next one goes on: what
lies in working/ is taken in again unless its answers are complete, and records that are there already are
answered "unchanged".
"""

import fcntl
import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec
from django.db import InterfaceError, OperationalError

from ggzy.desks.exchange.intake import Tally
from ggzy.desks.exchange.packages.receiving import take_in
from ggzy.desks.exchange.prepare import Reporter
from ggzy.kernel.errors import Conflict, Refusal, Unavailable

ANSWERS = ".answers.ndjson"
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ANSWERS)
"""How programs call a file that they still write; and answers, which nobody sends."""
log = logging.getLogger(__name__)
_Seen = tuple[int, int]
_LAST = 100
"""More bytes than the last line of the answers has."""
_PASSING = (OperationalError, InterfaceError, OSError, Unavailable)
"""What goes over by itself: the package stays in working/ and is tried again."""
_UNFORESEEN = Refusal(
    "平台处理这个包时出错，已记入日志。前面有答复的记录已处理；把文件移回收件文件夹即可重试。",
    code="package.failed",
)


class Folder:
    """The incoming folder of one trading system; only one process at a time looks after it."""

    def __init__(self, path: Path, reporter: Reporter) -> None:
        """Lock the folder; Conflict when another process has it."""
        self.path, self.reporter = path, reporter
        self.working, self.done, self.failed = (path / name for name in ("working", "done", "failed"))
        for folder in (self.working, self.done, self.failed):
            folder.mkdir(parents=True, exist_ok=True)
        self._seen: dict[str, _Seen] = {}
        self._lock: IO[str] = (path / ".lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise Conflict(
                f"另一个进程正在照看 {path}。请先停止它，或换一个文件夹。", code="inbox.busy"
            ) from None

    def close(self) -> None:
        """Let another process have it."""
        self._lock.close()

    def round(self, settled: bool = False) -> Iterator[tuple[str, Tally, bool]]:
        """Take in all that lies there whole: the name of each, how its records fared, whether all of it was well.

        A file counts as whole when it has not changed since the round before; with `settled` at once.
        """
        yield from self._work()
        for name in self._whole(settled):
            place = self._free(name)
            (self.path / name).rename(place)
            _outlive(self.path, self.working)
            yield from self._work()

    def _whole(self, settled: bool) -> list[str]:
        seen: dict[str, _Seen] = {}
        for entry in os.scandir(self.path):
            state = entry.stat(follow_symlinks=False)
            if (
                stat.S_ISREG(state.st_mode)
                and not entry.name.startswith(".")
                and not entry.name.endswith(UNFINISHED)
            ):
                seen[entry.name] = (state.st_size, state.st_mtime_ns)
        before, self._seen = self._seen, seen
        return sorted(name for name, state in seen.items() if settled or before.get(name) == state)

    def _free(self, name: str) -> Path:
        """A name that none of the folders has yet: nothing that lies there is ever written over."""
        stem, suffix = Path(name).stem, Path(name).suffix
        tried, number = name, 1
        while any(
            (folder / tried).exists() or (folder / (tried + ANSWERS)).exists()
            for folder in (self.working, self.done, self.failed)
        ):
            number += 1
            tried = f"{stem}-{number}{suffix}"
        return self.working / tried

    def _work(self) -> Iterator[tuple[str, Tally, bool]]:
        """Finish what lies in working/, from wherever it was left."""
        for answers in sorted(self.working.glob("*" + ANSWERS)):
            self._put_away(answers)
        for package in sorted(self.working.iterdir()):
            if package.name.endswith(".part"):
                continue  # answers that were cut off: written anew
            tally = Tally()
            well = self._answer(package, tally)
            self._put_away(package.with_name(package.name + ANSWERS))
            yield package.name, tally, well

    def _answer(self, package: Path, tally: Tally) -> bool:
        """Take a package in. Its answers stand in working/, whole, when this returns; that is the point of no return."""
        part = package.with_name(package.name + ".part")
        well = True
        with part.open("wb") as answers:
            try:
                with package.open("rb") as content:
                    for some in take_in(self.reporter, content, tally, "folder"):
                        answers.write(some)
                well = not tally.counts.get("refused")
            except _PASSING:
                raise
            except Refusal as refusal:
                well = False
                answers.write(msgspec.json.encode(refusal.problem()) + b"\n")
            except Exception:  # one package that nobody foresaw must not stop all others
                log.exception("%s could not be taken in", package)
                well = False
                answers.write(msgspec.json.encode(_UNFORESEEN.problem()) + b"\n")
            answers.write(msgspec.json.encode({"folder": "done" if well else "failed"}) + b"\n")
            answers.flush()
            os.fsync(answers.fileno())
        part.rename(package.with_name(package.name + ANSWERS))
        _outlive(self.working)
        return well

    def _put_away(self, answers: Path) -> None:
        """Move a package and its answers where the last line of the answers says."""
        with answers.open("rb") as content:
            content.seek(max(0, answers.stat().st_size - _LAST))
            target = self.path / msgspec.json.decode(content.read().splitlines()[-1])["folder"]
        package = answers.with_name(answers.name.removesuffix(ANSWERS))
        if package.exists():
            package.rename(target / package.name)
        answers.rename(target / answers.name)
        _outlive(target, self.working)


def _outlive(*folders: Path) -> None:
    """Make sure that renames outlive a power cut."""
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
