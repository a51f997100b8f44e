"""What the fork guard found last, for people and monitors; kept beside the published log.

Not in the database: that of an alarm is the wrong one, and goes when the right one is put in its place. Then the
log goes on, and its first event says that it stood still, since when, and why.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from ggzy.kernel import clock
from ggzy.kernel.act import Act
from ggzy.kernel.actions import Outcome, action, has_role, perform
from ggzy.kernel.sequencing.publishing import Forked, refuse_fork
from ggzy.kernel.tlog import note
from ggzy.kernel.tlog.checkpoint import Checkpoint
from ggzy.kernel.writing import replace


class Seen(msgspec.Struct):
    """The checkpoint that gave the alarm, and which witness showed it."""

    log_id: int
    witness: str
    origin: str
    size: int
    root: bytes

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint itself."""
        return Checkpoint(self.origin, self.size, self.root)


class Finding(msgspec.Struct):
    """What was found: `at` last, `since` when it is so, and who could not be asked, with the reason."""

    forked: bool
    at: datetime
    since: datetime
    text: str = ""
    seen: Seen | None = None
    silent: dict[str, str] = {}


@action(
    "log.forkguard", "分叉警报解除", subject=lambda act, **_: "log", may=has_role("clock", text="须由平台按时办理"), door=False
)
def resumed(act: Act, *, since: datetime, text: str) -> Outcome:
    """The log goes on after it stood still because a witness knew another version of it."""
    return Outcome(None, {"since": since.isoformat(), "alarm": text})


def forked(text: str, seen: Seen) -> None:
    """Nothing may be signed, for this reason; what was seen stays known though its witness should go away."""
    before, now = last(), clock.now()
    _write(Finding(True, now, before.since if before and before.forked else now, text, seen))


def clear(silent: dict[str, str]) -> None:
    """The log may be signed, as far as those witnesses know who were not silent; an alarm before this is an event."""
    before, now = last(), clock.now()
    if before and before.forked:
        perform(Act("clock", "clock", "clock"), "log.forkguard", since=before.since, text=before.text)
    _write(Finding(False, now, before.since if before and not before.forked else now, silent=silent))


def last() -> Finding | None:
    """What was found last; None when nobody has been asked yet."""
    try:
        return msgspec.json.decode(_place().read_bytes(), type=Finding)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def standing() -> dict[str, Any]:
    """For monitors: `clear`, `forked` or `unasked`; the published checkpoint is held against the database as well."""
    found = last()
    told: dict[str, Any] = {"state": "unasked", "at": None, "since": None, "text": None, "silent": {}}
    if found:
        told = {**msgspec.structs.asdict(found), "state": "forked" if found.forked else "clear"}
        del told["forked"], told["seen"]
        told["text"] = found.text or None
    try:
        _compare()
    except Forked as alarm:
        told.update(state="forked", text=str(alarm))
    return told


def _compare() -> None:
    """Forked when the database does not know the newest checkpoint that lies beside it."""
    folders = sorted(path.parent for path in _place().parent.glob("[0-9]*/checkpoint"))
    if folders:
        try:
            published = Checkpoint.parse(note.split((folders[-1] / "checkpoint").read_text())[0])
        except ValueError:
            raise Forked(f"已公布的检查点 {folders[-1].name}/checkpoint 无法读取。请从备份恢复该文件。") from None
        refuse_fork(int(folders[-1].name), published, folders[-1])


def _write(finding: Finding) -> None:
    replace(_place(), msgspec.json.encode(finding))


def _place() -> Path:
    home: Path = settings.HOME
    return home / "evidence" / "forkguard.json"
