"""Releasing what was held: in batches bounded by lines and by bytes, once each, whoever else is at work."""

import json

import pytest
from django.db import connection

from ggzy.desks.exchange import intake, quarantine
from ggzy.desks.exchange.models import Quarantined
from ggzy.desks.exchange.prepare import Line
from ggzy.kernel.actions import perform
from ggzy.kernel.ledger.models import Event, Head

PROJECT = "E3100000001000001"
SIZE = 100_000


@pytest.fixture
def big_children(send, line):
    """Twelve held procedures of 100 kB each."""
    wide = [
        line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=f"{PROJECT}{number:03}").replace(b'"data":', b" " * SIZE + b'"data":')
        for number in range(12)
    ]
    assert {answer["status"] for answer in send(*wide)} == {"held"}
    return wide


def declare(source: str) -> None:
    """As if the process had died between the parent's commit and the release."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO exchange_declared (source, code) VALUES (%s, %s)", [source, f"project:{PROJECT}"])


def sizes() -> list[int]:
    """How many records each event of a release published."""
    return [body["records"] for body in map(_body, Event.objects.filter(body__contains="暂存").order_by("subject_seq"))]


def _body(event: Event) -> dict:
    return json.loads(event.body)


@pytest.fixture
def three_lines(monkeypatch):
    monkeypatch.setattr(intake, "BATCH_BYTES", 2 * SIZE + SIZE // 2)


def test_a_parent_releases_its_children_in_batches_bounded_by_bytes(big_children, three_lines, send, line):
    send(line("500", PROJECT_CODE=PROJECT))
    assert sizes() == [3, 3, 3, 3]
    assert Head.objects.filter(data_set="501").count() == 12


def test_the_clock_does_the_same(big_children, three_lines, building):
    declare(building.source)
    assert intake.release_overdue() == 12
    assert sizes() == [3, 3, 3, 3]


def test_a_release_of_many_lines_goes_on_to_the_last(monkeypatch, send, line):
    monkeypatch.setattr(intake, "BATCH", 5)
    send(*(line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=f"{PROJECT}{number:03}") for number in range(12)))
    send(line("500", PROJECT_CODE=PROJECT))
    assert Head.objects.filter(data_set="501").count() == 12
    assert sizes() == [5, 5, 2]


def test_a_line_larger_than_a_batch_is_released_alone(big_children, building, monkeypatch):
    monkeypatch.setattr(intake, "BATCH_BYTES", 1)
    declare(building.source)
    assert intake.release_overdue() == 12
    assert sizes() == [1] * 12


def test_what_stays_held_does_not_keep_the_clock_from_the_rest(send, line, building):
    stays = line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROJECT + "001", PLATFORM_CODE=building.source)
    send(stays)
    declare(building.source)
    Quarantined.objects.update(line=b"{broken")  # as if the rules had become stricter since
    send(line("501", PROJECT_CODE="E3100000001000002", TENDER_PROJECT_CODE="E3100000001000002001"))
    assert intake.release_overdue() == 0
    assert sorted(Quarantined.objects.values_list("state", flat=True)) == ["held", "refused"]


def test_a_line_that_was_dismissed_in_the_meantime_is_not_taken_in(send, line, building):
    (held,) = send(line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROJECT + "001"))
    (read,) = quarantine.released_by(building.source, [f"project:{PROJECT}"], 0, 1000, 10**6)  # another process has it in hand
    perform(building.act("api"), "quarantine.dismiss", source=building.source, number=held["quarantine"], reason="作废")
    declare(building.source)
    answers, _, _ = intake._one_batch(building, [Line(0, read.raw, quarantined=read.quarantined)], "api")
    assert answers[0]["faults"][0]["code"] == "quarantine.settled"
    assert not Head.objects.filter(data_set="501").exists()
    assert Quarantined.objects.get().state == "dismissed"
