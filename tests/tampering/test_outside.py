"""What the installation alone can hide, those outside remember: restored backups, split views, broken promises."""

import shutil
import threading
from base64 import b64encode

import pytest

from ggzy.kernel import clock
from ggzy.kernel.ledger.models import Cosignature
from ggzy.kernel.sequencing import cosigning, forkguard, growing, publishing, sequencer, witnesses
from ggzy.kernel.tlog import note, verify
from ggzy.kernel.tlog.schemes import COSIGNATURE
from tests.tampering.installation import Backup, Installation, change, receipt_for
from tests.tampering.installation import verify as ggzy_verify
from tests.witness.conftest import trust


@pytest.fixture
def jiancha(witness):
    """One witness, which is enough."""
    running = witness("jiancha")
    trust({"jiancha": (running.verifier, running.url)}, 1)
    return running


@pytest.fixture
def it(db, jiancha) -> Installation:
    return Installation()


def named(out: str, *words: str) -> bool:
    return any(all(word in line for word in words) for line in out.splitlines())


def forked() -> str:
    """What the sequencer says instead of signing."""
    with pytest.raises(publishing.Forked) as alarm:
        sequencer.sequence()
    return str(alarm.value)


def guarded() -> str:
    """What the fork guard says before the sequencer starts."""
    policy = witnesses.policy()
    with cosigning.knock(policy) as doors, pytest.raises(publishing.Forked) as alarm:
        forkguard.guard(policy, doors, threading.Event())
    return str(alarm.value)


@pytest.fixture
def backup(it):
    """A backup of the database, and one of the published files; more has happened since."""
    taken, files = Backup(), it.folder.with_name("backup")
    shutil.copytree(it.folder, files)
    it.happen("lot/7", n=4)
    sequencer.sequence()
    yield taken, files
    taken.forget()


def test_an_untouched_installation_with_a_witness_is_whole(it, tmp_path):
    code, out = ggzy_verify(database=True)
    assert code == 0, out
    assert named(out, "见证人 jiancha", f"见过 {it.log.origin}", "已与数据库核对")
    code, out = ggzy_verify(str(it.folder), policy=it.folder / "policy", database=True)
    assert code == 0, out


def test_a_database_put_back_from_an_older_backup_is_named(it, backup):
    backup[0].restore()
    code, out = ggzy_verify(database=True)
    assert code == 1
    assert named(out, f"已公布的检查点 {it.folder}/checkpoint", "旧备份"), out
    assert named(out, "见证人 jiancha 见过的", "旧备份")
    assert "旧备份" in forked()
    assert "见证人 jiancha" in guarded()


def test_database_and_files_put_back_together_are_named_by_the_witness(it, backup):
    backup[0].restore()
    shutil.rmtree(it.folder)
    backup[1].rename(it.folder)
    code, out = ggzy_verify(database=True)
    assert code == 1
    assert named(out, f"见证人 jiancha 见过的 {it.log.origin}", "旧备份"), out
    assert "见证人 jiancha" in guarded()


def test_what_gave_the_alarm_stays_known_though_its_witness_goes(it, backup, jiancha):
    backup[0].restore()
    shutil.rmtree(it.folder)
    backup[1].rename(it.folder)
    guarded()
    jiancha.stop()
    code, out = ggzy_verify(database=True)
    jiancha.start()
    assert code == 1
    assert named(out, "分叉警报 forkguard.json（见证人 jiancha）", "旧备份"), out
    assert named(out, "见证人 jiancha：没有可信的答复")


def test_files_of_another_place_are_held_against_the_database(it, tmp_path):
    mirror = tmp_path / "mirror"
    shutil.copytree(it.folder, mirror)
    it.happen("lot/7", n=4)
    sequencer.sequence()
    assert ggzy_verify(str(mirror), database=True)[0] == 0, "a mirror that lags is no fault"
    (mirror / "checkpoint").write_text(it.signed(it.log.size + 9, bytes(32)))
    code, out = ggzy_verify(str(mirror), database=True)
    assert code == 1
    assert named(out, f"已公布的检查点 {mirror}/checkpoint", "只有")


def test_a_view_that_was_shown_to_one_witness_only_is_named(it, witness, jiancha):
    deceived = witness("shenji")
    trust(
        {"jiancha": (jiancha.verifier, jiancha.url), "shenji": (deceived.verifier, deceived.url)},
        1,
    )
    shown = it.signed(it.log.size, bytes(32))
    assert deceived.post("add-checkpoint", f"old 0\n\n{shown}").status_code == 200
    code, out = ggzy_verify(database=True)
    assert code == 1
    assert named(out, f"见证人 shenji 见过的 {it.log.origin}", "树根与全部条目算出的不同"), out
    assert not named(out, "见证人 jiancha 见过的")
    publishing.publish(it.log.pk, mend=True, witnesses=witnesses.policy())
    code, out = ggzy_verify(str(it.folder), policy=it.folder / "policy")
    assert code == 1
    assert named(out, "两个版本", "见证人 shenji")


def test_a_forged_cosignature_is_named(it, jiancha):
    checkpoint = it.folder / "checkpoint"
    text, *lines = checkpoint.read_text().partition("\n\n")
    forger = note.Signer.generate(jiancha.verifier.name, COSIGNATURE)
    signature = jiancha.verifier.id + forger.scheme.sign(forger.key, forger.name, f"{text}\n", 1_800_000_000)
    line = f"— {forger.name} {b64encode(signature).decode()}\n"
    own = "".join(kept for kept in lines[1].splitlines(True) if forger.name not in kept)
    checkpoint.write_text(f"{text}\n\n{own}{line}")
    code, out = ggzy_verify(str(it.folder), policy=it.folder / "policy")
    assert code == 1
    assert named(out, "签名无效", jiancha.verifier.name), out
    kept = Cosignature.objects.get(size=it.log.size, witness="jiancha")
    change("kernel_cosignature", "UPDATE kernel_cosignature SET line = %s WHERE size = %s", line, kept.size)
    code, out = ggzy_verify(database=True)
    assert code == 1
    assert named(out, f"kernel_cosignature {it.log.pk}/{kept.size} 见证人 jiancha", "见证签名无效"), out


def test_a_receipt_of_an_event_that_never_got_in_is_named(it, tmp_path):
    receipt = tmp_path / "receipt"
    receipt.write_text(receipt_for(bytes(32)))
    for database in (False, True):
        code, out = ggzy_verify(str(it.folder), event=receipt, database=database)
        assert code == 1
        assert named(out, "日志中没有回执所承诺的条目", "平台失信")


def test_stale_tiles_of_a_lost_database_are_not_published(it):
    """Written, but never covered by a published checkpoint: then the database came back without their events."""
    taken, before = Backup(), it.log.size
    for _ in range(3):
        it.happen("lot/lost", n=1)
    growing.grow(clock.now())
    publishing._write_tiles(it.log.pk, it.folder, before, before + 3, mend=False)
    taken.restore()
    for _ in range(3):
        it.happen("lot/other", n=1)
    growing.grow(clock.now())
    assert it.log.size == before + 3
    publishing.publish(it.log.pk, witnesses=witnesses.policy())
    cosigning.once(witnesses.policy())
    assert verify.verify(verify.source(str(it.folder))).size == before + 3
    code, out = ggzy_verify(database=True)
    assert code == 0, out
