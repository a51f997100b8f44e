"""The log with real witnesses: cosigned when they are well, never stopped when they are not, stopped by a fork."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from django.db import connection

from ggzy.kernel import clock
from ggzy.kernel.ledger import proofs, years
from ggzy.kernel.ledger.models import Checkpoint as Row
from ggzy.kernel.ledger.models import Cosignature, Event, Log, Witness
from ggzy.kernel.sequencing import alarm, cosigning, forkguard, publishing, sequencer, witnesses
from ggzy.kernel.tlog import note, policy, schemes, tree, verify
from ggzy.kernel.tlog.checkpoint import Checkpoint
from tests.witness.conftest import trust


def folder():
    return years.folder(Log.objects.order_by("-id")[0].pk)


def cosigners() -> list[str]:
    """Who cosigned the published checkpoint, by the published policy."""
    return policy.Policy.parse((folder() / "policy").read_text()).cosigners(
        (folder() / "checkpoint").read_text()
    )


def test_a_checkpoint_is_published_with_its_cosignatures(three, happen, sequence):
    for count in (3, 300, 1):
        happen(count)
        sequence()
        assert cosigners() == ["jiancha", "shenji", "gongzheng"]
    assert verify.verify(verify.source(str(folder()))).size == Log.objects.get().size
    assert Cosignature.objects.filter(size=Log.objects.get().size).count() == 3


def test_a_partys_proof_carries_the_cosigned_checkpoint(three, happen, sequence):
    happen(5)
    sequence()
    proof = proofs.inclusion(Event.objects.order_by("idx")[2])
    told = policy.Policy.parse((folder() / "policy").read_text())
    assert told.is_met_by(told.cosigners(proof.checkpoint))


def test_a_witness_that_is_gone_is_named_and_comes_back(three, happen, sequence, caplog):
    happen()
    sequence()
    three[1].stop()
    happen(2)
    sequence()
    assert cosigners() == ["jiancha", "gongzheng"]
    assert "连接不上" in Witness.objects.get(name="shenji").fault
    assert "见证人 shenji 没有见证" in caplog.text
    three[1].start()
    happen()
    sequence()
    assert cosigners() == ["jiancha", "shenji", "gongzheng"]
    assert Witness.objects.get(name="shenji").fault == ""


def test_too_few_witnesses_are_told_but_stop_nothing(three, happen, sequence, caplog):
    three[0].stop()
    three[1].stop()
    happen()
    sequence()
    assert cosigners() == ["gongzheng"]
    assert "见证不足" in caplog.text
    assert not witnesses.standing()["quorum"]


class Liar(BaseHTTPRequestHandler):
    """Answers whatever the test wants, in the witness's place."""

    answer = (200, b"")
    shown = (404, b"")
    pause = 0.0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say(*self.answer)

    def do_GET(self) -> None:
        self._say(*self.shown)

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for byte in body if self.pause else [body]:
            time.sleep(self.pause)
            self.wfile.write(bytes([byte]) if self.pause else byte)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def liar():
    kind = type("AnyLiar", (Liar,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kind.url = f"http://127.0.0.1:{server.server_port}"
    kind.verifier = note.Signer.generate("liar.example", schemes.COSIGNATURE).verifier
    yield kind
    server.shutdown()


FORGED = note.sign(
    "localhost/evidence/2026\n999999\n" + "A" * 43 + "=\n", [note.Signer.generate("localhost/evidence/2026")]
)
STRANGER = note.Signer.generate("liar.example", schemes.COSIGNATURE)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((200, b"hello\n"), "没有它自己有效的见证签名"),
        ((200, STRANGER.line("x\n1\n" + "A" * 43 + "=\n", 1).encode()), "没有它自己有效的见证签名"),
        ((200, b"x" * 300_000), "过长"),
        ((409, b"999999\n"), "不予采信"),
        ((409, b"many\n"), "不予采信"),
        ((422, b""), "不予采信"),
        ((403, b""), "不认本日志的密钥"),
        ((404, b""), "不见证本日志"),
        ((500, b"\xff\xfe"), "答复 500"),
    ],
)
def test_a_lying_witness_stops_nothing_and_is_reported(witness, liar, happen, sequence, answer, says):
    true = witness("jiancha")
    liar.answer = answer
    trust({"jiancha": (true.verifier, true.url), "liar": (liar.verifier, liar.url)}, 1)
    happen(3)
    sequence()
    assert cosigners() == ["jiancha"]
    time.sleep(0.3)
    sequence()
    assert says in Witness.objects.get(name="liar").fault


@pytest.mark.parametrize("shown", [(200, FORGED.encode()), (200, b"\xff"), (500, b""), (301, b"")])
def test_a_forged_memory_of_a_larger_log_stops_nothing(witness, liar, happen, sequence, shown):
    true = witness("jiancha")
    liar.answer, liar.shown = (409, b"999999\n"), shown
    trust({"jiancha": (true.verifier, true.url), "liar": (liar.verifier, liar.url)}, 1)
    told = witnesses.policy()
    happen()
    sequence()
    with cosigning.knock(told) as doors:
        forkguard.guard(told, doors, threading.Event())
    happen()
    sequence()
    assert cosigners() == ["jiancha"]


def test_a_slow_witness_keeps_nobody_waiting(witness, liar, happen, sequence):
    true = witness("jiancha")
    liar.answer, liar.pause = (200, b"x" * 600), 1.0
    trust({"jiancha": (true.verifier, true.url), "liar": (liar.verifier, liar.url)}, 1)
    happen()
    begun = time.monotonic()
    sequence()
    assert cosigners() == ["jiancha"]
    assert time.monotonic() - begun < cosigning.PATIENCE


def test_signatures_of_all_kinds_lie_side_by_side(three, happen, sequence):
    happen()
    sequence()
    vkeys = [note.Verifier.parse(line) for line in (folder() / "vkeys").read_text().splitlines()]
    _, signed = note.signed_by((folder() / "checkpoint").read_text(), vkeys)
    assert [verifier.scheme.title for verifier in signed] == [
        scheme.title for scheme in (schemes.ED25519, schemes.ML_DSA_44, schemes.SM2)
    ]


def forget(tables: str = "event tile bundle checkpoint log chain cosignature witness") -> None:
    """As if a backup from before the first event had been put back."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in tables.split():
            cursor.execute(f"DELETE FROM kernel_{table}")
        cursor.execute("RESET session_replication_role")


@pytest.mark.parametrize("again", [3, 10])
def test_a_database_from_an_older_backup_is_detected_though_the_files_are_gone(
    three, happen, sequence, again, monkeypatch, caplog
):
    happen(5)
    sequence()
    forget()
    for path in folder_of_this_year().rglob("*"):
        if path.is_file():
            path.unlink()
    happen(again)
    monkeypatch.setattr(sequencer, "ALARM_SECONDS", 0.1)
    stop = threading.Event()
    threading.Timer(4, stop.set).start()
    sequencer.run(stop)
    connection.ensure_connection()
    assert "已停止编号和签署" in caplog.text
    assert "请恢复包含该检查点的数据库" in caplog.text
    assert not Row.objects.filter(signed__isnull=False).exists()
    told = witnesses.standing()["guard"]
    assert told["state"] == "forked"
    assert "请恢复包含该检查点的数据库" in told["text"]


def test_an_alarm_outlives_its_witness_and_is_an_event_once_it_is_over(three, happen, sequence, monkeypatch):
    happen(5)
    sequence()
    told, stop = witnesses.policy(), threading.Event()
    seen = Checkpoint.parse(note.split(Row.objects.get(size=5).signed)[0])
    with monkeypatch.context() as older:
        older.setattr(tree, "root_at", lambda size, reader: b"another")
        with pytest.raises(publishing.Forked), cosigning.knock(told) as doors:
            forkguard.guard(told, doors, stop)
        with pytest.raises(publishing.Forked):
            forkguard.guard(told, [], stop)  # nobody answers any more
    since = alarm.last().since
    assert alarm.last().seen.checkpoint == seen
    with cosigning.knock(told) as doors:
        forkguard.guard(told, doors, stop)
    event = Event.objects.get(type="log.forkguard")
    assert json.loads(event.body)["since"] == since.isoformat()
    assert witnesses.standing()["guard"]["state"] == "clear"


def test_who_could_not_be_asked_is_told(three, happen, sequence):
    assert witnesses.standing()["guard"]["state"] == "unasked"
    three[0].stop()
    told = witnesses.policy()
    with cosigning.knock(told) as doors:
        forkguard.guard(told, doors, threading.Event())
    guard = witnesses.standing()["guard"]
    assert (guard["state"], list(guard["silent"])) == ("clear", [three[0].name])


def test_since_when_a_witness_cosigns_is_told(three, happen, sequence):
    happen(1)
    sequence()
    first = witnesses.standing()["witnesses"][0]
    happen(1)
    sequence()
    again = witnesses.standing()["witnesses"][0]
    assert (again["size"], again["fault"], again["failing_since"]) == (2, None, None)
    assert again["reachable_since"] == first["reachable_since"] == first["at"]
    three[0].stop()
    happen(1)
    sequence()
    gone = witnesses.standing()["witnesses"][0]
    assert gone["reachable_since"] is None
    assert gone["failing_since"] > first["at"]


def folder_of_this_year():
    return years.folder(years.year(clock.now()))


def test_a_fork_that_shows_only_while_running_is_detected(three, happen, sequence):
    happen(5)
    sequence()
    forget()
    for path in folder_of_this_year().rglob("*"):
        if path.is_file():
            path.unlink()
    happen(9)
    with pytest.raises(publishing.Forked, match="树根不同"):
        sequence()
        for _ in range(20):
            time.sleep(1.1)
            sequence()


def test_the_year_turns_under_the_same_witnesses(three, happen, sequence, monkeypatch):
    now = clock.now()
    happen(5)
    sequence()
    monkeypatch.setattr(clock, "now", lambda: now.replace(year=now.year + 1))
    happen(4)
    sequence()
    assert [log.size > 0 for log in Log.objects.order_by("id")] == [True, True]
    assert cosigners() == ["jiancha", "shenji", "gongzheng"]
    old = Log.objects.order_by("id")[0]
    monkeypatch.setattr(clock, "now", lambda: now.replace(year=now.year + 2))
    happen(1)
    sequence()
    assert cosigners() == ["jiancha", "shenji", "gongzheng"]
    assert "已由" in httpx.get(three[0].url).text
    assert (years.folder(old.pk) / "checkpoint").exists()


def test_the_root_is_that_of_the_events(three, happen, sequence):
    happen(2)
    sequence()
    leaves = [
        tree.leaf_hash(bytes(event.entry))
        for event in Event.objects.filter(idx__isnull=False).order_by("idx")
    ]
    assert bytes(Row.objects.order_by("-size")[0].root) == tree.root_of(leaves)
