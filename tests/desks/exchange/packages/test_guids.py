"""A GUID stands for one thing: the same again is unchanged, something else under it is refused and says so."""

from hashlib import md5
from itertools import count

import pytest

from ggzy.desks.exchange import conform
from ggzy.desks.exchange.models import Guid, Quarantined
from ggzy.desks.exchange.prepare import Reporter
from ggzy.kernel import clock
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.ledger.models import Head
from tests.desks.exchange.packages.conftest import fields, message, zipped

FIRST = "0f8fad5b-d9cb-469f-a165-70867728950e"
SECOND = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
PROJECT = "E3100000001000001"
serial = count(1)


def said(guid: str = FIRST, op: str = "1", enclosed: str = "", number: str = "500", **changed: str) -> tuple[str, bytes]:
    """A message under this GUID, in a document of its own."""
    head = f"<DATA_TYPE>{op}</DATA_TYPE><DATA_KEY>{guid}</DATA_KEY>"
    return f"20260317-{next(serial):06}-{number}.xml", message(fields(number, **changed) + enclosed, number, head).encode()


def listed(content: bytes, guid: str = SECOND) -> str:
    digest = md5(content, usedforsecurity=False).hexdigest()
    return f"<ATT><ATT_CODE>{guid}</ATT_CODE><ATT_NAME>批复.pdf</ATT_NAME><MD5>{digest}</MD5></ATT>"


def codes(answer: dict) -> list[str]:
    return [fault["code"] for fault in answer.get("faults", [])]


REUSED = ["package.guid_reused"]


def test_the_same_message_in_another_package_is_unchanged(receive):
    assert receive(zipped(said()))[0]["status"] == "accepted"
    assert receive(zipped(said()))[0]["status"] == "unchanged"
    assert receive(zipped(said("{" + FIRST.upper().replace("-", "") + "}")))[0]["status"] == "unchanged"


def test_another_content_under_the_same_guid_is_refused_kept_and_explained(receive):
    receive(zipped(said()))
    later = {"PROJECT_NAME": "另一个名称（演示）", "DATA_TIMESTAMP": "20260318093000"}
    refused, other, _ = receive(zipped(said(**later), said(SECOND, PROJECT_CODE="E3100000001000002")))
    assert (refused["status"], codes(refused), other["status"]) == ("refused", REUSED, "accepted")
    assert refused["faults"][0]["field"] == "DATA_KEY"
    assert "DATA_TYPE 2" in refused["faults"][0]["text"]
    assert Quarantined.objects.filter(pk=refused["quarantine"], state="refused").exists()
    assert Head.objects.filter(version=1).count() == 2


def test_a_change_may_come_under_the_guid_of_its_record_and_the_first_message_again_harms_nothing(receive):
    receive(zipped(said()))
    later = {"PROJECT_NAME": "另一个名称（演示）", "DATA_TIMESTAMP": "20260318093000"}
    (answer, _) = receive(zipped(said(op="2", **later)))
    assert (answer["status"], answer["version"]) == ("accepted", 2)
    assert receive(zipped(said()))[0]["status"] == "superseded"


def test_a_change_under_the_guid_of_another_record_is_refused(receive):
    receive(zipped(said()))
    assert codes(receive(zipped(said(op="2", PROJECT_CODE="E3100000001000009")))[0]) == REUSED


def test_two_messages_of_one_package_may_not_share_a_guid(receive):
    first, second, _ = receive(zipped(said(), said(PROJECT_CODE="E3100000001000009")))
    assert (first["status"], codes(second)) == ("accepted", REUSED)


def test_the_records_of_one_message_share_its_guid(receive):
    body = f"<R>{fields('500')}</R><R>{fields('500', PROJECT_CODE='E3100000001000002')}</R>"
    package = zipped(("1.xml", message(body, head=f"<DATA_KEY>{FIRST}</DATA_KEY>").encode()))
    assert receive(package)[-1]["summary"] == {"accepted": 2}
    assert receive(package)[-1]["summary"] == {"unchanged": 2}


def test_what_was_refused_may_be_corrected_under_its_guid(receive):
    assert receive(zipped(said(PROJECT_NAME="")))[0]["status"] == "refused"
    assert receive(zipped(said()))[0]["status"] == "accepted"


def test_what_is_held_has_its_guid(receive):
    child = {"number": "501", "PROJECT_CODE": PROJECT, "TENDER_PROJECT_CODE": PROJECT + "001"}
    assert receive(zipped(said(**child)))[0]["status"] == "held"
    assert receive(zipped(said(**child)))[0]["status"] == "held"
    assert codes(receive(zipped(said(**{**child, "TENDER_PROJECT_NAME": "别的（演示）"})))[0]) == REUSED
    receive(zipped(said(SECOND, PROJECT_CODE=PROJECT)))
    assert receive(zipped(said(**child)))[0]["status"] == "unchanged"


def test_what_found_no_room_has_not_taken_its_guid(receive, settings):
    child = {"number": "501", "PROJECT_CODE": PROJECT, "TENDER_PROJECT_CODE": PROJECT + "001"}
    settings.QUARANTINE_LINES = 0
    assert "quarantine.full" in codes(receive(zipped(said(**child)))[0])
    assert not Guid.objects.exists()


def test_an_attachment_of_the_same_guid_must_have_the_same_bytes(receive):
    def package(content: bytes, project: str) -> bytes:
        return zipped(said(f"{project[-8:]}-0000-4000-8000-000000000000", enclosed=listed(content), PROJECT_CODE=project), (SECOND, content))

    assert receive(package(b"pdf", "E3100000001000001"))[0]["status"] == "accepted"
    assert receive(package(b"pdf", "E3100000001000002"))[0]["status"] == "accepted"
    (refused, _) = receive(package(b"another", "E3100000001000003"))
    assert (refused["status"], codes(refused)) == ("refused", REUSED)
    assert refused["faults"][0]["field"] == "ATT_CODE"


def test_each_system_has_guids_of_its_own(receive, receive_for):
    other = "12320200466372674G"
    perform(Act("operator:test", "operator", "console"), "system.admit", platform_code=other, name="别的系统")
    receive(zipped(said()))
    document = zipped(said(PLATFORM_CODE=other, PROJECT_NAME="别的（演示）"))
    assert receive_for(Reporter(other, f"system:{other}"), document)[0]["status"] == "accepted"


def test_a_withdrawal_that_knows_its_record_by_the_guid_alone_is_told_that_there_is_none(receive):
    receive(zipped(said()))
    head = f"<DATA_TYPE>3</DATA_TYPE><DATA_KEY>{FIRST}</DATA_KEY><TIMESTAMP>20260318093000</TIMESTAMP>"
    (answer, _) = receive(zipped(("1.xml", message("", head=head).encode())))
    assert codes(answer) == ["record.nothing_to_withdraw"]


def test_without_a_guid_nothing_is_bound(receive):
    assert receive(zipped(said("NO-GUID-1")))[0]["status"] == "accepted"
    assert not Guid.objects.exists()


@pytest.mark.parametrize("second", [{}, {"PROJECT_CODE": "E3100000001000009"}])
def test_conform_says_the_same_beforehand(tmp_path, second):
    place = tmp_path / "package.zip"
    place.write_bytes(zipped(said(), said(**second)))
    report = conform.examine(str(place), clock.now())
    assert [finding.code for one in report.sets for finding in one.findings] == (REUSED if second else [])


