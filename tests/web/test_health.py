"""Monitors are told how every part does, cheaply and without secrets."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from ggzy.kernel import clock
from ggzy.kernel.ledger import followers
from ggzy.kernel.ledger.models import Follower
from ggzy.kernel.sequencing import alarm
from ggzy.web import health


@pytest.fixture
def ready(client, db):
    def ready():
        answer = client.get("/health/ready")
        return answer.status_code, answer.json()

    return ready


def test_all_is_well_once_the_follower_has_said_so(ready, send, line, sequence):
    send(line("500"))
    sequence()
    assert ready()[1]["wrong"] == ["follower"]
    followers.reached("index", 1)
    status, parts = ready()
    assert (status, parts["wrong"]) == (200, [])
    assert parts["disk"]["free_bytes"] > 0
    assert parts["jobs"]["waiting"] == 0


def test_events_that_wait_too_long_for_their_place_are_told(ready, send, line, monkeypatch):
    send(line("500"))
    monkeypatch.setattr(health, "SEQUENCED_SECONDS", -1.0)
    assert "sequencer" in ready()[1]["wrong"]


def test_a_follower_that_has_stopped_is_told(ready, db):
    followers.reached("index", 0)
    assert ready()[1]["follower"] == {"ok": True, "seconds": 0.0, "alive": 1}
    Follower.objects.update(at=clock.now() - timedelta(minutes=1))
    assert ready()[1]["follower"] == {"ok": False, "seconds": 0.0, "alive": 0}


def test_jobs_that_nobody_begins_are_told(ready, db):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, scheduled_at, priority)"
            " VALUES ('default', 'x', '{}', 'todo', now() - interval '1 hour', 0)"
        )
    jobs = ready()[1]["jobs"]
    assert (jobs["ok"], jobs["waiting"]) == (False, 1)
    assert jobs["seconds"] >= 3600


def test_a_fork_is_told(ready, db):
    alarm.forked("停止", alarm.Seen(2026, "w", "o", 1, b""))
    status, parts = ready()
    assert (status, parts["forkguard"]["state"], parts["forkguard"]["text"]) == (200, "forked", "停止")
    assert "forkguard" in parts["wrong"]


def test_a_published_checkpoint_that_the_database_does_not_know_is_told(ready, send, line, sequence, settings):
    send(line("500"))
    sequence()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM kernel_checkpoint")
        cursor.execute("RESET session_replication_role")
    assert ready()[1]["forkguard"]["state"] == "forked"


def test_without_a_database_it_is_not_ready(ready, monkeypatch):
    def away() -> None:
        raise OperationalError

    monkeypatch.setattr(health, "_sequencer", away)
    status, parts = ready()
    assert (status, parts["database"]) == (503, {"ok": False})


def test_it_asks_the_database_few_questions(client, db, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get("/health/ready")
