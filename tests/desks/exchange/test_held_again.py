"""A line that is sent or replayed again with another fate than before waits, or is freed, like any other."""

from django.db import connection

from ggzy.desks.exchange import intake
from ggzy.desks.exchange.models import Quarantined
from ggzy.kernel.ledger.models import Head, Record

PROJECT = "E3100000001000001"
PROCEDURE = "E3100000001000001001"


def refused_yesterday(send, child: bytes) -> int:
    """A child that was refused then, and today only lacks its parent."""
    number = send(child)[0]["quarantine"]
    Quarantined.objects.filter(pk=number).update(state="refused", missing=[])
    return number


def test_a_refused_line_that_is_replayed_waits_for_its_parent(send, line, building):
    child = line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE)
    number = refused_yesterday(send, child)
    assert intake.replay(building, number, child)["status"] == "held"
    send(line("500", PROJECT_CODE=PROJECT))
    assert Quarantined.objects.get().state == "accepted"


def test_a_corrected_line_that_has_to_wait_keeps_its_correction(send, line, building):
    wrong = line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE, TENDER_PROJECT_NAME=None)
    number = send(wrong)[0]["quarantine"]
    right = line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE)
    assert intake.replay(building, number, right)["status"] == "held"
    row = Quarantined.objects.get()
    assert (row.state, bytes(row.line), bytes(row.corrected)) == ("held", wrong, right)
    send(line("500", PROJECT_CODE=PROJECT))
    assert Quarantined.objects.get().state == "accepted"
    assert Head.objects.filter(data_set="501").count() == 1


def test_what_is_released_is_the_line_as_it_was_last_sent(send, line, building):
    first = line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE, TENDER_PROJECT_NAME="原名")
    number = send(first)[0]["quarantine"]
    intake.replay(building, number, line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE, TENDER_PROJECT_NAME="改名"))
    assert intake.replay(building, number, first)["status"] == "held"
    send(line("500", PROJECT_CODE=PROJECT))
    assert "原名" in Record.objects.get(data_set="501").public


def test_a_refused_line_that_is_replayed_as_an_older_one_says_so(send, line, building):
    number = send(line("500", PROJECT_CODE=PROJECT, PROJECT_NAME=None))[0]["quarantine"]
    send(line("500", PROJECT_CODE=PROJECT, DATA_TIMESTAMP="20260301000000"))
    older = line("500", PROJECT_CODE=PROJECT, DATA_TIMESTAMP="20260201000000", PROJECT_NAME="旧名称")
    assert intake.replay(building, number, older)["status"] == "superseded"
    assert Quarantined.objects.get(pk=number).state == "superseded"


def test_a_refused_line_that_is_sent_again_waits_for_its_parent(send, line):
    child = line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE)
    number = refused_yesterday(send, child)
    assert send(child)[0]["quarantine"] == number
    send(line("500", PROJECT_CODE=PROJECT))
    assert Quarantined.objects.get().state == "accepted"
    assert Head.objects.filter(data_set="501").count() == 1


def test_a_parent_that_is_repeated_frees_what_its_first_sending_did_not(send, line, building):
    send(line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE))
    held = Quarantined.objects.get()
    parent = line("500", PROJECT_CODE=PROJECT)
    send(parent)
    with connection.cursor() as cursor:  # as if the process had died between the parent's commit and the release
        cursor.execute("DELETE FROM kernel_head WHERE data_set = '501'")
    Quarantined.objects.update(state="held", missing=held.missing, settled_at=None)
    assert send(parent)[0]["status"] == "unchanged"
    assert Quarantined.objects.get().state == "accepted"
