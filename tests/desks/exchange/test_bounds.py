"""What one system may leave lying: its quarantine and its uploads are bounded, and nothing that was kept is lost."""

import json
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from ggzy.commons.files import store
from ggzy.commons.files.models import StoredFile
from ggzy.desks.exchange import bounds, intake, uploads
from ggzy.desks.exchange.models import Quarantined, Uploaded
from ggzy.desks.exchange.prepare import Reporter
from ggzy.kernel import clock
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.ledger.models import Event, Head

PROJECT = "E3100000001000001"
PROCEDURE = "E3100000001000001001"


def codes(answer: dict) -> list[str]:
    return [fault["code"] for fault in answer.get("faults", [])]


def junk(number: int, size: int = 10) -> bytes:
    return b"%d" % number + b"x" * size


@pytest.fixture
def two_lines(settings):
    settings.QUARANTINE_LINES = 2


# --- the quarantine


def test_beyond_the_bound_nothing_is_kept_and_good_lines_go_on(two_lines, send, line):
    answers = send(junk(1), junk(2), junk(3), line("500", PROJECT_CODE=PROJECT), junk(4))
    assert [a["status"] for a in answers] == ["refused", "refused", "refused", "accepted", "refused"]
    assert ["quarantine" in a for a in answers] == [True, True, False, False, False]
    assert codes(answers[2]) == ["record.envelope", "quarantine.full"]
    assert "/exchange/quarantine" in answers[2]["faults"][1]["text"]
    assert Quarantined.objects.count() == 2


def test_what_is_kept_is_answered_the_same_when_it_is_sent_again(two_lines, send):
    first = send(junk(1), junk(2))
    again = send(junk(3), junk(1), junk(2))
    assert [a.get("quarantine") for a in again] == [None, *(a["quarantine"] for a in first)]


def test_a_child_that_finds_no_room_is_told_what_it_waits_for(two_lines, send, line):
    send(junk(1), junk(2))
    (answer,) = send(line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE))
    assert (answer["status"], answer["missing"]) == ("refused", [f"project:{PROJECT}"])
    assert codes(answer) == ["record.held", "quarantine.full"]


def test_an_older_version_that_finds_no_room_is_told_both(two_lines, send, line):
    send(junk(1), junk(2), line("500", PROJECT_CODE=PROJECT, DATA_TIMESTAMP="20260102000000"))
    (answer,) = send(line("500", PROJECT_CODE=PROJECT, PROJECT_NAME="旧（演示）", DATA_TIMESTAMP="20260101000000"))
    assert (answer["status"], answer["version"]) == ("refused", 1)
    assert codes(answer) == ["record.superseded", "quarantine.full"]


def test_who_clears_up_has_room_again(two_lines, send, line, building):
    kept = send(junk(1), junk(2))
    intake.replay(building, kept[0]["quarantine"], line("500", PROJECT_CODE=PROJECT))
    assert "quarantine" in send(junk(3))[0]
    perform(building.act("api"), "quarantine.dismiss", source=building.source, number=kept[1]["quarantine"], reason="测试")
    assert "quarantine" in send(junk(4))[0]
    assert "quarantine" not in send(junk(5))[0]


def test_one_systems_junk_is_not_anothers(two_lines, send, building):
    send(junk(1), junk(2))
    (answer,) = send(junk(1), reporter=Reporter("12320200466372674G", "system:12320200466372674G"))
    assert "quarantine" in answer


def test_bytes_are_counted_with_the_reasons(settings, send, building):
    settings.QUARANTINE_BYTES = 3000
    answers = send(*(junk(number, 1000) for number in range(4)))
    assert ["quarantine" in a for a in answers] == [True, True, False, False]
    lying = bounds.lines(building.source)
    assert lying.count == 2
    assert 2000 < lying.size <= 3000


def test_the_same_junk_many_times_in_one_batch_takes_one_place(two_lines, send):
    answers = send(junk(1), junk(1), junk(1), junk(2))
    assert len({a["quarantine"] for a in answers}) == 2


def test_a_correction_that_is_still_wrong_cannot_grow_without_bound(settings, send, line, building):
    (kept,) = send(junk(1))
    settings.QUARANTINE_BYTES = 5000
    with pytest.raises(bounds.Full):
        intake.replay(building, kept["quarantine"], b"{" + b" " * 10_000)
    row = Quarantined.objects.get()
    assert (row.state, row.corrected, bytes(row.line)) == ("refused", None, junk(1))
    assert intake.replay(building, kept["quarantine"], line("500", PROJECT_CODE=PROJECT))["status"] == "accepted"


# --- uploads


@pytest.fixture
def admitted(token, building):
    return building.source


def with_file(raw: bytes, digest: str) -> bytes:
    return raw.replace(b'"op"', f'"attachments": [{{"name": "图.pdf", "sha256": "{digest}"}}], "op"'.encode(), 1)


def take(source: str, content: bytes) -> str:
    return uploads.take(source, iter([content]), "application/pdf").digest


def age(days: int) -> None:
    Uploaded.objects.update(at=clock.now() - timedelta(days=days))


def test_uploads_that_nothing_names_are_bounded(settings, admitted, send, line):
    settings.UPLOADS_BYTES = 100
    digest = take(admitted, b"a" * 80)
    with pytest.raises(bounds.Full) as refusal:
        take(admitted, b"b" * 30)
    assert (refusal.value.status, refusal.value.code) == (429, "file.unclaimed_full")
    assert StoredFile.objects.count() == 1
    send(with_file(line("500", PROJECT_CODE=PROJECT), digest))
    take(admitted, b"b" * 30)
    assert bounds.uploads(admitted) == bounds.Lying(1, 30)


def test_many_at_once_do_not_pass_the_bound_together(settings, admitted):
    settings.UPLOADS_BYTES = 100
    both = [store.save([content * 80], "application/pdf").digest for content in (b"a", b"b")]  # both found room
    uploads.keep(admitted, both[0])
    with pytest.raises(bounds.Full):
        uploads.keep(admitted, both[1])
    assert default_storage.exists(store.path(both[0]))
    assert not default_storage.exists(store.path(both[1]))


def test_what_nothing_names_is_removed_in_time_and_the_log_says_so(admitted, send, line):
    digest = take(admitted, b"forgotten")
    assert uploads.remove_unclaimed() == 0
    age(8)
    assert uploads.remove_unclaimed() == 1
    assert not default_storage.exists(store.path(digest))
    assert not Uploaded.objects.exists() and not StoredFile.objects.exists()
    event = Event.objects.get(type="uploaded.expire")
    assert (event.actor, json.loads(event.body)["files"]) == ("clock", [digest])
    assert codes(send(with_file(line("500"), digest))[0]) == ["record.attachment_missing"]
    assert take(admitted, b"forgotten") == digest
    assert send(with_file(line("500"), digest))[0]["status"] == "accepted"


def test_what_a_record_names_stays(admitted, send, line):
    digest = take(admitted, b"claimed")
    send(with_file(line("500"), digest))
    age(1000)
    assert uploads.remove_unclaimed() == 0
    assert default_storage.exists(store.path(digest))


@pytest.mark.parametrize("fields", [{}, {"TENDER_PROJECT_NAME": None}])
def test_what_an_unsettled_line_names_stays_until_it_is_settled(admitted, building, send, line, fields):
    digest = take(admitted, b"waited for")
    raw = with_file(line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE, **fields), digest)
    (answer,) = send(raw)
    assert answer["status"] == ("refused" if fields else "held")
    assert bounds.uploads(admitted).count == 1  # a line that is held for ever makes no room
    age(8)
    assert uploads.remove_unclaimed() == 0
    assert not Event.objects.filter(type="uploaded.expire").exists()
    perform(building.act("api"), "quarantine.dismiss", source=admitted, number=answer["quarantine"], reason="测试")
    assert uploads.remove_unclaimed() == 1


def test_a_held_record_still_has_its_file_when_its_parent_comes(admitted, send, line):
    digest = take(admitted, b"waited for")
    send(with_file(line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROCEDURE), digest))
    age(8)
    uploads.remove_unclaimed()
    send(line("500", PROJECT_CODE=PROJECT))
    assert Head.objects.filter(data_set="501").count() == 1
    assert Uploaded.objects.get().claimed_at is not None


def test_bytes_that_another_system_sent_too_stay(admitted):
    operator = Act("operator:test", "operator", "console")
    perform(operator, "system.admit", platform_code="12320200466372674G", name="别的系统")
    digest = take(admitted, b"shared")
    age(8)
    assert take("12320200466372674G", b"shared") == digest
    assert uploads.remove_unclaimed() == 0
    assert default_storage.exists(store.path(digest))
    assert Uploaded.objects.get().source == "12320200466372674G"


def test_a_removal_that_was_cut_off_is_completed(admitted, monkeypatch):
    take(admitted, b"forgotten")
    age(8)

    def cut(digest: str) -> bool:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(uploads, "remove_unnamed", cut)
        with pytest.raises(ConnectionError):
            uploads.remove_unclaimed()
    assert uploads.remove_unclaimed() == 1
    assert Event.objects.filter(type="uploaded.expire").count() == 1


def test_sending_a_file_again_renews_it(admitted):
    take(admitted, b"again")
    age(8)
    take(admitted, b"again")
    assert uploads.remove_unclaimed() == 0


# --- at the doors


def test_an_upload_beyond_the_bound_is_refused_before_it_is_read(settings, client, token):
    settings.UPLOADS_BYTES = 10
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post("/api/exchange/files", b"x" * 11, content_type="application/pdf", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (429, "file.unclaimed_full")
    assert str(settings.UPLOAD_DAYS) in answer.json()["detail"]
    assert not StoredFile.objects.exists()


def test_the_console_shows_what_lies_there_beside_its_bounds(settings, client, token, send):
    settings.QUARANTINE_LINES = 1234
    send(junk(1), junk(2))
    client.post("/exchange/sign-in", {"token": token})
    page = client.get("/exchange/quarantine").content.decode()
    assert "2 / 1,234" in page
    assert 'max="1234"' in page


def test_an_empty_file_is_refused(client, token):
    headers = {"Authorization": f"Bearer {token}", "Content-Length": "0"}
    answer = client.post("/api/exchange/files", b"\n"[:0], content_type="application/pdf", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "file.empty")
    assert not Uploaded.objects.exists()
