"""What monitors ask: `/health`, does this process answer; `/health/ready`, how is the platform."""

import shutil
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, JsonResponse
from procrastinate.contrib.django.models import ProcrastinateJob

from ggzy.kernel import clock
from ggzy.kernel.ledger import followers
from ggzy.kernel.ledger.models import Event
from ggzy.kernel.sequencing import witnesses
from ggzy.kernel.tlog.policy import Unreadable

SEQUENCED_SECONDS = 60.0  # what a receipt promises
FOLLOWED_SECONDS = 10.0
STARTED_SECONDS = 300.0
FREE_BYTES = 2 * 1024**3
_QUEUE = """
SELECT count(*), min(coalesce(j.scheduled_at, e.at)) FROM {} j
LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= %s)
"""


def ready(request: HttpRequest) -> JsonResponse:
    """The state of every part; 503 when nothing can be served. `wrong` names the parts that somebody should look at."""
    parts: dict[str, Any] = {"disk": _disk()}
    try:
        parts |= {"database": {"ok": True}, "sequencer": _sequencer(), "follower": _follower(), "jobs": _jobs(), **_log()}
    except (OperationalError, InterfaceError):
        parts["database"] = {"ok": False}
    wrong = sorted(name for name, part in parts.items() if not part["ok"])
    return JsonResponse(
        {"wrong": wrong, **parts},
        status=200 if parts["database"]["ok"] else 503,
        headers={"Cache-Control": "no-store"},
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )


def _disk() -> dict[str, Any]:
    free = shutil.disk_usage(settings.HOME).free
    return {"ok": free >= FREE_BYTES, "free_bytes": free}


def _sequencer() -> dict[str, Any]:
    """How long the oldest event has been waiting for its place in the log."""
    oldest = Event.objects.filter(idx__isnull=True).order_by("id").values_list("at", flat=True).first()
    waiting = _seconds_since(oldest)
    return {"ok": waiting <= SEQUENCED_SECONDS, "seconds": waiting}


def _follower() -> dict[str, Any]:
    """How far pages lag behind the log, and how many followers are alive."""
    lag, alive = round(followers.behind().total_seconds(), 1), followers.living()
    return {"ok": alive > 0 and lag <= FOLLOWED_SECONDS, "seconds": lag, "alive": alive}


def _jobs() -> dict[str, Any]:
    """How many jobs are due and not begun, and for how long the oldest of them has been due."""
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE.format(ProcrastinateJob._meta.db_table), [clock.now()])
        count, oldest = cursor.fetchone()
    waiting = _seconds_since(oldest)
    return {"ok": waiting <= STARTED_SECONDS, "waiting": count, "seconds": waiting}


def _log() -> dict[str, Any]:
    """Whether witnesses cosign, and whether the fork guard lets the log be signed."""
    try:
        told = witnesses.standing()
    except Unreadable as fault:
        return {"witnesses": {"ok": False, "faults": {"policy": str(fault)}}}
    faults = {one["name"]: one["fault"] for one in told["witnesses"] if one["fault"]}
    return {
        "witnesses": {"ok": told["quorum"] or not told["published"], "cosigned_by": told["cosigned_by"], "faults": faults},
        "forkguard": {"ok": told["guard"]["state"] != "forked", **told["guard"]},
    }


def _seconds_since(at: datetime | None) -> float:
    return 0.0 if at is None else round(max((clock.now() - at).total_seconds(), 0.0), 1)
