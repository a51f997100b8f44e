"""The witness as others speak to it, a real process over HTTP: each answer that c2sp.org/tlog-witness names."""

import threading
from base64 import b64encode
from hashlib import sha256

import httpx
import pytest

from ggzy.kernel.tlog import note, schemes, tree
from ggzy.kernel.tlog.checkpoint import Checkpoint
from ggzy.kernel.tlog.succession import Succession
from tests.witness.conftest import Running

ORIGIN = "city.example/evidence/2026"
KEY = note.Signer.generate(ORIGIN)
LEAVES = [tree.leaf_hash(bytes([i])) for i in range(200)]
OTHERS = [tree.leaf_hash(bytes([i, 1])) for i in range(200)]


@pytest.fixture
def one(tmp_path):
    running = Running(tmp_path / "one", "one", KEY.verifier.vkey)
    yield running
    running.stop()


def reader(leaves: list[bytes]) -> tree.Reader:
    return lambda level, index: tree.root_of(leaves[index << level : (index + 1) << level])


def at(size: int, leaves: list[bytes] = LEAVES, origin: str = ORIGIN) -> Checkpoint:
    return Checkpoint(origin, size, tree.root_of(leaves[:size]))


def request(old: int, new: Checkpoint, leaves: list[bytes] = LEAVES, key: note.Signer = KEY, proof: list[bytes] | None = None) -> str:
    if proof is None:
        proof = tree.consistency_proof(old, new.size, reader(leaves)) if 0 < old < new.size else []
    lines = "".join(b64encode(node).decode() + "\n" for node in proof)
    return f"old {old}\n{lines}\n{note.sign(new.text, [key])}"


def asked(one: Running, path: str = "checkpoint", origin: str = ORIGIN) -> httpx.Response:
    return httpx.get(f"{one.url}/{sha256(origin.encode()).hexdigest()}/{path}")


def test_a_log_that_grows_is_cosigned_and_shown(one):
    assert asked(one).status_code == 404
    before = 0
    for size in (0, 1, 7, 64, 64, 200):
        answer = one.post("add-checkpoint", request(before, at(size)))
        assert answer.status_code == 200, answer.text
        text, signed = note.signed_by(f"{at(size).text}\n{answer.text}", [one.verifier])
        assert signed == [one.verifier]
        before = size
    shown = asked(one).text
    assert note.verify(shown, [KEY.verifier]) == note.verify(shown, [one.verifier]) == at(200).text
    assert Checkpoint.parse(note.split(asked(one, "checkpoint/7").text)[0]) == at(7)
    assert asked(one, "checkpoint/8").status_code == 404


def test_both_kinds_of_its_keys_sign(one):
    answer = one.post("add-checkpoint", request(0, at(3)))
    vkeys = [note.Verifier.parse(line) for line in httpx.get(f"{one.url}/vkey").text.splitlines()]
    _, signed = note.signed_by(f"{at(3).text}\n{answer.text}", vkeys)
    assert [verifier.scheme for verifier in signed] == [schemes.COSIGNATURE, schemes.ML_DSA_44]


STRANGER = note.Signer.generate(ORIGIN)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (request(5, at(9), key=STRANGER), 403),
        (request(5, at(9, origin="other.example/log")), 404),
        (request(9, at(7), proof=[]), 400),
        (request(0, at(9)), 409),
        (request(4, at(9)), 409),
        (request(5, at(9), proof=[bytes(32)]), 422),
        (request(5, at(9), leaves=OTHERS), 422),
        (request(5, at(5, OTHERS)), 409),
        (request(5, at(9), proof=[bytes(32)] * 64), 400),
        (request(5, at(9), proof=[bytes(31)]), 400),
        ("old 05\n\n" + request(5, at(9)).partition("\n\n")[2], 400),
        ("new 5\n\nx", 400),
        ("", 400),
    ],
    ids=lambda value: "body" if isinstance(value, str) else str(value),  # keys are made anew in each process
)
def test_every_refusal_has_its_status_and_changes_nothing(one, body, status):
    assert one.post("add-checkpoint", request(0, at(5))).status_code == 200
    kept = asked(one).text
    answer = one.post("add-checkpoint", body)
    assert answer.status_code == status
    if status == 409:
        assert (answer.text, answer.headers["content-type"]) == ("5\n", "text/x.tlog.size")
    assert asked(one).text == kept


def test_what_is_not_text_or_too_long_is_refused(one):
    assert httpx.post(f"{one.url}/add-checkpoint", content=b"\xff\xfe").status_code == 400
    assert httpx.post(f"{one.url}/add-checkpoint", content=b"x" * 300_000).status_code == 413
    assert httpx.get(f"{one.url}/add-checkpoint").status_code == 405
    assert httpx.delete(one.url).status_code == 405
    assert httpx.get(f"{one.url}/{'0' * 64}/checkpoint").status_code == 404
    assert httpx.get(f"{one.url}/../witness.key").status_code == 404


def test_a_second_version_of_the_log_is_kept_as_proof(one):
    one.post("add-checkpoint", request(0, at(5)))
    one.post("add-checkpoint", request(5, at(9)))
    one.post("add-checkpoint", request(0, at(5, OTHERS)))
    shown = asked(one, "refused").text
    assert "split 5" in shown
    assert note.sign(at(5, OTHERS).text, [KEY]) in shown
    assert at(5).text in shown
    assert "有问题" in httpx.get(one.url).text


def test_of_two_requests_at_a_time_one_is_refused(one):
    one.post("add-checkpoint", request(0, at(5)))
    bodies = [request(5, at(size)) for size in range(6, 22)]
    answers: list[int] = []
    begin = threading.Barrier(len(bodies))

    def send(body: str) -> None:
        begin.wait(20)
        answers.append(one.post("add-checkpoint", body).status_code)

    threads = [threading.Thread(target=send, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [200] + [409] * 15


def test_what_was_cosigned_survives_a_kill(one):
    one.post("add-checkpoint", request(0, at(5)))
    one.stop()
    one.start()
    assert one.post("add-checkpoint", request(0, at(9))).text == "5\n"
    assert one.post("add-checkpoint", request(5, at(9))).status_code == 200


def announced(origin: str, ended: Checkpoint, key: note.Signer = KEY) -> str:
    return note.sign(Succession(origin, ended).text, [key])


def test_next_years_log_is_accepted_when_it_is_announced(one):
    following = "city.example/evidence/2027"
    one.post("add-checkpoint", request(0, at(5)))
    first = request(0, at(3, OTHERS, following), key=KEY.named(following))
    assert one.post("add-checkpoint", first).status_code == 404
    assert one.post("add-log", announced(following, at(5), STRANGER)).status_code == 403
    assert one.post("add-log", announced(following, at(4))).text == "5\n"
    assert one.post("add-log", announced("evil.example/evidence/2027", at(5))).status_code == 400
    assert one.post("add-log", announced("city.example/evidence/2025", at(5))).status_code == 400
    for _ in range(2):
        assert one.post("add-log", announced(following, at(5))).status_code == 200
    assert one.post("add-log", announced("city.example/evidence/2028", at(5))).status_code == 422
    assert one.post("add-checkpoint", first).status_code == 200
    assert one.post("add-checkpoint", request(5, at(9))).status_code == 422  # a log that has ended does not grow
    again = one.post("add-log", announced("city.example/evidence/2028", at(3, OTHERS, following), KEY.named(following)))
    assert again.status_code == 200
