"""The watched folder: files taken once, answers beside them, and kill -9 at any moment."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from ggzy.desks.exchange.packages import folder as folders
from ggzy.desks.exchange.packages import write
from ggzy.desks.exchange.packages.folder import ANSWERS, Folder
from ggzy.kernel.errors import Conflict
from ggzy.kernel.ledger.models import Event, Head, Record
from tests.desks.exchange.packages.conftest import outgoing

PROJECTS = [outgoing("500", PROJECT_CODE=f"E31000000010{n:05}") for n in range(400)]


@pytest.fixture
def watched(token, building, tmp_path):
    found = Folder(tmp_path / "inbox", building)
    yield found
    found.close()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def answers(folder: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in (folder / (name + ANSWERS)).read_bytes().splitlines()]


def test_a_package_that_is_well_goes_to_done_with_its_answers(watched):
    (watched.path / "a.zip").write_bytes(write(PROJECTS[:2]))
    ((name, tally, well),) = watched.round(settled=True)
    assert (name, tally.counts, well) == ("a.zip", {"accepted": 2}, True)
    assert names(watched.done) == ["a.zip", "a.zip" + ANSWERS]
    assert names(watched.working) == names(watched.failed) == []
    first, *_, summary, last = answers(watched.done, "a.zip")
    assert (first["status"], summary["lines"], last) == ("accepted", 2, {"folder": "done"})


def test_a_package_with_a_refused_record_or_that_cannot_be_read_goes_to_failed(watched):
    (watched.path / "bad.zip").write_bytes(write([outgoing("500", PROJECT_NAME=""), PROJECTS[0]]))
    (watched.path / "cut.zip").write_bytes(write(PROJECTS[:1])[:-9])
    (watched.path / "note.txt").write_text("no package")
    assert [well for _, _, well in watched.round(settled=True)] == [False] * 3
    assert [answer["status"] for answer in answers(watched.failed, "bad.zip")[:2]] == ["refused", "accepted"]
    assert answers(watched.failed, "cut.zip")[0]["code"] == "package.broken"
    assert answers(watched.failed, "note.txt")[0]["code"] == "package.broken"


def test_a_file_is_taken_only_when_it_no_longer_grows(watched):
    whole = write(PROJECTS[:1])
    place = watched.path / "a.zip"
    place.write_bytes(whole[:50])
    assert not list(watched.round())
    place.write_bytes(whole)
    assert not list(watched.round())
    assert len(list(watched.round())) == 1


def test_what_is_still_written_hidden_or_no_file_is_left_alone(watched, tmp_path):
    (tmp_path / "elsewhere.zip").write_bytes(write(PROJECTS[:1]))
    (watched.path / "link.zip").symlink_to(tmp_path / "elsewhere.zip")
    for name in (".hidden.zip", "a.zip.part", "b.tmp"):
        (watched.path / name).write_bytes(b"x")
    assert not list(watched.round(settled=True))


def test_a_second_file_of_the_same_name_stands_beside_the_first(watched):
    for _ in range(2):
        (watched.path / "a.zip").write_bytes(write(PROJECTS[:1]))
        list(watched.round(settled=True))
    assert names(watched.done) == ["a-2.zip", "a-2.zip" + ANSWERS, "a.zip", "a.zip" + ANSWERS]
    assert answers(watched.done, "a-2.zip")[0]["status"] == "unchanged"


def test_only_one_process_looks_after_a_folder(watched, building):
    with pytest.raises(Conflict):
        Folder(watched.path, building)


def test_when_the_database_is_away_the_package_waits(watched, monkeypatch):
    (watched.path / "a.zip").write_bytes(write(PROJECTS[:1]))

    def away(*_):
        raise OperationalError("gone")

    with monkeypatch.context() as patch, pytest.raises(OperationalError):
        patch.setattr(folders, "take_in", away)
        list(watched.round(settled=True))
    assert "a.zip" in names(watched.working)
    assert [well for _, _, well in watched.round()] == [True]
    assert names(watched.done) == ["a.zip", "a.zip" + ANSWERS]


def test_what_nobody_foresaw_fails_alone(watched, monkeypatch):
    (watched.path / "a.zip").write_bytes(write(PROJECTS[:1]))

    def broken(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr(folders, "take_in", broken)
    assert [well for _, _, well in watched.round(settled=True)] == [False]
    assert answers(watched.failed, "a.zip")[0]["code"] == "package.failed"


@pytest.mark.parametrize("moved", [False, True])
def test_answers_that_are_complete_are_put_away_and_not_made_again(watched, moved):
    (watched.working / ("a.zip" + ANSWERS)).write_text('{"status":"accepted"}\n{"folder":"done"}\n')
    (watched.done if moved else watched.working).joinpath("a.zip").write_bytes(write(PROJECTS[:1]))
    assert not list(watched.round())
    assert answers(watched.done, "a.zip")[0] == {"status": "accepted"}
    assert names(watched.done) == ["a.zip", "a.zip" + ANSWERS]
    assert not Head.objects.exists()


def test_a_folder_of_folders_belongs_to_the_systems_that_are_admitted(token, building, tmp_path, capsys):
    for name in (building.source, "12320200466372674G", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.zip").write_bytes(write(PROJECTS[:1]))
    call_command("inbox", str(tmp_path), "--once")
    assert "a.zip：入库 1 条，已移入 done/" in capsys.readouterr().out
    assert [path.parent.parent.name for path in tmp_path.glob("*/done/a.zip")] == [building.source]


def test_a_system_that_is_not_admitted_is_told(db, tmp_path):
    with pytest.raises(CommandError, match="接入"):
        call_command("inbox", str(tmp_path), "--platform", "12320200466372674G", "--once")
    with pytest.raises(CommandError, match="没有文件夹"):
        call_command("inbox", str(tmp_path / "none"), "--once")


def test_kill_9_at_any_moment_loses_nothing_and_doubles_nothing(token, building, environment, tmp_path):
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # shown by pytest when the test fails
    chance = random.Random(seed)
    command = [
        sys.executable,
        "-m",
        "ggzy.web.cli",
        "inbox",
        str(tmp_path),
        "--platform",
        building.source,
        "--interval",
        "0.1",
    ]
    source = str(Path(__file__).resolve().parents[4] / "src")
    for n in range(8):
        (tmp_path / f"{n}.zip").write_bytes(write(PROJECTS[n * 50 : n * 50 + 50]))
    for _ in range(5):
        process = subprocess.Popen(
            command, env={**environment, "PYTHONPATH": source}, stdout=subprocess.PIPE, text=True
        )
        process.stdout.readline()  # it looks after the folder now
        time.sleep(chance.uniform(0, 0.6))
        process.kill()
        process.wait(30)
    call_command("inbox", str(tmp_path), "--platform", building.source, "--once")
    assert names(tmp_path / "working") == []
    assert [name for name in names(tmp_path / "done") if name.endswith(".zip")] == [
        f"{n}.zip" for n in range(8)
    ]
    for n in range(8):
        *told, summary, last = [a for a in answers(tmp_path / "done", f"{n}.zip") if "receipt" not in a]
        assert {answer["status"] for answer in told} <= {"accepted", "unchanged"}
        assert (len(told), summary["lines"], last["folder"]) == (50, 50, "done")
    assert Head.objects.count() == Record.objects.count() == 400
    bodies = [json.loads(body) for body in Event.objects.filter(type="record.receive").values_list("body", flat=True)]
    assert sum(body.get("records", 0) for body in bodies) == 400
