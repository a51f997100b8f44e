"""Records in: what is accepted, unchanged, superseded, held, refused, and that nothing is lost."""

import json
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256

import pytest
from django.db import DatabaseError, connection, transaction

from ggzy import standard
from ggzy.desks.exchange import intake
from ggzy.desks.exchange.models import Quarantined
from ggzy.desks.exchange.prepare import Line, Reporter, prepare
from ggzy.kernel import clock
from ggzy.kernel.ledger import records
from ggzy.kernel.ledger.models import Event, Head, Record
from ggzy.kernel.tlog import tree

PROJECT = "E3100000001000001"
PROCEDURE = "E3100000001000001001"


def test_a_new_record_is_accepted_with_its_event(send, line):
    (answer,) = send(line("500", PROJECT_CODE=PROJECT))
    assert answer["status"] == "accepted"
    assert answer["version"] == 1
    event = Event.objects.get(pk=answer["event"])
    assert event.type == "record.receive"
    assert json.loads(event.body)["records"] == 1


def test_the_event_commits_to_each_record_apart(send, line):
    answers = send(*(line("500", PROJECT_CODE=f"E31000000010000{i:02}") for i in range(5)))
    proven = records.prove(answers[3]["id"], 1)
    body = json.loads(Event.objects.get(pk=answers[3]["event"]).body)
    assert b64decode(body["root"]) == proven.root
    meta = {**proven.meta, "public": b64encode(sha256(proven.public_salt + proven.public.encode()).digest()).decode()}
    text = json.dumps(meta, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    leaf = sha256(b"\x00ggzy-rec/1\x00" + text).digest()
    assert tree.verify_inclusion(3, 5, leaf, proven.path, proven.root)


def test_the_same_content_again_is_unchanged_and_names_the_version_that_holds(send, line):
    (first,) = send(line("500", PROJECT_CODE=PROJECT))
    (again,) = send(line("500", PROJECT_CODE=PROJECT))
    assert (again["status"], again["event"], again["version"]) == ("unchanged", first["event"], 1)
    assert Record.objects.count() == 1


def test_a_correction_is_a_new_version_and_the_old_one_stays(send, line):
    send(line("500", PROJECT_CODE=PROJECT, PROJECT_NAME="旧名（演示）", DATA_TIMESTAMP="20260101000000"))
    (second,) = send(line("500", PROJECT_CODE=PROJECT, PROJECT_NAME="新名（演示）", DATA_TIMESTAMP="20260102000000"))
    assert (second["status"], second["version"]) == ("accepted", 2)
    names = [json.loads(r.public)["PROJECT_NAME"] for r in Record.objects.order_by("version")]
    assert names == ["旧名（演示）", "新名（演示）"]


def test_an_older_stamp_never_replaces_a_newer_one_and_is_kept(send, line):
    send(line("500", PROJECT_CODE=PROJECT, PROJECT_NAME="新（演示）", DATA_TIMESTAMP="20260102000000"))
    old = line("500", PROJECT_CODE=PROJECT, PROJECT_NAME="旧（演示）", DATA_TIMESTAMP="20260101000000")
    (answer,) = send(old)
    assert answer["status"] == "superseded"
    assert bytes(Quarantined.objects.get(pk=answer["quarantine"]).line) == old
    assert Head.objects.get().version == 1


def test_two_versions_in_one_batch_count_up(send, line):
    answers = send(
        line("500", PROJECT_CODE=PROJECT, PROJECT_NAME="一（演示）", DATA_TIMESTAMP="20260101000000"),
        line("500", PROJECT_CODE=PROJECT, PROJECT_NAME="二（演示）", DATA_TIMESTAMP="20260102000000"),
    )
    assert [a["version"] for a in answers] == [1, 2]
    assert Head.objects.get().version == 2


def test_a_withdrawal_leaves_a_tombstone(send, line):
    send(line("500", key="p", PROJECT_CODE=PROJECT, DATA_TIMESTAMP="20260101000000"))
    (answer,) = send(line("500", key="p", op="3", DATA_TIMESTAMP="20260102000000"))
    assert (answer["status"], answer["version"]) == ("accepted", 2)
    assert Head.objects.get().withdrawn
    assert Record.objects.count() == 2


def test_nothing_is_withdrawn_that_is_not_there(send, line):
    (answer,) = send(line("500", key="p", op="3"))
    assert answer["faults"][0]["code"] == "record.nothing_to_withdraw"


def test_a_child_waits_for_its_parent_and_is_released_by_it(send, line):
    (child,) = send(line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE))
    assert (child["status"], child["missing"]) == ("held", [f"project:{PROJECT}"])
    send(line("500", PROJECT_CODE=PROJECT))
    assert Quarantined.objects.get(pk=child["quarantine"]).state == "accepted"
    assert Head.objects.filter(data_set="501").count() == 1


def test_a_whole_line_of_descendants_is_released(send, line):
    lot = line("502", TENDER_PROJECT_CODE=PROCEDURE, BID_SECTION_CODE=PROCEDURE + "001")
    assert send(lot)[0]["status"] == "held"
    assert send(line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE))[0]["status"] == "held"
    send(line("500", PROJECT_CODE=PROJECT))
    assert sorted(Head.objects.values_list("data_set", flat=True)) == ["500", "501", "502"]


def test_within_a_batch_the_order_does_not_matter(send, line):
    answers = send(
        line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE), line("500", PROJECT_CODE=PROJECT)
    )
    assert [a["status"] for a in answers] == ["accepted", "accepted"]


def test_a_held_line_sent_twice_waits_once(send, line):
    child = line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE)
    assert send(child)[0]["quarantine"] == send(child)[0]["quarantine"]


def test_what_should_have_been_released_is_released_by_the_clock(send, line, building):
    send(line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE))
    with connection.cursor() as cursor:  # as if the process had died between the parent's commit and the release
        cursor.execute(
            "INSERT INTO exchange_declared (source, code) VALUES (%s, %s)", [building.source, f"project:{PROJECT}"]
        )
    assert intake.release_overdue() == 1
    assert Quarantined.objects.get().state == "accepted"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"data_set": "500", "data": {', "record.not_json"),
        (b"[1, 2]", "record.envelope"),
        (b'{"data_set": "500"}', "record.envelope"),
        ('{"data_set": "500", "data": {"PROJECT_NAME": "项目"}}'.encode("gbk"), "record.encoding"),
        (b'{"data_set": "999", "data": {}}', "record.data_set_unknown"),
    ],
)
def test_a_broken_line_is_refused_and_kept(send, raw, code):
    (answer,) = send(raw)
    assert answer["status"] == "refused"
    assert answer["faults"][0]["code"] == code
    assert bytes(Quarantined.objects.get(pk=answer["quarantine"]).line) == raw


def test_broken_lines_do_not_stop_the_others(send, line):
    answers = send(b"{", line("500", PROJECT_CODE=PROJECT), b"}")
    assert [a["status"] for a in answers] == ["refused", "accepted", "refused"]


def test_a_foreign_platform_code_is_refused(send, line):
    (answer,) = send(line("500", PROJECT_CODE=PROJECT, PLATFORM_CODE="12320200466372674G"))
    assert [f["code"] for f in answer["faults"]] == ["record.foreign_platform"]


def test_a_clock_ten_minutes_ahead_is_refused_with_both_times(send, line):
    (answer,) = send(line("500", PROJECT_CODE=PROJECT, DATA_TIMESTAMP="20991231235959"))
    assert answer["faults"][0]["code"] == "record.clock_ahead"
    assert "平台时间" in answer["faults"][0]["expected"]


def test_a_token_for_some_data_sets_covers_no_others(send, line, building):
    (answer,) = send(line("500"), reporter=Reporter(building.source, building.actor, ("55",)))
    assert answer["faults"][0]["code"] == "record.data_set_not_yours"


def test_an_unknown_data_set_is_called_unknown_whatever_the_token_covers(send, line, building):
    (answer,) = send(b'{"data_set": "9999", "data": {}}', reporter=Reporter(building.source, building.actor, ("55",)))
    assert [f["code"] for f in answer["faults"]] == ["record.data_set_unknown"]


@pytest.mark.parametrize(
    ("number", "field", "ahead", "past"),
    [
        ("1900", "PUBLISH_TIME", "20991231000000", "20260317093000"),
        ("701", "TRADE_DATE", "20991231", "20260317"),
    ],
)
def test_nothing_is_published_ahead_of_its_time(building, line, number, field, ahead, past):
    # A notice of the year 2099 would stand on top of the home page until then.
    def codes(value: str) -> list[str]:
        prepared = prepare(building, Line(1, line(number, **{field: value})), clock.now())
        return [f["code"] for f in prepared.faults]

    assert codes(ahead) == ["record.published_ahead"]
    assert codes(past) == []


@pytest.mark.parametrize("published", ["20260401", "20260401100000"])
def test_what_is_published_today_is_not_ahead(building, line, published):
    number, field = ("701", "TRADE_DATE") if len(published) == 8 else ("1900", "PUBLISH_TIME")
    at = datetime(2026, 4, 1, 9, 55, tzinfo=standard.CHINA)
    raw = line(number, DATA_TIMESTAMP="20260401095500", **{field: published})
    assert prepare(building, Line(1, raw), at).faults == []


def test_the_end_of_a_guarantee_may_lie_ahead(building, line):
    prepared = prepare(building, Line(1, line("523", END_TIME="20991231000000")), clock.now())
    assert prepared.faults == []


def test_a_market_that_does_not_exist_is_refused(send, line):
    (answer,) = send(line("1900", MARKET="99"))
    assert [(f["code"], f["field"]) for f in answer["faults"]] == [("record.code_unknown", "MARKET")]


@pytest.mark.parametrize("op", ['"4"', "1"])
def test_a_wrong_op_is_told_the_three_that_there_are(send, op):
    (answer,) = send(b'{"data_set": "500", "op": %s, "data": {}}' % op.encode())
    assert answer["faults"][0]["code"] == "record.envelope"
    assert all(word in answer["faults"][0]["text"] for word in ("新增", "变更", "撤回"))


def test_a_withdrawal_without_a_ground_is_done_with_a_warning(send, line):
    send(line("500", key="p", PROJECT_CODE=PROJECT, DATA_TIMESTAMP="20260101000000"))
    (answer,) = send(line("500", key="p", op="3", DATA_TIMESTAMP="20260102000000"))
    assert answer["status"] == "accepted"
    assert [w["code"] for w in answer["warnings"]] == ["record.reason_missing"]


def test_a_persons_record_is_not_addressed_by_the_identity_number(send, line):
    (answer,) = send(line("212"))
    assert answer["status"] == "accepted"
    assert answer["key"].startswith("h:")


def test_a_record_cannot_be_changed_or_deleted_in_the_database(send, line):
    send(line("500", PROJECT_CODE=PROJECT))
    for statement in ("UPDATE kernel_record SET public = '{}'", "DELETE FROM kernel_record", "TRUNCATE kernel_record"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_corrected_line_leaves_the_quarantine(send, line, building):
    (answer,) = send(line("500", PROJECT_CODE=PROJECT, PROJECT_NAME=None))
    assert answer["faults"][0]["field"] == "PROJECT_NAME"
    again = intake.replay(building, answer["quarantine"], line("500", PROJECT_CODE=PROJECT))
    assert again["status"] == "accepted"
    row = Quarantined.objects.get(pk=answer["quarantine"])
    assert (row.state, bool(row.settled_at)) == ("accepted", True)


def lot_of(line, lot: str) -> list[bytes]:
    return [
        line("500", PROJECT_CODE=PROJECT),
        line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE),
        line("502", TENDER_PROJECT_CODE=PROCEDURE, BID_SECTION_CODE=lot),
    ]


def test_a_list_of_bidders_waits_for_the_opening(send, line):
    # 招标投标法 22: number and names of bidders are secret until the bids are opened.
    lot = PROCEDURE + "001"
    bidders = line("507", TENDER_PROJECT_CODE=PROCEDURE, BID_SECTION_CODE=lot)
    answers = send(*lot_of(line, lot), bidders)
    assert (answers[3]["status"], answers[3]["missing"]) == ("held", [f"opening:{lot}"])
    assert not Record.objects.filter(data_set="507").exists()
    send(line("506", TENDER_PROJECT_CODE=PROCEDURE, BID_SECTION_CODES=lot, BID_OPENING_TIME="20260301093000"))
    assert Record.objects.filter(data_set="507").count() == 1


def test_an_opening_cannot_be_reported_before_its_time(send, line):
    lot = PROCEDURE + "001"
    opening = line("506", TENDER_PROJECT_CODE=PROCEDURE, BID_SECTION_CODES=lot, BID_OPENING_TIME="20991231093000")
    answers = send(*lot_of(line, lot), opening)
    assert [f["code"] for f in answers[3]["faults"]] == ["record.opening_ahead"]


@pytest.mark.parametrize("number", ["508", "507", "212"])
def test_no_key_can_be_found_by_trying_identity_numbers(send, line, number):
    # A plain digest of an identity number is found in hours: there are only so many birthdays.
    lot = PROCEDURE + "001"
    opened = line("506", TENDER_PROJECT_CODE=PROCEDURE, BID_SECTION_CODES=lot, BID_OPENING_TIME="20260301093000")
    fields = {} if number == "212" else {"TENDER_PROJECT_CODE": PROCEDURE, "BID_SECTION_CODE": lot}
    answers = send(*lot_of(line, lot), opened, line(number, **fields))
    assert answers[4]["status"] == "accepted"
    assert answers[4]["key"].startswith("h:")


def test_a_senders_own_key_that_holds_an_identity_number_is_shielded_too(send, line):
    (answer,) = send(line("500", key="项目-11010519491231002X", PROJECT_CODE=PROJECT))
    assert "11010519491231002X" not in answer["key"]
    (again,) = send(line("500", key=answer["key"], PROJECT_CODE=PROJECT))
    assert (again["status"], again["id"]) == ("unchanged", answer["id"])


def test_a_tombstone_shows_the_ground_but_no_field_that_only_government_may_see(send, line):
    send(line("500", key="p", PROJECT_CODE=PROJECT, DATA_TIMESTAMP="20260101000000"))
    withdrawal = json.loads(line("500", key="p", op="3", DATA_TIMESTAMP="20260102000000"))
    send(json.dumps({**withdrawal, "reason": "重复报送，经办人 11010519491231002X"}, ensure_ascii=False).encode())
    tombstone = Record.objects.get(version=2)
    assert "DATA_TIMESTAMP" not in tombstone.public
    assert "重复报送" in tombstone.public
    assert "11010519491231002X" not in tombstone.public


def test_the_withdrawal_of_what_nobody_sees_is_seen_by_nobody(send, line):
    (expert,) = send(line("212", DATA_TIMESTAMP="20260101000000"))
    (answer,) = send(line("212", key=expert["key"], op="3", DATA_TIMESTAMP="20260102000000"))
    assert answer["status"] == "accepted"
    assert [r.public for r in Record.objects.order_by("version")] == ["{}", "{}"]
