"""Files that systems send before the records that name them: kept, claimed by a record, or given up and removed.

Who sends a file a second time renews it. A file that an unsettled line names stays, as long as the line may become a record.
"""

import logging
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import QuerySet

from ggzy.commons.files import store
from ggzy.commons.files.models import StoredFile
from ggzy.desks.exchange import bounds
from ggzy.desks.exchange.models import Quarantined, TradingSystem, Uploaded
from ggzy.kernel import clock
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Unavailable, Unprocessable
from ggzy.kernel.idempotency import Answer

_AT_ONCE = 1000
log = logging.getLogger(__name__)


def room(source: str) -> int:
    """How many bytes this system may still upload before its records name some."""
    return settings.UPLOADS_BYTES - bounds.uploads(source).size


def take(source: str, content: Iterator[bytes], media_type: str, length: int = 0) -> StoredFile:
    """Store a file that a record of this system will name; Full when that would be more than may lie unnamed.

    `length` is what the sender announced, 0 when nothing was said.
    """
    left = room(source)
    if length > left:
        raise bounds.uploads_full()
    stored = store.save(bounds.within(content, left), media_type)
    if not stored.size:
        raise Unprocessable("文件是空的。请核对要上传的文件。", code="file.empty")
    keep(source, stored.digest)
    return stored


def keep(source: str, digest: str) -> None:
    """Let this system name a stored file in its records; Full when too much of its lies there unnamed.

    Uploads of one system come here one after the other, so that many at once do not pass the bound together.
    """
    try:
        with transaction.atomic():
            TradingSystem.objects.select_for_update().get(pk=source)
            _alone(digest)
            Uploaded.objects.update_or_create(
                source=source, digest=digest, defaults={"at": clock.now(), "expired_at": None}
            )
            if room(source) < 0:
                raise bounds.uploads_full()
            if not default_storage.exists(store.path(digest)):
                raise Unavailable(
                    "同样的文件刚被清除，这次没有留存。请重新上传。", code="file.just_removed", retry_after=1
                )
    except bounds.Full:
        remove_unnamed(digest)
        raise


def there(source: str, digests: Collection[str]) -> set[str]:
    """Those of these files that the system has sent and may name."""
    rows = Uploaded.objects.filter(source=source, digest__in=digests, expired_at__isnull=True)
    return set(rows.values_list("digest", flat=True))


def claim(source: str, digests: Collection[str], at: datetime) -> None:
    """A record that was taken in names these files: they stay."""
    if digests:
        Uploaded.objects.filter(source=source, digest__in=digests, claimed_at__isnull=True).update(
            claimed_at=at
        )


def give_up(source: str, digests: Collection[str], at: datetime) -> list[str]:
    """Give up those of these files that nothing names by now either; gives them back."""
    rows = _unclaimed().filter(source=source, digest__in=set(digests) - _waited_for(source))
    given_up = sorted(rows.values_list("digest", flat=True))
    rows.update(expired_at=at)
    return given_up


def remove_unclaimed() -> int:
    """Give up and remove all files that nothing has named for too long; returns how many were removed.

    What is given up is on the log before any bytes go. A run that is cut off is completed by the next one.
    """
    act = Act("clock", "clock", "clock", f"{settings.UPLOAD_DAYS} 天内没有记录引用")
    old = _unclaimed().filter(at__lt=act.at - timedelta(days=settings.UPLOAD_DAYS))
    for source in sorted(set(old.values_list("source", flat=True))):
        forgotten = set(old.filter(source=source).values_list("digest", flat=True)[:_AT_ONCE]) - _waited_for(
            source
        )
        if forgotten:
            perform(act, "uploaded.expire", source=source, digests=sorted(forgotten))
    given_up = Uploaded.objects.filter(expired_at__isnull=False)
    removed = sum(map(remove_unnamed, sorted(set(given_up.values_list("digest", flat=True)))))
    if removed:
        log.info("%d files that no record named in %d days were removed", removed, settings.UPLOAD_DAYS)
    return removed


def remove_unnamed(digest: str) -> bool:
    """Forget that a file was given up, and remove its bytes unless a system or an answer still names them."""
    with transaction.atomic():
        _alone(digest)
        Uploaded.objects.filter(digest=digest, expired_at__isnull=False).delete()
        if Uploaded.objects.filter(digest=digest).exists() or Answer.objects.filter(file=digest).exists():
            return False
        StoredFile.objects.filter(pk=digest).delete()
        default_storage.delete(store.path(digest))
    return True


def _unclaimed() -> QuerySet[Uploaded]:
    return Uploaded.objects.filter(claimed_at__isnull=True, expired_at__isnull=True)


def _waited_for(source: str) -> set[str]:
    """The files that unsettled lines of this system name: they may still become records."""
    lines = Quarantined.objects.filter(source=source, settled_at__isnull=True).exclude(attachments=[])
    return {digest for names in lines.values_list("attachments", flat=True) for digest in names}


def _alone(digest: str) -> None:
    """Until the transaction ends nobody else keeps or removes this file."""
    number = int.from_bytes(bytes.fromhex(digest)[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
