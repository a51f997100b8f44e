"""Packages in: records with the answers of any line, attachments by GUID and MD5, GBK and UTF-8."""

import json
from hashlib import md5, sha256

import pytest

from ggzy.commons.files import store
from ggzy.desks.exchange.models import Quarantined, Uploaded
from ggzy.desks.exchange.packages import Enclosure, write
from ggzy.kernel.ledger.models import Head, Record
from tests.desks.exchange.packages.conftest import fields, message, outgoing, zipped

PROJECT = "E3100000001000001"
GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def test_each_record_gets_its_answer_with_its_file(receive):
    *answers, summary = receive(write([outgoing("500", PROJECT_CODE=PROJECT), outgoing("1900")]))
    assert [(a["status"], a["file"].split("-")[2]) for a in answers] == [
        ("accepted", "500.xml"),
        ("accepted", "1900.xml"),
    ]
    assert summary["summary"] == {"accepted": 2}
    assert Head.objects.count() == 2


def test_the_same_package_again_changes_nothing_and_a_correction_is_a_new_version(receive):
    receive(write([outgoing("500", DATA_TIMESTAMP="20260101000000")]))
    assert receive(write([outgoing("500", DATA_TIMESTAMP="20260101000000")]))[0]["status"] == "unchanged"
    (corrected, _) = receive(
        write([outgoing("500", PROJECT_NAME="新名（演示）", DATA_TIMESTAMP="20260102000000")])
    )
    assert (corrected["status"], corrected["version"]) == ("accepted", 2)
    (older, _) = receive(
        write([outgoing("500", PROJECT_NAME="旧名（演示）", DATA_TIMESTAMP="20260101000001")])
    )
    assert older["status"] == "superseded"


def test_a_child_is_held_until_its_parent_comes_in_another_package(receive):
    child = outgoing("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROJECT + "001")
    (answer, _) = receive(write([child]))
    assert (answer["status"], answer["missing"]) == ("held", [f"project:{PROJECT}"])
    receive(write([outgoing("500", PROJECT_CODE=PROJECT)]))
    assert Quarantined.objects.get().state == "accepted"


def test_within_a_package_the_order_does_not_matter(receive):
    child = outgoing("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROJECT + "001")
    assert receive(write([child, outgoing("500", PROJECT_CODE=PROJECT)]))[-1]["summary"] == {"accepted": 2}


def test_a_withdrawal_finds_its_record_by_the_natural_key(receive):
    receive(write([outgoing("500", DATA_TIMESTAMP="20260101000000")]))
    (answer, _) = receive(
        write([outgoing("500", op="3", reason="重复报送", DATA_TIMESTAMP="20260102000000")])
    )
    assert (answer["status"], answer["version"]) == ("accepted", 2)
    assert Head.objects.get().withdrawn
    assert json.loads(Record.objects.get(version=2).public)["reason"] == "重复报送"


def test_a_refused_record_tells_field_rule_and_expectation_and_waits_in_the_quarantine(
    receive, client, token
):
    good, bad = outgoing("500", PROJECT_CODE=PROJECT), outgoing("500", PROJECT_NAME="长" * 601)
    refused, accepted, _ = receive(write([bad, good]))
    assert accepted["status"] == "accepted"
    assert (refused["status"], refused["faults"][0]["field"]) == ("refused", "PROJECT_NAME")
    assert refused["faults"][0]["expected"] and refused["faults"][0]["rule"]
    row = Quarantined.objects.get(pk=refused["quarantine"])
    assert json.loads(bytes(row.line))["data"]["PROJECT_NAME"] == "长" * 601


def test_a_package_that_is_not_taken_in_whole_is_kept_as_it_came(receive, settings):
    assert receive(write([outgoing("500")]))[-1]["package"] == ""
    package = write([outgoing("500", PROJECT_NAME="")])
    kept = receive(package)[-1]["package"]
    assert kept == sha256(package).hexdigest()
    assert store.read(kept).read() == package
    settings.UPLOADS_BYTES = 0
    (answer, summary) = receive(write([outgoing("500", PROJECT_NAME="", PROJECT_CODE=PROJECT)]))
    assert (answer["status"], summary["package"]) == ("refused", "")


def test_an_attachment_for_which_there_is_no_room_refuses_its_record_alone(receive, settings):
    settings.UPLOADS_BYTES = 3
    refused, accepted, _ = receive(
        write([outgoing("500", Enclosure("批复.pdf", b"%PDF-1.7 demo")), outgoing("1900")])
    )
    assert refused["faults"][0]["code"] == "file.unclaimed_full"
    assert accepted["status"] == "accepted"


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        (' encoding="GBK"', "gbk"),
        (' encoding="gb2312"', "gbk"),
        (' encoding="GB18030"', "gb18030"),
        ("", "gbk"),
        (' encoding="UTF-8"', "utf-8"),
        (' encoding="utf-8"', "utf-8-sig"),
        ("", "utf-8"),
        (' encoding="UTF-16"', "utf-16"),
    ],
)
def test_gbk_and_utf_8_are_read_declared_or_not(receive, declared, codec):
    text = message(fields("500", PROJECT_NAME="示范大桥（演示）"), declared=declared)
    (answer, _) = receive(zipped(("20260317-000001-500.xml", text.encode(codec))))
    assert answer["status"] == "accepted", answer
    assert json.loads(Record.objects.get().public)["PROJECT_NAME"] == "示范大桥（演示）"


def test_an_attachment_comes_by_guid_and_is_given_out_with_the_record(receive, client):
    package = write([outgoing("500", Enclosure("批复.pdf", b"%PDF-1.7 demo"), PROJECT_CODE=PROJECT)])
    (answer, summary) = receive(package)
    assert (answer["status"], summary["attachments"]) == ("accepted", 1)
    digest = sha256(b"%PDF-1.7 demo").hexdigest()
    assert json.loads(Record.objects.get().public)["attachments"] == [{"name": "批复.pdf", "sha256": digest}]
    assert client.get(f"/api/files/{digest}").getvalue() == b"%PDF-1.7 demo"


def listed(md5_of: bytes, guid: str = GUID) -> str:
    return (
        f"<binary><attSetCode>LEND_NOTICE</attSetCode><attCount>1</attCount><attCode>{guid}</attCode><attName>出让公告</attName>"
        f"<attType>pdf</attType><md5>{md5(md5_of).hexdigest().upper()}</md5><attFileName>{guid}</attFileName></binary>"
    )


def test_a_list_of_attachments_may_be_a_message_of_its_own(receive):
    notice = message(
        fields("600", ATTACHMENT_SET_CODE=GUID.upper()), "600", "<DATA_EN>DEAL_BEHAVIOR_INFO</DATA_EN>"
    )
    package = zipped(
        ("20170601-000001-600.xml", notice.encode()),
        ("20170601-000002-603.xml", message(listed(b"pdf"), "603").encode()),
        (GUID, b"pdf"),
    )
    (answer, summary) = receive(package)
    assert answer["status"] == "accepted", answer
    assert summary["ignored"] == []
    assert Uploaded.objects.get().digest == sha256(b"pdf").hexdigest()
    assert json.loads(Record.objects.get().public)["attachments"][0]["name"] == "出让公告.pdf"


def test_a_guid_that_the_package_does_not_explain_is_a_warning(receive):
    (answer, _) = receive(write([outgoing("600", ATTACHMENT_SET_CODE=GUID)]))
    assert answer["status"] == "accepted"
    assert [w["code"] for w in answer["warnings"]] == ["package.attachment_unlisted"]


def test_what_no_message_names_is_left_and_told(receive):
    package = zipped(("a-500.xml", message(fields("500")).encode()), ("说明.txt", b"?"), (".DS_Store", b"?"))
    assert receive(package)[-1]["ignored"] == ["说明.txt"]


def test_names_are_read_as_senders_write_them(receive):
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><x:root xmlns:x="urn:x"><x:head><dataNo>500</dataNo><dataType>1</dataType></x:head>'
        f"<x:body><PROJECT>{fields('500', PROJECT_CODE=PROJECT)}</PROJECT>"
        f"<PROJECT>{fields('500', PROJECT_CODE=PROJECT[:-1] + '2')}</PROJECT></x:body></x:root>"
    )
    answers = receive(zipped(("m.xml", text.encode())))
    assert [a["status"] for a in answers[:-1]] == ["accepted", "accepted"], answers
