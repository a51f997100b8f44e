"""The sequencer: dense places, each event once, no fork, whatever dies in between."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction

from ggzy.kernel import clock
from ggzy.kernel.ledger import keys, proofs, years
from ggzy.kernel.ledger.emit import Happening, emit, emit_all, hold
from ggzy.kernel.ledger.models import Checkpoint as Row
from ggzy.kernel.ledger.models import Event, Log
from ggzy.kernel.sequencing import growing, publishing
from ggzy.kernel.tlog import note, tiles, tree, verify
from ggzy.kernel.tlog.checkpoint import Checkpoint
from ggzy.kernel.tlog.proof import verify as verify_proof


@pytest.fixture
def happen(db):
    """Let events happen on a subject."""

    def happened(subject: str = "lot/1", count: int = 1) -> None:
        for _ in range(count):
            with transaction.atomic():
                emit(hold(subject), type="lot.test", actor="clock", at=clock.now(), body={"n": 1})

    return happened


def this_log() -> str:
    return str(years.folder(Log.objects.get().pk))


def test_events_get_dense_places_and_a_log_that_verifies(happen, sequence):
    happen(count=3)
    sequence()
    happen("lot/2", 300)
    sequence()
    assert list(Event.objects.order_by("idx").values_list("idx", flat=True)) == list(range(303))
    report = verify.verify(verify.source(this_log()))
    assert report.size == 303


def test_an_event_is_recomputed_to_its_leaf(happen, sequence):
    happen()
    sequence()
    shown = proofs.shown(Event.objects.get())
    committed = sha256(b"ggzy-ev/1\x00" + shown.salt + sha256(shown.event.encode()).digest()).digest()
    assert json.loads(shown.entry)["c"] == b64encode(committed).decode()


def test_an_inclusion_proof_verifies_offline(happen, sequence):
    happen(count=5)
    sequence()
    event = Event.objects.order_by("idx")[2]
    log = Log.objects.get()
    verifier = keys.log_signer().named(log.origin).verifier
    opened = verify_proof(proofs.inclusion(event), tree.leaf_hash(bytes(event.entry)), [verifier])
    assert opened.size == 5


def test_the_chain_of_a_subject_links_its_events(happen):
    happen(count=3)
    events = list(Event.objects.order_by("subject_seq"))
    commitments = [json.loads(bytes(e.entry))["c"] for e in events]
    previous = [None if e.prev is None else b64encode(bytes(e.prev)).decode() for e in events]
    assert previous == [None, *commitments[:-1]]


def test_a_batch_of_events_is_written_as_if_one_by_one(happen, sequence):
    happen()
    with transaction.atomic():
        chain = hold("lot/1")
        assert emit_all(chain, []) == []
        emitted = emit_all(chain, [Happening("lot.test", "clock", clock.now(), {"n": n}) for n in range(3)])
        emitted.append(emit(chain, type="lot.test", actor="clock", at=clock.now(), body={"n": 3}))
    happen()
    sequence()
    events = list(Event.objects.order_by("idx"))
    assert [e.subject_seq for e in events] == [1, 2, 3, 4, 5, 6]
    assert [(e.id, e.subject_seq, bytes(e.entry)) for e in events[1:5]] == [(m.event_id, m.seq, m.entry) for m in emitted]
    assert [bytes(e.prev) for e in events[2:]] == [m.commitment for m in emitted]
    for event in events:
        shown = proofs.shown(event)
        assert json.loads(shown.event)["seq"] == event.subject_seq
        committed = sha256(b"ggzy-ev/1\x00" + shown.salt + sha256(shown.event.encode()).digest()).digest()
        assert json.loads(shown.entry)["c"] == b64encode(committed).decode()


@pytest.mark.parametrize("count", [1, 2])
def test_a_chain_that_is_not_held_takes_no_events(happen, count):
    with transaction.atomic():
        stale = hold("lot/1")
    happen()
    with pytest.raises(transaction.TransactionManagementError, match="not held"), transaction.atomic():
        emit_all(stale, [Happening("lot.test", "clock", clock.now(), {})] * count)
    assert Event.objects.count() == 1


def test_a_new_subject_is_begun_once_by_many_at_a_time(db, happen):
    begin = threading.Barrier(6)

    def write() -> None:
        begin.wait(10)
        happen("lot/new")
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(20)
    assert list(Event.objects.order_by("id").values_list("subject_seq", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_an_event_is_found_by_its_leaf_before_and_after_it_has_its_place(happen, sequence):
    happen(count=3)
    event = Event.objects.order_by("subject_seq")[1]
    leaf = tree.leaf_hash(bytes(event.entry))
    assert proofs.by_leaf(leaf).idx is None
    sequence()
    assert (proofs.by_leaf(leaf).pk, proofs.by_leaf(leaf).idx) == (event.pk, 1)
    assert proofs.by_leaf(tree.leaf_hash(b"")) is None


def test_more_events_than_one_step_takes_keep_their_order(happen, sequence, monkeypatch):
    monkeypatch.setattr(growing, "MOST", 7)
    happen(count=20)
    assert growing.grow(clock.now()) == 7
    sequence()
    assert list(Event.objects.order_by("idx").values_list("idx", "subject_seq")) == [(n, n + 1) for n in range(20)]


def test_a_subjects_ids_ascend_though_the_clock_steps_back(happen, monkeypatch):
    today = clock.now()
    for step in (0, -3600, -3600, 1, -7200):
        monkeypatch.setattr(clock, "now", lambda step=step: today + timedelta(seconds=step))
        happen()
    assert list(Event.objects.order_by("id").values_list("subject_seq", flat=True)) == [1, 2, 3, 4, 5]


def test_a_restored_backup_signs_nothing(happen, sequence):
    happen(count=3)
    sequence()
    kept = (Path(this_log()) / "checkpoint").read_bytes()
    with connection.cursor() as cursor:  # as if yesterday's backup had been restored: the log's state is gone
        cursor.execute("SET session_replication_role = replica")
        for table in ("event", "tile", "bundle", "checkpoint", "log", "chain"):
            cursor.execute(f"DELETE FROM kernel_{table}")
        cursor.execute("RESET session_replication_role")
    happen(count=5)
    with pytest.raises(publishing.Forked, match="旧备份"):
        sequence()
    assert (Path(this_log()) / "checkpoint").read_bytes() == kept
    assert Row.objects.filter(note__isnull=False).count() == 0


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(path.read_bytes().replace(b"\n3\n", b"\n2\n"))])
def test_a_lost_or_spoilt_checkpoint_signs_nothing(happen, sequence, spoil):
    happen(count=3)
    sequence()
    spoil(Path(this_log()) / "checkpoint")
    happen()
    with pytest.raises(publishing.Forked, match="检查点"):
        sequence()
    assert Row.objects.filter(note__isnull=False).count() == 1


def test_a_missing_file_is_written_again_at_start(happen, sequence):
    happen(count=300)
    sequence()
    (Path(this_log()) / tiles.path("entries", 0)).unlink()
    publishing.publish(Log.objects.get().pk, mend=True)
    assert verify.verify(verify.source(this_log())).size == 300


def test_partial_tiles_of_published_sizes_stay_until_the_next_tile_is_full(happen, sequence):
    for count in (250, 10, 251):
        happen(count=count)
        sequence()
    folder = Path(this_log())
    assert (folder / tiles.path(0, 0, 250)).exists()
    assert (folder / tiles.path(0, 1, 4)).exists()
    happen(count=5)
    sequence()
    assert not (folder / tiles.path(0, 0, 250)).exists()
    assert verify.verify(verify.source(this_log())).size == 516


def test_what_is_written_once_stays(happen, sequence):
    happen()
    sequence()
    for statement in ("UPDATE kernel_event SET body = '{}'", "DELETE FROM kernel_event", "UPDATE kernel_event SET idx = 7"):
        with pytest.raises(Exception, match="written once"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_evidence_outside_of_a_transaction_is_refused(db):
    with pytest.raises(transaction.TransactionManagementError):
        hold("lot/1")


def test_an_unpublished_log_is_published_by_the_next_process(happen, sequence):
    happen(count=2)
    while growing.grow(clock.now()):
        pass
    log = Log.objects.get()
    assert publishing.published_size(years.folder(log.pk)) == 0
    sequence()
    assert publishing.published_size(years.folder(log.pk)) == 2


def test_a_clock_that_steps_back_over_new_year_begins_no_old_log(happen, sequence):
    happen()
    sequence()
    Log.objects.update(id=Log.objects.get().pk)
    happen()
    growing.grow(clock.now().replace(year=2020))
    assert Log.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("checkpoint", "签名无效"),
        (tiles.path(0, 0), "哈希块 tile/0/000"),
        (tiles.path("entries", 0), "tile/entries/000"),
        (tiles.path(1, 0, 1), "tile/1/000.p/1"),
        (tiles.path("entries", 1, 44), "tile/entries/001.p/44"),
    ],
)
def test_a_flipped_byte_is_named(happen, sequence, name, says):
    happen(count=300)
    sequence()
    target = years.folder(Log.objects.get().pk) / name
    content = bytearray(target.read_bytes())
    content[20] ^= 1
    target.write_bytes(content)
    with pytest.raises(verify.Damaged) as found:
        verify.verify(verify.source(this_log()))
    assert says in str(found.value) or "第" in str(found.value)


def test_a_missing_tile_is_named(happen, sequence):
    happen(count=300)
    sequence()
    (years.folder(Log.objects.get().pk) / tiles.path("entries", 0)).unlink()
    with pytest.raises(verify.Damaged, match="tile/entries/000"):
        verify.verify(verify.source(this_log()))


def test_concurrent_writers_leave_no_gap_and_lose_nothing(db, database_url, happen, sequence):
    def write(number: int) -> None:
        for _ in range(25):
            happen(f"lot/{number}")
        connection.close()

    writers = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        sequence()
    sequence()
    assert list(Event.objects.order_by("idx").values_list("idx", flat=True)) == list(range(200))
    for number in range(8):
        own = Event.objects.filter(subject=f"lot/{number}").order_by("idx").values_list("subject_seq", flat=True)
        assert list(own) == list(range(1, 26))


def test_killing_the_sequencer_five_times_forks_nothing(db, environment, database_url, happen):
    for _ in range(5):
        process = subprocess.Popen([sys.executable, "-m", "ggzy.web.cli", "sequencer"], env=environment)
        deadline = time.monotonic() + 20
        happen("lot/kill", 40)
        while Event.objects.filter(idx__isnull=True).exists() and time.monotonic() < deadline:
            happen("lot/kill", 5)
            time.sleep(0.02)
            if Log.objects.exists() and os.urandom(1)[0] < 60:
                break
        process.send_signal(signal.SIGKILL)
        process.wait()
    process = subprocess.Popen([sys.executable, "-m", "ggzy.web.cli", "sequencer"], env=environment)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            log = Log.objects.first()
            if log and log.size == Event.objects.count() == publishing.published_size(years.folder(log.pk)):
                break
            time.sleep(0.1)
        report = verify.verify(verify.source(this_log()))
    finally:
        process.terminate()
        assert process.wait(10) == 0
    assert report.size == Event.objects.count()
    _no_fork(Log.objects.get())


def _no_fork(log: Log) -> None:
    """Every checkpoint that was ever signed is continued by the next one."""
    verifier = keys.log_signer().named(log.origin).verifier
    signed = [
        Checkpoint.parse(note.verify(row.note, [verifier])) for row in Row.objects.filter(note__isnull=False).order_by("size")
    ]
    assert len(signed) >= 2
    for old, new in zip(signed, signed[1:], strict=False):
        path = proofs.consistency(log.pk, old.size, new.size)
        assert tree.verify_consistency(old.size, new.size, old.root, new.root, path)


def test_the_log_outlives_a_lost_connection(db, environment, database_url, happen):
    process = subprocess.Popen([sys.executable, "-m", "ggzy.web.cli", "sequencer"], env=environment)
    try:
        happen(count=3)
        _wait_for(lambda: Event.objects.filter(idx__isnull=False).count() == 3)
        with psycopg.connect(database_url, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connection.close()
        happen(count=3)
        _wait_for(lambda: Event.objects.filter(idx__isnull=False).count() == 6)
    finally:
        process.terminate()
        assert process.wait(10) == 0


def _wait_for(holds, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
