"""A request that is sent twice is done once: the second time it gets the first answer, byte for byte.

Keys are the client's own (header Idempotency-Key), scoped to the actor. An answer is kept for settings.ANSWER_DAYS;
who sends the request again after that makes a new one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256

from django.db import connection, models, transaction

from ggzy.kernel.errors import Conflict, Unprocessable

_AT_ONCE = 1000


class Answer(models.Model):
    """The answer that was given to a keyed request."""

    actor = models.TextField()
    key = models.TextField()
    fingerprint = models.BinaryField(help_text="SHA-256 over method, path and body of the request")
    status = models.SmallIntegerField()
    content_type = models.TextField(default="")
    body = models.BinaryField(default=bytes)
    file = models.TextField(default="", help_text="digest in the file store, for answers too long for a row")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "key"], name="an_idempotency_key_is_used_once_by_its_actor"),
        ]
        indexes = [models.Index(fields=["at"], name="answer_by_age")]


@contextmanager
def alone(actor: str, key: str) -> Iterator[None]:
    """Be the only one who works on this key; Conflict when the same request is being done right now.

    The lock dies with its connection, so a request that was cut off can be sent again at once.
    """
    lock = number(actor, key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        if not cursor.fetchone()[0]:
            raise Conflict("同一请求正在处理中，请稍后用同一 Idempotency-Key 查询结果。", code="idempotency.in_flight")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])


def number(actor: str, key: str) -> int:
    """The advisory lock of this key."""
    return int.from_bytes(sha256(f"{actor}\0{key}".encode()).digest()[:8], "big", signed=True)


def earlier(actor: str, key: str) -> Answer | None:
    """The answer that this key has had already."""
    return Answer.objects.filter(actor=actor, key=key).first()


def same_request(answer: Answer, fingerprint: bytes) -> None:
    """A key belongs to one request; Unprocessable when it comes with another."""
    if bytes(answer.fingerprint) != fingerprint:
        raise Unprocessable(
            "这个 Idempotency-Key 已用于另一请求。新的请求请使用新的 Key。", code="idempotency.key_reused"
        )


def remember(
    actor: str, key: str, fingerprint: bytes, at: datetime, *, status: int, content_type: str, body: bytes = b"", file: str = ""
) -> None:
    """Keep the answer for whoever sends the same request again."""
    Answer.objects.update_or_create(
        actor=actor,
        key=key,
        defaults={
            "fingerprint": fingerprint,
            "status": status,
            "content_type": content_type,
            "body": body,
            "file": file,
            "at": at,
        },
    )


def forget(before: datetime, let_go: Callable[[str], object]) -> int:
    """Forget the answers given before this moment, in small steps; returns how many.

    `let_go` is told the file of each that has one, in the transaction that forgets it. An answer whose file is being
    sent right now stays until the next time.
    """
    old = Answer.objects.filter(at__lt=before)
    forgotten = 0
    while some := old.filter(file="").values_list("pk", flat=True)[:_AT_ONCE]:
        forgotten += Answer.objects.filter(pk__in=list(some)).delete()[0]
    for answer in old.exclude(file="").only("actor", "key", "file").iterator():
        with suppress(Conflict), alone(answer.actor, answer.key), transaction.atomic():
            answer.delete()
            let_go(answer.file)
            forgotten += 1
    return forgotten
