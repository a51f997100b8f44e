"""`ggzy conform`: what is right, wrong and missing, without a database; files, packages, addresses, feeds."""

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from ggzy.desks.exchange.conform import Report, examine
from ggzy.desks.exchange.packages import Enclosure, write
from ggzy.kernel import clock
from tests.desks.exchange.packages.conftest import outgoing, zipped

PROJECT = "E3100000001000001"
SOURCE = Path(__file__).resolve().parents[3] / "src"


@pytest.fixture
def found(tmp_path):
    """The report on these lines, or on this file as it is."""

    def judged(*lines: bytes, whole: bytes = b"", **options: object) -> Report:
        place = tmp_path / "sent"
        place.write_bytes(whole or b"\n".join(lines))
        return examine(str(place), clock.now(), **options)

    return judged


def findings(report: Report) -> dict[tuple[str, str], int]:
    return {(one.number, finding.code): finding.count for one in report.sets for finding in one.findings}


def test_what_is_right_is_said_to_be_right(found, line):
    report = found(
        line("500", PROJECT_CODE=PROJECT),
        line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROJECT + "001"),
    )
    assert report.right
    assert (report.lines, [(one.number, one.right) for one in report.sets]) == (2, [("500", 1), ("501", 1)])
    assert findings(report) == {}


def test_each_kind_of_fault_is_counted_with_the_first_places(found, line):
    wrong = [line("500", PROJECT_CODE=f"E31000000010{n:05}", PROJECT_NAME=None) for n in range(5)]
    report = found(
        *wrong,
        line("500", PROJECT_CODE=PROJECT, PROJECT_NAME="长" * 601),
        line("500", PROJECT_CODE=PROJECT, RELATE_CODE="9"),
        line("500", PROJECT_CODE=PROJECT, REGION_CODE="999999"),
        line("500", PROJECT_CODE=PROJECT, CREATE_TIME="20261301000000"),
        b"{broken",
        b'{"data_set":"777","data":{}}',
    )
    assert not report.right
    told = findings(report)
    assert told["500", "record.field_missing"] == 5
    assert told["500", "record.field_too_long"] == told["500", "record.date_malformed"] == 1
    assert told["500", "record.code_unknown"] == told["500", "record.check_digit"] == 1
    assert told["", "record.not_json"] == told["777", "record.data_set_unknown"] == 1
    missing = next(f for one in report.sets for f in one.findings if f.code == "record.field_missing")
    assert [example.line for example in missing.examples] == [1, 2, 3]
    assert (missing.field, missing.title) == ("PROJECT_NAME", "项目名称")


def test_parents_that_are_missing_or_late_are_told_apart(found, line):
    child = line("501", PROJECT_CODE=PROJECT, TENDER_PROJECT_CODE=PROJECT + "001")
    late, alone = found(child, line("500", PROJECT_CODE=PROJECT)), found(child)
    assert late.right
    assert findings(late) == {("501", "record.parent_later"): 1}
    assert not alone.right
    assert findings(alone) == {("501", "record.parent_missing"): 1}
    assert found(child, partial=True).right


def test_versions_in_the_wrong_order_are_told(found, line):
    new, old = (
        line("500", PROJECT_CODE=PROJECT, DATA_TIMESTAMP=stamp)
        for stamp in ("20260102000000", "20260101000000")
    )
    assert findings(found(new, old)) == {("500", "record.superseded"): 1}
    assert found(old, new).right
    same = found(
        new, line("500", PROJECT_CODE=PROJECT, PROJECT_NAME="别名（演示）", DATA_TIMESTAMP="20260102000000")
    )
    assert findings(same) == {("500", "record.same_time"): 1}


def test_a_withdrawal_of_what_is_not_there_is_a_hint(found, line):
    report = found(line("500", key="p", op="3"))
    assert report.right
    assert ("500", "record.nothing_to_withdraw") in findings(report)
    assert report.sets[0].withdrawals == 1


def test_one_file_is_one_systems(found, line):
    report = found(line("500"), line("500", PLATFORM_CODE="12320200466372674G"))
    assert findings(report)["500", "record.foreign_platform"] == 1
    other = found(line("500"), platform="12320200466372674G")
    assert findings(other)["500", "record.foreign_platform"] == 1


def test_fields_that_nobody_fills_are_named(found, line):
    report = found(line("500", PROJECT_CODE=PROJECT, APPROVAL_NUMBER=None))
    assert "APPROVAL_NUMBER" in report.sets[0].unused
    assert "PROJECT_NAME" not in report.sets[0].unused


def test_gzip_and_packages_are_opened(found, line):
    assert found(whole=gzip.compress(line("500"))).right
    assert found(whole=write([outgoing("500", Enclosure("批复.pdf", b"x"))])).right
    broken = found(whole=zipped(("20260317-000001-500.xml", b"<!DOCTYPE a><a/>")))
    assert findings(broken) == {("500", "package.xml_doctype"): 1}
    assert broken.sets[0].findings[0].examples[0].file == "20260317-000001-500.xml"


def test_nothing_at_all_is_not_right(found):
    assert not found(whole=b"\n").right


class _Serving(BaseHTTPRequestHandler):
    pages: dict[str, bytes] = {}

    def do_GET(self) -> None:
        page = self.pages.get(self.path)
        allowed = self.headers.get("Authorization") == "Bearer secret" or not self.path.startswith("/secret")
        self.send_response(200 if page is not None and allowed else 401 if page else 404)
        self.end_headers()
        self.wfile.write(page or b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def served() -> Iterator[tuple[str, dict[str, bytes]]]:
    _Serving.pages = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Serving)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", _Serving.pages
    server.shutdown()
    server.server_close()


def test_an_address_is_read_with_its_token(served, line, capsys):
    address, pages = served
    pages["/secret/lines"] = line("500")
    pages["/package"] = write([outgoing("500")])
    assert examine(f"{address}/secret/lines", clock.now(), token="secret").right
    assert examine(f"{address}/package", clock.now()).right
    for place in (f"{address}/secret/lines", f"{address}/nowhere", "http://127.0.0.1:9/", "/no/such/file"):
        with pytest.raises(CommandError) as failed:
            call_command("conform", place)
        assert failed.value.returncode == 2


def test_our_own_feed_is_followed_to_its_end(served, send, line, sequence, client):
    address, pages = served
    send(line("500", PROJECT_CODE=PROJECT), line("1900", key="n"))
    send(line("1900", key="n", op="3", DATA_TIMESTAMP="20260401000000"))
    sequence()
    for after in ("", "?after=0", "?after=1"):
        pages[f"/api/feed{after}"] = client.get(f"/api/feed{after}").content
    whole = pages["/api/feed"]
    first = whole.splitlines(keepends=True)[:2]
    pages["/api/feed"] = b"".join(first) + b'{"next":0}\n'
    report = examine(f"{address}/api/feed", clock.now())
    assert report.right, report
    assert (report.lines, sum(one.withdrawals for one in report.sets)) == (3, 1)


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """As on a maker's machine: no database, no home, nothing of an installation."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCE),
        "DATABASE_URL": "postgresql://127.0.0.1:9/none",
    }
    command = [sys.executable, "-m", "ggzy.web.cli", "conform", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def test_the_command_needs_no_database_and_ends_with_0_or_1(tmp_path, line):
    good, bad = tmp_path / "good.ndjson", tmp_path / "bad.zip"
    good.write_bytes(line("500"))
    bad.write_bytes(write([outgoing("500", PROJECT_NAME="")]))
    done = _run(str(good))
    assert (done.returncode, "结论：全部合格" in done.stdout) == (0, True), done.stderr
    done = _run(str(bad), "--json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["right"] is False
    assert said["sets"][0]["findings"][0]["code"] == "record.field_missing"
    cut = tmp_path / "cut.zip"
    cut.write_bytes(bad.read_bytes()[:-9])
    done = _run(str(cut))
    assert (done.returncode, "package.broken" in done.stderr) == (1, True)
