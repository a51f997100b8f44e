"""What one system, or one token, must not reach: other systems' rows and files, other data sets, the future."""

from datetime import timedelta

import pytest

from ggzy import standard
from ggzy.desks.exchange import quarantine
from ggzy.desks.exchange.models import Quarantined, Uploaded
from ggzy.kernel import clock
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import NotFound, Unprocessable
from ggzy.kernel.ledger.models import Event, Head, Record

RIVAL = "12339900MB00000274"


@pytest.mark.parametrize("control", ["\t", "\n", "\r"])
def test_a_natural_key_with_a_control_is_refused(send, line, control):
    crafted = f"a{control}1{control}77777{control}{RIVAL}{control}503{control}K"
    (answer,) = send(line("1900", RECORD_ID=crafted))
    assert (answer["status"], answer["faults"][0]["code"]) == ("refused", "record.key_control")
    assert not Head.objects.exists()


@pytest.mark.parametrize("name", ["标书\u202efdp.exe", "a\u200bb.pdf"])
def test_a_name_that_reads_otherwise_than_it_is_is_refused(send, line, name):
    raw = line("500").replace(b'"op"', f'"attachments": [{{"name": "{name}", "sha256": "{"0" * 64}"}}], "op"'.encode())
    assert send(raw)[0]["faults"][0]["code"] == "record.envelope"


def test_only_ones_own_files_can_be_named(send, line, building):
    digest = "a" * 64
    raw = line("500").replace(b'"op"', f'"attachments": [{{"name": "图.pdf", "sha256": "{digest}"}}], "op"'.encode())
    Uploaded.objects.create(source=RIVAL, digest=digest)
    assert send(raw)[0]["faults"][0]["code"] == "record.attachment_missing"
    Uploaded.objects.create(source=building.source, digest=digest)
    assert send(raw)[0]["status"] == "accepted"


def test_an_identity_number_in_a_file_name_is_masked(send, line, building):
    digest, name = "b" * 64, "张三11010519491231002X.pdf"
    Uploaded.objects.create(source=building.source, digest=digest)
    send(line("500").replace(b'"op"', f'"attachments": [{{"name": "{name}", "sha256": "{digest}"}}], "op"'.encode()))
    assert "张三110***********002X.pdf" in Record.objects.get().public


def test_an_opening_is_not_taken_in_a_moment_early(send, line):
    soon = (clock.now() + timedelta(minutes=5)).astimezone(standard.CHINA)
    (answer,) = send(line("506", BID_OPENING_TIME=f"{soon:%Y%m%d%H%M%S}"))
    assert "record.opening_ahead" in [fault["code"] for fault in answer.get("faults", ())]


def test_a_token_opens_only_lines_of_its_data_sets(send, line, building):
    number = send(line("500", PROJECT_NAME=None))[0]["quarantine"]
    act = Act(building.actor, "system", "api", scope=("1900",))
    with pytest.raises(NotFound):
        perform(act, "quarantine.dismiss", source=building.source, number=number, reason="不要了")
    with pytest.raises(NotFound):
        quarantine.find(building.source, number, ("1900", "51"))
    assert quarantine.find(building.source, number, ("1900", "50")).pk == number


def test_a_dismissal_says_why_without_naming_a_person(send, line, building):
    number = send(line("500", PROJECT_NAME=None))[0]["quarantine"]
    act = Act(building.actor, "system", "api")
    for bad in (" ", "长" * 501):
        with pytest.raises(Unprocessable):
            perform(act, "quarantine.dismiss", source=building.source, number=number, reason=bad)
    perform(act, "quarantine.dismiss", source=building.source, number=number, reason="重复：张三 11010519491231002X")
    assert Quarantined.objects.get().ground == "重复：张三 110***********002X"
    assert "11010519491231002X" not in Event.objects.get(type="quarantine.dismiss").body


def test_an_event_says_in_which_role_and_by_which_door(send, line):
    send(line("500"))
    body = Event.objects.get(type="record.receive").body
    assert '"role":"system"' in body and '"via":"api"' in body
