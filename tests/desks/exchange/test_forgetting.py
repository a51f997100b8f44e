"""What was answered and what was settled is kept for its time, then removed; nothing else goes with it."""

import json
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from ggzy.commons.files import store
from ggzy.desks.exchange import jobs, quarantine, uploads
from ggzy.desks.exchange.models import Quarantined
from ggzy.kernel import clock, idempotency
from ggzy.kernel.actions import perform
from ggzy.kernel.idempotency import Answer
from ggzy.kernel.ledger.models import Event
from ggzy.web.api import exchange

RECORDS = "/api/exchange/records"


@pytest.fixture
def post(client, token):
    def post(key: str, body: bytes):
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        answer = client.post(RECORDS, body, content_type="application/x-ndjson", headers=headers)
        return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content

    return post


def age(model, field: str, **by: int) -> None:
    model.objects.update(**{field: clock.now() - timedelta(**by)})


@pytest.fixture
def long_answers(monkeypatch):
    monkeypatch.setattr(exchange, "_SHORT", 1)


@pytest.mark.parametrize("hours, kept", [(7 * 24 - 1, True), (7 * 24 + 1, False)])
def test_an_answer_is_kept_for_seven_days(post, line, hours, kept):
    first, answered = post("k", line("500"))
    age(Answer, "at", hours=hours)
    jobs.forget_answers(0)
    again, content = post("k", line("500"))
    assert (again.get("Idempotency-Replayed") == "true", content == answered) == (kept, kept)


def test_a_forgotten_key_may_name_another_request(post, line):
    post("k", line("500"))
    assert post("k", line("500", PROJECT_NAME="另一个"))[0].status_code == 422
    age(Answer, "at", days=8)
    jobs.forget_answers(0)
    assert post("k", line("500", PROJECT_NAME="另一个"))[0].status_code == 200


def test_the_file_of_a_long_answer_goes_with_it(post, line, long_answers):
    post("k", line("500"))
    digest = Answer.objects.get().file
    assert default_storage.exists(store.path(digest))
    age(Answer, "at", days=8)
    jobs.forget_answers(0)
    assert not Answer.objects.exists()
    assert not default_storage.exists(store.path(digest))


def test_a_file_that_something_else_names_stays(post, line, long_answers, building):
    post("k", line("500"))
    digest = Answer.objects.get().file
    young = Answer.objects.get()
    age(Answer, "at", days=8)
    young.pk, young.key = None, "another"
    young.save(force_insert=True)
    jobs.forget_answers(0)
    assert default_storage.exists(store.path(digest))
    uploads.keep(building.source, digest)
    age(Answer, "at", days=8)
    jobs.forget_answers(0)
    assert not Answer.objects.exists()
    assert default_storage.exists(store.path(digest))


def test_an_answer_that_is_being_sent_stays(post, line, long_answers, environment):
    import psycopg  # noqa: PLC0415 - another session holds the key

    post("k", line("500"))
    age(Answer, "at", days=8)
    number = idempotency.number(Answer.objects.get().actor, "k")
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [number])
        jobs.forget_answers(0)
        assert Answer.objects.exists()
    jobs.forget_answers(0)
    assert not Answer.objects.exists()


@pytest.fixture
def three_lines(send, line, building):
    """One line that is dismissed, one that became a record, one that waits; gives back the third's number."""
    bad = [answer["quarantine"] for answer in send(b"1", b"2")]
    perform(building.act("api"), "quarantine.dismiss", source=building.source, number=bad[0], reason="测试")
    held = send(line("501", PROJECT_CODE="E3100000001000001"))[0]["quarantine"]
    send(line("500", PROJECT_CODE="E3100000001000001"))
    assert Quarantined.objects.get(pk=held).state == "accepted"
    return bad[1]


def test_settled_lines_are_kept_for_six_months(three_lines):
    Quarantined.objects.filter(settled_at__isnull=False).update(settled_at=clock.now() - timedelta(days=183))
    assert quarantine.remove_settled() == 0
    assert Quarantined.objects.count() == 3


def test_settled_lines_go_after_that_and_one_event_says_how_many(three_lines):
    Quarantined.objects.update(received_at=clock.now() - timedelta(days=1000))
    Quarantined.objects.filter(settled_at__isnull=False).update(settled_at=clock.now() - timedelta(days=185))
    jobs.remove_settled(0)
    assert [row.pk for row in Quarantined.objects.all()] == [three_lines]
    event = Event.objects.get(type="quarantine.expire")
    assert (event.actor, event.disclose, json.loads(event.body)["lines"]) == ("clock", "audit", 2)
    assert quarantine.remove_settled() == 0
    assert Event.objects.filter(type="quarantine.expire").count() == 1


def test_much_goes_in_small_steps(three_lines, monkeypatch):
    monkeypatch.setattr(quarantine, "_AT_ONCE", 1)
    Quarantined.objects.filter(settled_at__isnull=False).update(settled_at=clock.now() - timedelta(days=185))
    assert quarantine.remove_settled() == 2
    assert Event.objects.filter(type="quarantine.expire").count() == 2
