"""Whose records they are is one thing, who brings them another: the log names both, the role and the door."""

import json
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ggzy.desks.exchange import intake
from ggzy.desks.exchange.models import Quarantined, Token
from ggzy.kernel import operators
from ggzy.kernel.ledger.models import Event, Head, Record

PROJECT = "E3100000001000001"
PROCEDURE = "E3100000001000001001"


def told(event: Event) -> tuple[str, str, str]:
    """Who, in which role, by which door, as the event says it."""
    body = json.loads(event.body)
    return event.actor, body["role"], body["via"]


@pytest.fixture
def held(send, line):
    """A procedure that waits for its project."""
    return send(line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE))[0]["quarantine"]


def test_an_import_is_the_operators_and_its_records_the_systems(db, building, line, tmp_path):
    path = tmp_path / "records.ndjson"
    path.write_bytes(line("500", PROJECT_CODE=PROJECT) + b"\n")
    call_command("import", str(path), "--as", "zhang.san")
    event = Event.objects.get(type="record.receive")
    assert told(event) == ("operator:zhang.san", "operator", "import")
    assert json.loads(event.body)["source"] == building.source
    assert Head.objects.get().source == building.source


def test_without_a_name_the_account_is_named_that_logged_in(db, line, tmp_path):
    path = tmp_path / "records.ndjson"
    path.write_bytes(line("500", PROJECT_CODE=PROJECT) + b"\n")
    call_command("import", str(path))
    assert Event.objects.get(type="record.receive").actor == operators.actor(None)


@pytest.mark.parametrize("name", ["a b", "x" * 65, "a\nb", "system:1"])
def test_a_name_that_could_be_misread_is_refused(name):
    with pytest.raises(CommandError, match="--as"):
        operators.actor(name)


def test_what_the_clock_releases_is_the_clocks(held, building):
    with connection.cursor() as cursor:  # as if the process had died between the parent's commit and the release
        cursor.execute(
            "INSERT INTO exchange_declared (source, code) VALUES (%s, %s)", [building.source, f"project:{PROJECT}"]
        )
    assert intake.release_overdue() == 1
    event = Event.objects.get(pk=Record.objects.get(data_set="501").event_id)
    assert told(event) == ("clock", "clock", "clock")
    assert json.loads(event.body)["reason"]
    assert Head.objects.get(data_set="501").source == building.source


def test_what_a_parent_releases_is_done_by_who_brought_the_parent(held, send, line, building, tmp_path):
    path = tmp_path / "records.ndjson"
    path.write_bytes(line("500", PROJECT_CODE=PROJECT) + b"\n")
    call_command("import", str(path), "--as", "li.si")
    event = Event.objects.get(pk=Record.objects.get(data_set="501").event_id)
    assert told(event) == ("operator:li.si", "operator", "import")
    assert Quarantined.objects.get(pk=held).state == "accepted"


def test_a_narrow_token_releases_what_another_token_was_allowed_to_send(held, send, line, building):
    send(line("500", PROJECT_CODE=PROJECT), reporter=replace(building, data_sets=("500",)))
    assert Quarantined.objects.get(pk=held).state == "accepted"


def test_tokens_are_issued_by_the_operator_who_types(db, building, capsys):
    call_command("token", "--as", "wang", "issue", building.source, "--name", "示范系统", "--days", "30")
    issued = Token.objects.get()
    assert (issued.expires_at - issued.issued_at).days == 30
    assert {event.actor for event in Event.objects.all()} == {"operator:wang"}
    call_command("token", "list")
    assert "有效至" in capsys.readouterr().out


@pytest.mark.parametrize("days", ["0", "-1", "99999999"])
def test_a_number_of_days_that_is_none_is_refused(db, building, days):
    with pytest.raises(CommandError, match="有效天数"):
        call_command("token", "issue", building.source, "--name", "示范系统", f"--days={days}")


@pytest.mark.parametrize("given", ["9x", "0", ""])
def test_a_token_is_not_issued_for_data_sets_that_there_are_not(db, building, given):
    with pytest.raises(CommandError, match="没有编号以"):
        call_command("token", "issue", building.source, "--name", "示范系统", "--sets", "50", given)
    assert not Token.objects.exists()
