"""Files in: streamed, resumed where they stopped, every problem counted and listed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from ggzy.desks.exchange.convert import Problem, Sender, convert
from ggzy.desks.exchange.feeding import Feeder

_SAVE_EVERY = 5000


@dataclass(slots=True)
class Progress:
    """How far a file has been read: `position` in the file's own measure, lines and bytes alike."""

    position: int = 0
    items: int = 0
    problems: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    done: bool = False


def feed_file(
    path: Path, sender: Sender, report: Callable[[Progress], object], again: bool = False, operator: str = "operator:import"
) -> Progress:
    """Feed a file of any known kind through the intake; returns the final progress.

    `operator` imports it, as the log will say. `sender` stands as the reporting system of what comes from elsewhere (portal notices, OCDS); records of the
    standard carry their own.

    An interrupted import goes on where it stopped (what was in flight is answered "unchanged" the second
    time). `again` starts from the beginning; importing the same file twice changes nothing.
    """
    memory = _memory(path)
    progress = Progress()
    if memory.exists() and not again:
        progress = msgspec.json.decode(memory.read_bytes(), type=Progress)
        if progress.done:
            progress = Progress()
    with problems_file(path).open("a" if progress.position else "w", encoding="utf-8") as listed:

        def tell(answer: dict[str, Any]) -> None:
            progress.problems += 1
            listed.write(msgspec.json.encode(answer).decode() + "\n")

        feeder = Feeder("import", on_problem=tell, operator=operator)
        feeder.tally.counts = progress.counts
        for item in convert(path, sender, start=progress.position):
            progress.items += 1
            if isinstance(item.content, Problem):
                tell({"line": progress.items, "status": "unreadable", "text": str(item.content)})
            else:
                source = item.content["data"].get("PLATFORM_CODE", "")
                feeder.add(source, msgspec.json.encode(item.content), progress.items)
            if progress.items % _SAVE_EVERY == 0:
                feeder.flush()
                progress.position = item.position
                memory.write_bytes(msgspec.json.encode(progress))
                report(progress)
        feeder.flush()
        progress.done = True
        memory.write_bytes(msgspec.json.encode(progress))
        report(progress)
    return progress


def problems_file(path: Path) -> Path:
    """Where the problems of this file's import are listed."""
    return _memory(path).with_suffix(".problems.ndjson")


def _memory(path: Path) -> Path:
    folder = settings.HOME / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    found = path.stat()
    name = sha256(f"{path.resolve()}\0{found.st_size}\0{found.st_mtime_ns}".encode()).hexdigest()[:16]
    return folder / f"{name}.json"
