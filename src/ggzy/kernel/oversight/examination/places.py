"""The places where logs are published: this installation's own folders, or another that the operator names."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from ggzy.kernel.ledger import years
from ggzy.kernel.ledger.models import Checkpoint as Row
from ggzy.kernel.oversight.examination.faults import Faults
from ggzy.kernel.oversight.examination.inspections import INSPECTIONS
from ggzy.kernel.oversight.examination.whole import Moved, Published, examine
from ggzy.kernel.sequencing.publishing import published_size
from ggzy.kernel.tlog import verify
from ggzy.kernel.tlog.policy import Policy


def examine_all(
    place: str | None, opened: Callable[[str], Published], verified: Callable[[Published], str],
    vkey: str | None, policy: Policy, faults: Faults, moved: Moved,
) -> list[str]:  # fmt: skip
    """Verify the files of each place, hold the database against them, and do what other floors want done.

    `opened` and `verified` raise Damaged for files that do not fit. Returns what was looked at.
    """
    since = {} if place else _published()
    told, found = [], list[Published]()
    for one in [place] if place else _own(since):
        try:
            found.append(opened(one))
            told.append(f"{one}：{verified(found[-1])}")
        except verify.Damaged as damaged:
            for line in str(damaged).split("\n"):
                faults.add(f"{one}：{line}")
    done = examine(found, vkey, policy, faults, moved)
    told += [
        f"数据库：{done.logs} 本日志、{done.events:,} 条留痕，与对象链、记录、哈希块、检查点逐一核对",
        *done.told,
    ]
    for log_id, size in since.items():
        if (now := published_size(years.folder(log_id))) < size:
            faults.add(
                f"{years.folder(log_id)}/checkpoint：只有 {now:,} 条，数据库记有已公布的 {size:,} 条：文件被退回旧版"
            )
    told += [inspect(faults, moved) for inspect in INSPECTIONS]
    return told


def _published() -> dict[int, int]:
    """Of each log the size that has been published."""
    newest = Row.objects.filter(published_at__isnull=False).order_by("log_id", "-size").distinct("log_id")
    return dict(newest.values_list("log_id", "size"))


def _own(since: dict[int, int]) -> list[str]:
    """The folders of this installation that hold a log, or should."""
    home: Path = settings.HOME
    there = {path.parent for path in (home / "evidence").glob("[0-9][0-9][0-9][0-9]/checkpoint")}
    return [str(folder) for folder in sorted(there | {years.folder(log_id) for log_id in since})]
