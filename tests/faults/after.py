"""What must hold after any fault, when everything has come back by itself."""

import json
from functools import partial
from pathlib import Path

from ggzy.desks.disclosure import index
from ggzy.kernel.tlog import note, receipt, tree, verify
from tests.faults.installation import Installation, until
from tests.faults.stream import Stream

Seen = dict[str, set[str]]  # the checkpoints that a reader saw meanwhile, by log
PATIENCE = 30  # seconds


def records_are_there_once(installation: Installation, stream: Stream) -> None:
    """What was sent is there in as many versions as were sent, and nothing waits any more."""
    assert stream.told.keys() == stream.expected.keys()
    assert set().union(*stream.told.values()) <= {"accepted", "unchanged", "held"}
    unsettled = "SELECT state, key FROM exchange_quarantined WHERE settled_at IS NULL"
    until(lambda: not installation.rows(unsettled), PATIENCE, lambda: f"still held: {installation.rows(unsettled)}")
    heads = installation.rows("SELECT data_set, key, version, id FROM kernel_head")
    assert {(data_set, key): version for data_set, key, version, _ in heads} == stream.expected
    versions = installation.rows("SELECT head_id, version FROM kernel_record ORDER BY head_id, version")
    assert versions == sorted((id, n) for _, _, version, id in heads for n in range(1, version + 1))
    events = installation.rows(
        "SELECT (body::json->>'records')::int, (SELECT count(*) FROM kernel_record r WHERE r.event_id = e.id)"
        " FROM kernel_event e WHERE type = 'record.receive'"
    )
    assert all((promised or 0) == written for promised, written in events)


def all_is_sequenced_and_verified(installation: Installation, stream: Stream, seen: Seen) -> None:
    """The places are dense, every checkpoint that was ever signed is a beginning of the one log, receipts hold."""
    until(lambda: not installation.rows("SELECT 1 FROM kernel_event WHERE idx IS NULL"), PATIENCE)
    places = [idx for (idx,) in installation.rows("SELECT idx FROM kernel_event ORDER BY idx")]
    assert places == list(range(len(places)))
    leaves: list[bytes] = []
    for log, size in installation.rows("SELECT id, size FROM kernel_log ORDER BY id"):
        folder = installation.home / "evidence" / str(log)
        verifier = note.Verifier.parse((folder / "vkey").read_text().strip())
        current = until(partial(_current, folder, verifier, size), PATIENCE, lambda: "the log was not published")
        entries = installation.rows("SELECT entry FROM kernel_event WHERE log_id = %s ORDER BY idx", log)
        own = [tree.leaf_hash(bytes(entry)) for (entry,) in entries]
        leaves += own
        signed = installation.rows("SELECT note FROM kernel_checkpoint WHERE log_id = %s", log)
        for text in {*(text for (text,) in signed if text), *seen.get(str(log), ()), current}:
            checkpoint = verify.open_checkpoint(text, verifier)
            assert checkpoint.root == tree.root_of(own[: checkpoint.size]), f"a fork at {checkpoint.size}"
        checked = installation.command("verify", str(folder))
        assert checked.returncode == 0, checked.stdout
        assert f"条数 {size}\n" in checked.stdout
    key = note.Verifier.parse((installation.home / "evidence" / "receipts.vkey").read_text().strip())
    promised = {receipt.verify(text, [key]).leaf_hash for text in stream.receipts}
    assert promised <= set(leaves), "a receipt was given for what is not on the log"


def _current(folder: Path, verifier: note.Verifier, size: int) -> str:
    text = (folder / "checkpoint").read_text()
    return text if verify.open_checkpoint(text, verifier).size == size else ""


def followers_caught_up(installation: Installation) -> None:
    """The index has followed to the end, and the feed gives each version once."""
    ((end,),) = installation.rows("SELECT max(idx) + 1 FROM kernel_event")
    until(lambda: index.cursor(index.open_index(index.current())) == end, PATIENCE, lambda: "the index lags behind")
    told: list[tuple[int, int]] = []
    after = -1
    with installation.client() as client:
        while after < end - 1:
            *lines, last = client.get("/api/feed", params={"after": after}).raise_for_status().content.splitlines()
            told += [(entry["id"], entry["version"]) for entry in map(json.loads, lines)]
            after = json.loads(last)["next"]
    assert sorted(told) == installation.rows("SELECT head_id, version FROM kernel_record ORDER BY head_id, version")
