"""Nothing is said of an installation that nobody has touched, whatever is in it; keys that were not pinned are told."""

import pytest

from ggzy.kernel.ledger import keys
from ggzy.kernel.ledger.models import Event
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
