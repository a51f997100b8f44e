"""What the disclosure desk's tests share: a ledger to publish in, and an index to put entries in."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from ggzy import standard
from ggzy.desks.disclosure import following, index
from ggzy.desks.disclosure.entry import Entry
from ggzy.kernel.ledger import records
from ggzy.kernel.ledger.feed import end

SOURCE = "E3100009999"


@pytest.fixture(autouse=True)
def _own_reader(monkeypatch):
    """No test sees the index of another."""
    monkeypatch.setattr(index, "reader", index.Reader())


@pytest.fixture
def entries(settings, tmp_path) -> Callable[..., list[Entry]]:
    """Put entries into a new index and put it in use; fields that a test does not name are filled in."""
    settings.HOME = tmp_path

    def put(*given: dict[str, Any]) -> list[Entry]:
        made = [_entry(number, fields) for number, fields in enumerate(given, 1)]
        writer = index.Writer(index.fresh())
        for one in made:
            writer.put(one)
        writer.commit(len(made))
        writer.close()
        index.switch(writer.path)
        return made

    return put


def _entry(number: int, fields: dict[str, Any]) -> Entry:
    base = {
        "head_id": number, "version": 1, "data_set": "503", "market": "construction", "kind": "invitation",
        "stage": "notice", "region": "310115", "title": f"公告 {number}", "text": "",
        "published_at": datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=number), "listed": True,
    }  # fmt: skip
    return Entry(**{**base, **fields})


@dataclass
class Ledger:
    """Publishes records of the data standard as the intake does, and gives each event its place at once."""

    published: int = 0

    def publish(self, *given: tuple[str, str, dict[str, str] | None]) -> list[int]:
        """Publish (data set, key, fields over the standard's example; None withdraws) as one event."""
        self.published += 1
        candidates = [self._candidate(*one) for one in given]
        event_id = uuid.uuid4()
        with transaction.atomic():
            verdicts, new = records.decide(SOURCE, candidates)
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO kernel_event"
                    " (id, subject, subject_seq, type, actor, at, body, salt, disclose, entry, idx)"
                    " VALUES (%s, 'test', %s, 'record.report', 'test', now(), '{}', '', 'public', '', %s)",
                    [event_id, self.published, end()],
                )
            records.write(SOURCE, event_id, new)
        return [verdict.head_id for verdict in verdicts]

    def _candidate(self, data_set: str, key: str, fields: dict[str, str] | None) -> records.Candidate:
        stamp = f"2026031700{self.published:04d}"
        if fields is None:
            return records.Candidate(data_set, key, stamp, b'{"reason":"test"}', b"{}", withdrawn=True)
        row = {**standard.example(data_set), **fields}
        checked = standard.check(data_set, json.dumps({k: v for k, v in row.items() if v}).encode())
        assert not checked.faults, checked.faults
        return records.Candidate(data_set, key, stamp, checked.public, checked.private)


@pytest.fixture
def ledger(db) -> Ledger:
    return Ledger()


@pytest.fixture
def caught_up(ledger) -> Callable[[], None]:
    """Bring the index up to the end of the ledger, as the writing process does, and look at it anew."""

    def catch_up() -> None:
        with following.Pass(index.current() or following.rebuild()) as ahead:
            while ahead.position < (last := end()):
                ahead.put_some(last)
            ahead.commit()
            ahead.writer.close()
        index.reader = index.Reader()

    return catch_up


@pytest.fixture
def running_follower(database_url) -> Iterator[Thread]:
    """The follower in a thread of this process."""
    stop = Event()

    def run() -> None:
        with closing(connection):
            following.follow(stop)

    thread = Thread(target=run)
    thread.start()
    yield thread
    stop.set()
    thread.join(20)
    assert not thread.is_alive()
