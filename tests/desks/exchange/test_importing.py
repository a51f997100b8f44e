"""Files in: the demo's real notices, OCDS, the standard's own lines; resumed, repeated, broken."""

import json
from importlib.resources import files

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from ggzy.desks.exchange import demo, importing
from ggzy.desks.exchange.convert import Sender
from ggzy.desks.exchange.importing import feed_file, problems_file
from ggzy.kernel.ledger.models import Event, Head, Record

NOTICES = files(demo) / "national-portal-notices.jsonl"


@pytest.fixture
def ourselves(building) -> Sender:
    return Sender(building.source, building.source)


def test_the_fifty_real_notices_come_in(db, ourselves):
    progress = feed_file(NOTICES, ourselves, lambda progress: None)
    assert progress.counts == {"accepted": 50}
    assert Head.objects.filter(data_set="1900").count() == 50


def test_importing_again_changes_nothing(db, ourselves):
    feed_file(NOTICES, ourselves, lambda progress: None)
    progress = feed_file(NOTICES, ourselves, lambda progress: None)
    assert progress.counts == {"unchanged": 50}
    assert Record.objects.count() == 50


def test_an_interrupted_import_goes_on_where_it_stopped(db, ourselves, line, tmp_path, monkeypatch):
    path = tmp_path / "projects.ndjson"
    path.write_bytes(b"\n".join(line("500", PROJECT_CODE=f"E31000000010{i:05}") for i in range(25)) + b"\n")
    monkeypatch.setattr(importing, "_SAVE_EVERY", 10)

    def stop_after_ten(progress: importing.Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        feed_file(path, ourselves, stop_after_ten)
    assert Record.objects.count() == 10
    progress = feed_file(path, ourselves, lambda progress: None)
    assert progress.items == 25
    assert Record.objects.count() == 25
    assert sum(json.loads(event.body)["records"] for event in Event.objects.all()) == 25, "each came once"


def test_problems_are_counted_and_listed(db, ourselves, line, tmp_path, capsys):
    path = tmp_path / "mixed.ndjson"
    path.write_bytes(line("500") + b"\n{broken\n" + line("500", PROJECT_CODE="E3100000001999999", PROJECT_NAME=None) + b"\n")
    with pytest.raises(SystemExit):
        call_command("import", str(path))
    listed = [json.loads(problem) for problem in problems_file(path).read_text().splitlines()]
    assert len(listed) == 2
    assert all(problem["status"] in ("unreadable", "refused") for problem in listed)
    assert "2 条未入库" in capsys.readouterr().out


def test_a_file_of_no_known_kind_is_told_so(db, tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with pytest.raises(CommandError):
        call_command("import", str(path))


def test_an_ocds_release_becomes_a_notice_on_a_project(db, ourselves, tmp_path):
    release = {
        "ocid": "ocds-abc123-1", "id": "1", "date": "2026-03-01T08:00:00+08:00", "tag": ["tender"], "language": "zh",
        "initiationType": "tender", "buyer": {"id": "b", "name": "示范市第一中学"},
        "tender": {"id": "t", "title": "图书馆设备采购（演示）", "value": {"amount": 120000, "currency": "CNY"}},
    }  # fmt: skip
    package = {"uri": "https://example.invalid/p", "version": "1.1", "publishedDate": "2026-03-01T08:00:00Z",
               "publisher": {"name": "示范"}, "releases": [release]}  # fmt: skip
    path = tmp_path / "package.json"
    path.write_text(json.dumps(package, ensure_ascii=False))
    progress = feed_file(path, ourselves, lambda progress: None)
    assert progress.counts == {"accepted": 1}
    assert json.loads(Record.objects.get().public)["PROJECT_CODE"] == "ocds-abc123-1"


def test_the_demo_streams_through_the_real_intake(db, settings):
    call_command("demo", "--first", "--records", "400")
    assert Head.objects.count() == 450 - _new_versions()
    assert (settings.HOME / "demo.token").stat().st_mode & 0o777 == 0o600


def _new_versions() -> int:
    return Record.objects.count() - Head.objects.count()
