"""Nothing is said of an installation that nobody has touched, whatever is in it; keys that were not pinned are told."""

import os
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections

from ggzy.kernel import clock
from ggzy.kernel.ledger import keys
from ggzy.kernel.ledger.models import Event, Log
from ggzy.kernel.sequencing import growing, publishing
from tests.tampering.installation import Installation, receipt_for, verify


@pytest.fixture
def it(db) -> Installation:
    return Installation()


def test_an_untouched_installation_is_whole(it):
    assert Event.objects.filter(disclose="cover").exists()
    assert Event.objects.filter(disclose="erased").exists()
    code, out = verify(database=True)
    assert (code, out.splitlines()[-1]) == (0, "OK 数据库、已公布的日志与上传文件一致"), out
    assert "上传文件 1 个" in out
    assert "没有给出日志公钥（--vkey）" in out


def test_what_waits_for_its_place_and_an_empty_database_are_whole(db, it):
    it.happen("lot/7", n=9)
    it.happen("lot/8", "after_award", n=9)
    it.publish({"e": "6"})
    assert verify(database=True)[0] == 0


def test_an_empty_database_is_whole(db):
    assert verify(database=True)[0] == 0


def test_two_years_are_two_logs_end_to_end(it):
    it.happen("lot/7", n=9)
    growing.grow(clock.now() + timedelta(days=400))
    it.happen("lot/7", n=10)
    growing.grow(clock.now())
    for log in Log.objects.all():
        publishing.publish(log.pk)
    code, out = verify(database=True)
    assert code == 0, out
    assert "2 本日志" in out
    key = keys.log_signer().verifier.vkey
    assert verify(database=True, vkey=[key])[0] == 0, "one key for all years, whatever its name"


def test_a_site_that_goes_on_is_whole(it, environment):
    """What is written and published meanwhile is neither missing nor too much."""
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            it.happen("lot/1", n=1)
            it.publish({"a": os.urandom(4).hex()})
            it.happen("lot/2", "after_open", n=1)
        connections.close_all()

    writer = threading.Thread(target=write)
    sequencer = subprocess.Popen([sys.executable, "-m", "ggzy.web.cli", "sequencer"], env=environment)
    try:
        writer.start()
        until = time.monotonic() + 60
        while Log.objects.get().size < 900 and time.monotonic() < until:
            code, out = verify(database=True)
            assert code == 0, out
    finally:
        stop.set()
        writer.join()
        sequencer.terminate()
        sequencer.wait(20)
    assert Log.objects.get().size >= 900
    assert publishing.published_size(it.folder) > 600


def test_a_database_that_is_away_is_said_to_be_away(it, settings):
    connections.close_all()
    name, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], "ggzy_is_not_here"
    try:
        code, out = verify(database=True)
    finally:
        connection.settings_dict["NAME"] = name
    assert code == 1
    assert out.startswith("不通过：数据库连不上")


def test_keys_can_be_pinned(it, tmp_path):
    receipt = tmp_path / "receipt"
    receipt.write_text(receipt_for(it.batch.leaf_hash))
    code, out = verify(str(it.folder), event=receipt)
    assert code == 0
    assert "没有给出回执公钥（--receipts-vkey）" in out
    log, receipts = keys.log_signer().named(it.log.origin).verifier.vkey, keys.receipt_signer().verifier.vkey
    code, out = verify(str(it.folder), event=receipt, vkey=[log], receipts_vkey=receipts)
    assert code == 0
    assert "没有给出" not in out
    assert verify(str(it.folder), event=receipt, receipts_vkey=log) == (
        1,
        "不通过：回执无效：不是本平台签的，或内容被改过\n",
    )
