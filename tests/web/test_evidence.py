"""The evidence as outsiders get it: static files, proofs, traces; recomputed here from the definitions alone."""

import json
from base64 import b64decode, b64encode
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import call_command

from ggzy.kernel.ledger.models import Event, Head, Log
from ggzy.kernel.tlog import note, receipt, tree
from ggzy.kernel.tlog.checkpoint import Checkpoint
from ggzy.kernel.tlog.proof import Proof, verify

PROJECT = "E3100000001000001"


@pytest.fixture
def published(send, line, sequence) -> int:
    """Three records in the log; the number of the second."""
    answers = send(*(line("500", PROJECT_CODE=f"E31000000010000{i:02}") for i in range(3)))
    sequence()
    return answers[1]["id"]


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_a_record_is_recomputed_step_by_step_to_the_signed_checkpoint(client, published):
    proof = client.get(f"/api/evidence/record/{published}/1").json()
    record, batch, event, log = proof["record"], proof["batch"], proof["event"], proof["log"]
    part = sha256(b64decode(record["salt"]) + record["content"].encode()).digest()
    meta = {k: record[k] for k in ("data_set", "key", "private", "source", "version", "withdrawn")}
    leaf = sha256(b"\x00ggzy-rec/1\x00" + canonical({**meta, "public": b64encode(part).decode()})).digest()
    path = [b64decode(h) for h in batch["path"]]
    assert tree.verify_inclusion(batch["index"], batch["size"], leaf, path, b64decode(batch["root"]))
    assert json.loads(event["json"])["body"]["root"] == batch["root"]
    commitment = sha256(b"ggzy-ev/1\x00" + b64decode(event["salt"]) + sha256(event["json"].encode()).digest()).digest()
    assert json.loads(event["entry"])["c"] == b64encode(commitment).decode()
    year = log["year"]
    verifier = note.Verifier.parse(client.get(f"/evidence/{year}/vkey").getvalue().decode())
    checkpoint = Checkpoint.parse(note.verify(log["checkpoint"], [verifier]))
    entry_hash = tree.leaf_hash(event["entry"].encode())
    above = [b64decode(h) for h in log["path"]]
    assert tree.verify_inclusion(log["index"], checkpoint.size, entry_hash, above, checkpoint.root)


def test_what_is_proven_is_what_is_shown(client, published):
    proof = client.get(f"/api/evidence/record/{published}/1").json()
    shown = client.get(f"/api/records/{published}/1").json()
    assert json.loads(proof["record"]["content"]) == shown["data"]


def test_a_receipt_leads_to_its_proof(client, published):
    event = Event.objects.first()
    leaf = tree.leaf_hash(bytes(event.entry))
    answer = client.get(f"/api/evidence/proof?leaf={leaf.hex()}")
    verifier = note.Verifier.parse(client.get(f"/evidence/{Log.objects.get().pk}/vkey").getvalue().decode())
    assert verify(Proof.parse(answer.content.decode()), leaf, [verifier]).size == 1


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("proof?leaf=abc", 422),
        ("proof?leaf=" + "0" * 64, 404),
        ("consistency?old=1", 422),
        ("consistency?year=2026&old=5&new=900", 404),
        ("trace/lot/unknown", 404),
        ("record/999999/1", 404),
    ],
)
def test_what_cannot_be_proven_is_answered(client, published, address, status):
    answer = client.get(f"/api/evidence/{address}")
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_the_trace_of_a_system_has_no_gap_and_links_up(client, published, building, send, line, sequence):
    send(line("500", PROJECT_CODE=PROJECT))
    sequence()
    events = client.get(f"/api/evidence/trace/platform/{building.source}").json()["events"]
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    commitments = [json.loads(e["entry"])["c"] for e in events]
    assert [json.loads(e["event"])["prev"] for e in events] == [None, *commitments[:-1]]


def test_tokens_leave_a_trace_but_not_in_public(client, token, building, sequence):
    sequence()
    events = client.get(f"/api/evidence/trace/platform/{building.source}").json()["events"]
    assert [e["event"] is None for e in events] == [False, True]
    assert token not in json.dumps(events)


def test_a_records_private_part_is_in_no_answer(client, published):
    proof = client.get(f"/api/evidence/record/{published}/1").content.decode()
    assert "CONTACT_INFORMATION" not in proof
    assert Head.objects.get(pk=published).source not in json.loads(proof)["record"]["content"]


@pytest.mark.parametrize("name", ["../keys/log.key", "tile/0/../../../keys/log.key", "receipts.vkey", "tile/9x/000"])
def test_only_the_logs_own_files_are_served(client, published, name):
    assert client.get(f"/evidence/{Log.objects.get().pk}/{name}").status_code == 404


def test_a_receipt_verifies_under_the_published_key(client, token, send, building):
    (answer,) = send(b"{")
    body = {"source": building.source, "number": answer["quarantine"], "reason": "测试"}
    given = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {token}"}}
    done = client.post("/api/acts/quarantine.dismiss", body, **given).json()
    key = note.Verifier.parse(client.get("/evidence/receipts.vkey").content.decode())
    promised = receipt.verify(done["receipt"], [key])
    assert promised.leaf_hash == tree.leaf_hash(bytes(Event.objects.get(pk=done["event"]).entry))


def test_an_auditor_sees_what_the_public_may_not_and_his_reading_is_on_record(client, published):
    call_command("auditor", "admit", "市审计局 演示", stdout=(said := StringIO()), stderr=StringIO())
    token = said.getvalue().strip()
    asked = "/api/evidence/trace/auditors"
    (hidden,) = client.get(asked).json()["events"]
    assert (hidden["class"], hidden["event"]) == ("audit", None)
    (seen,) = client.get(asked, headers={"Authorization": f"Bearer {token}"}).json()["events"]
    assert json.loads(seen["event"])["type"] == "auditor.admit"
    assert token not in seen["event"]
    assert Event.objects.filter(type="access.read", actor="auditor:1").count() == 1
    call_command("auditor", "dismiss", "1", stdout=StringIO())
    refused = client.get(asked, headers={"Authorization": f"Bearer {token}"})
    assert (refused.status_code, refused.json()["code"]) == (401, "access.auditor")


def test_what_is_erased_is_gone_from_every_page_and_its_readers_are_told(client, published, sequence):
    proof = client.get(f"/api/evidence/record/{published}/1").json()
    event = json.loads(proof["event"]["json"])["id"]
    end = json.loads(client.get("/api/feed").content.splitlines()[-1])["next"]
    call_command("erase", event, record=proof["batch"]["index"], ground="个人信息保护法第四十七条", stdout=StringIO())
    sequence()
    assert client.get(f"/api/records/{published}").status_code == 404
    told, _ = map(json.loads, client.get(f"/api/feed?after={end}").content.splitlines())
    assert (told["id"], told["erased"], told["key"], told["data"]) == (published, True, "", {})
