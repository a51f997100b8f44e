"""The witnesses of this installation: which there are, what they signed, and how each is doing."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from ggzy.kernel import clock
from ggzy.kernel.ledger.models import Checkpoint, Cosignature, Log, Witness
from ggzy.kernel.sequencing import alarm
from ggzy.kernel.sequencing.publishing import NO_WITNESSES
from ggzy.kernel.tlog.policy import Policy

log = logging.getLogger(__name__)


def place() -> Path:
    """The operator's file that names the witnesses."""
    return Path(settings.WITNESSES) if settings.WITNESSES else settings.HOME / "witnesses" / "policy"


def policy() -> Policy:
    """The witnesses as the operator named them; none without the file. policy.Unreadable when it is wrong."""
    try:
        return Policy.parse(place().read_text())
    except FileNotFoundError:
        return NO_WITNESSES


def keep(log_id: int, size: int, lines: dict[str, str]) -> None:
    """Keep what witnesses signed, by their names, and that they are well."""
    at = clock.now()
    Cosignature.objects.bulk_create(
        [
            Cosignature(log_id=log_id, size=size, witness=name, line=line, at=at)
            for name, line in lines.items()
        ],
        ignore_conflicts=True,
    )
    since = {}
    for known in Witness.objects.filter(name__in=lines):
        if known.fault:
            log.info("见证人 %s 恢复正常。", known.name)
        elif known.since:
            since[known.name] = known.since
    Witness.objects.bulk_create(
        [Witness(name=name, log_id=log_id, size=size, at=at, since=since.get(name, at)) for name in lines],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["log_id", "size", "at", "fault", "since"],
    )


def blame(name: str, fault: str) -> None:
    """Say that a witness does not cosign, and why: once until it changes."""
    known, _ = Witness.objects.get_or_create(name=name)
    if known.fault != fault:
        log.warning("见证人 %s 没有见证：%s。日志照常运行，稍后再试。", name, fault)
        since = known.since if known.fault and known.since else clock.now()
        Witness.objects.filter(name=name).update(fault=fault, since=since)


def lines(log_id: int, size: int, names: Iterable[str]) -> dict[str, str]:
    """The signature lines that these witnesses gave for a checkpoint, in the order of the names."""
    found = dict(Cosignature.objects.filter(log_id=log_id, size=size).values_list("witness", "line"))
    return {name: found[name] for name in names if name in found}


def standing() -> dict[str, Any]:
    """How the newest log is witnessed, for pages and monitors."""
    told = policy()
    known = {witness.name: witness for witness in Witness.objects.all()}
    newest = Log.objects.order_by("id").last()
    published = (
        Checkpoint.objects.filter(log_id=newest.pk if newest else 0, note__isnull=False)
        .order_by("-size")
        .first()
    )
    names = [] if published is None else list(lines(published.log_id, published.size, told.witnesses))
    return {
        "log": newest and newest.origin,
        "size": newest and newest.size,
        "published": published and published.size,
        "cosigned_by": names,
        "quorum": told.is_met_by(names),
        "guard": alarm.standing(),
        "witnesses": [_state(name, known.get(name)) for name in told.witnesses],
    }


def _state(name: str, known: Witness | None) -> dict[str, Any]:
    known = known or Witness(name=name)
    return {
        "name": name,
        "log": known.log_id,
        "size": known.size,
        "at": known.at,
        "fault": known.fault or None,
        "reachable_since": None if known.fault else known.since,
        "failing_since": known.since if known.fault else None,
    }
