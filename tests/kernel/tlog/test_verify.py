"""An outsider's check: whatever is changed in the files is named, and nothing else is."""

import random
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.management import call_command

from ggzy.kernel.tlog import entry, note, proof, receipt, tiles, tree, verify
from ggzy.kernel.tlog.checkpoint import Checkpoint

ORIGIN = "city.example/evidence/2026"
LOG_KEY = note.Signer.generate(ORIGIN)
RECEIPT_KEY = note.Signer.generate("city.example/evidence/receipts")
SIZE = 256 * 256 + 300  # two levels full, three levels in all


def entries_of(size: int) -> list[bytes]:
    return [entry.entry(i.to_bytes(32, "big"), i) for i in range(size)]


def lay_out(folder: Path, size: int) -> list[bytes]:
    """A log of so many entries as files; its leaf hashes."""
    entries = entries_of(size)
    leaves = [tree.leaf_hash(e) for e in entries]
    grown = tree.append(0, [], leaves)
    for level, n, width in tiles.spans(size):
        part = slice(n * 256, n * 256 + width)
        _write(folder / tiles.path(level, n, width), b"".join(grown.completed[8 * level][part]))
        if level == 0:
            _write(folder / tiles.path("entries", n, width), tiles.bundle(entries[part]))
    signed = note.sign(Checkpoint(ORIGIN, size, tree.root(grown.edge)).text, [LOG_KEY])
    _write(folder / "checkpoint", signed.encode())
    _write(folder / "vkey", LOG_KEY.verifier.vkey.encode())
    _write(folder.parent / "receipts.vkey", RECEIPT_KEY.verifier.vkey.encode())
    return leaves


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.fixture(scope="module")
def big(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("log") / "2026"
    lay_out(folder, SIZE)
    return folder


@pytest.fixture
def small(tmp_path) -> Path:
    lay_out(tmp_path / "2026", 600)
    return tmp_path / "2026"


def faults(folder: Path, changed: dict[str, bytes | None]) -> list[str]:
    """What is said of the log when these files have other contents (None: are not there)."""
    untouched = verify.source(str(folder))

    def fetch(name: str) -> bytes:
        content = changed.get(name, name)
        if content is None:
            raise verify.Missing(name)
        return untouched(name) if isinstance(content, str) else content

    try:
        verify.verify(fetch)
    except verify.Damaged as damaged:
        return str(damaged).split("\n")
    return []


def flipped(folder: Path, name: str, at: int) -> bytes:
    content = bytearray((folder / name).read_bytes())
    content[at] ^= 1
    return bytes(content)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512, 600])
def test_a_whole_log_is_whole(tmp_path, size):
    lay_out(tmp_path / "2026", size)
    assert verify.verify(verify.source(str(tmp_path / "2026"))).size == size


@pytest.mark.parametrize(
    ("name", "at", "says"),
    [
        ("tile/0/000", 32 * 5, "哈希块 tile/0/000 被改过：第 5 条（从 0 数起）的哈希不对"),
        ("tile/0/257.p/44", 0, "哈希块 tile/0/257.p/44 被改过：第 65,792 条（从 0 数起）的哈希不对"),
        ("tile/1/000", 32 * 7 + 3, "哈希块 tile/1/000 被改过：第 7 个哈希不对"),
        ("tile/1/001.p/1", 9, "哈希块 tile/1/001.p/1 被改过：第 0 个哈希不对"),
        ("tile/2/000.p/1", 31, "哈希块 tile/2/000.p/1 被改过：第 0 个哈希不对"),
        ("tile/entries/003", 20, "条目包 tile/entries/003 被改过：第 768 条（从 0 数起）不对"),
        ("tile/entries/257.p/44", 20, "条目包 tile/entries/257.p/44 被改过：第 65,792 条（从 0 数起）不对"),
    ],
)
def test_exactly_the_changed_file_is_named(big, name, at, says):
    assert faults(big, {name: flipped(big, name, at)}) == [says]


def test_any_flipped_byte_names_its_file_and_no_other(small):
    chance = random.Random(1)
    names = [n for n in _files(small) if n.startswith("tile")]
    for _ in range(60):
        name = chance.choice(names)
        at = chance.randrange((small / name).stat().st_size)
        said = faults(small, {name: flipped(small, name, at)})
        assert said, (name, at)
        assert all(name in line for line in said), said


def test_any_flipped_byte_of_checkpoint_and_key_is_noticed(small):
    for name in ("checkpoint", "vkey"):
        for at in range((small / name).stat().st_size):
            assert faults(small, {name: flipped(small, name, at)}), (name, at)


def test_an_entry_changed_together_with_its_hash_is_named(small):
    forged = entries_of(256)
    forged[9] = entry.entry(bytes(32), 1)
    changed = {
        "tile/entries/000": tiles.bundle(forged),
        "tile/0/000": b"".join(map(tree.leaf_hash, forged)),
    }
    assert faults(small, changed) == ["条目包 tile/entries/000 和哈希块 tile/0/000 都与上一级不符"]


def test_a_log_rewritten_throughout_does_not_fit_its_signature(small, tmp_path):
    forged = tmp_path / "forged" / "2026"
    lay_out(forged, 601)
    changed = {n: (forged / n).read_bytes() for n in _files(forged)}
    unsigned = {n: c for n, c in changed.items() if n.startswith("tile")}
    assert faults(forged, {"checkpoint": _resigned(601)}) == ["检查点的树根与全部条目算出的不同：签名的不是这些条目"]
    assert faults(small, unsigned) == []  # 600 of the 601 are the same entries


def _resigned(size: int) -> bytes:
    return note.sign(Checkpoint(ORIGIN, size, bytes(32)).text, [LOG_KEY]).encode()


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", ["tile/0/001", "tile/entries/001", "tile/1/000.p/2", "tile/entries/002.p/88"])
def test_missing_cut_and_lengthened_files_are_named(small, name):
    content = (small / name).read_bytes()
    for other in (None, b"", content[:-1], content[:-40], content + b"\0", content + content):
        said = faults(small, {name: other})
        assert len(said) == 1, said
        assert name in said[0]


def test_a_log_in_ruins_is_not_read_to_its_end(big):
    said = faults(big, {tiles.path("entries", n): None for n in range(200)})
    assert said[-1] == "问题太多，不再继续。"


@pytest.mark.parametrize("rubbish", [b"\xff\xfe", b"", b"\n\n\n", b"x" * 100_000, "— x\n\n— y z\n".encode()])
def test_rubbish_in_place_of_a_checkpoint_is_refused(small, rubbish):
    (small / "checkpoint").write_bytes(rubbish)
    with pytest.raises(verify.Damaged):
        verify.verify(verify.source(str(small)))


def test_another_key_than_the_trusted_one_is_refused(small):
    trusted = note.Signer.generate(ORIGIN).verifier.vkey
    with pytest.raises(verify.Damaged, match="签名无效"):
        verify.verify(verify.source(str(small)), trusted)


@pytest.fixture
def address(small):
    """The same log behind http."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(small.parent))
    handler.log_message = lambda *_: None
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/2026"
    server.shutdown()


def test_a_log_is_verified_over_http_with_a_receipt_and_its_proof(small, address, tmp_path, capsys):
    leaves = [tree.leaf_hash(e) for e in entries_of(600)]
    promise = receipt.sign(receipt.Receipt(ORIGIN, leaves[77], 1), RECEIPT_KEY)
    (tmp_path / "r.txt").write_text(promise)
    call_command("verify", address, event=tmp_path / "r.txt")
    assert "OK 回执兑现：日志第 77 条" in capsys.readouterr().out
    reader = tiles.reader(600, lambda level, n, width: (small / tiles.path(level, n, width)).read_bytes())
    shown = proof.Proof(77, tree.inclusion_proof(77, 600, reader), (small / "checkpoint").read_text())
    (tmp_path / "p.tlog-proof").write_text(shown.text)
    call_command("verify", address, event=tmp_path / "p.tlog-proof")
    assert "OK 证明成立：日志第 77 条" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (receipt.sign(receipt.Receipt(ORIGIN, bytes(32), 1), RECEIPT_KEY), "平台失信"),
        (receipt.sign(receipt.Receipt(ORIGIN, bytes(32), 1), note.Signer.generate(RECEIPT_KEY.name)), "回执无效"),
        ("什么都不是", "回执无效"),
        (proof.HEADER + "\nindex 1\n\nx", "签名无效"),
        (proof.HEADER + "\nindex 1\nAAAA\n\n" + _resigned(600).decode(), "两个版本"),
    ],
)
def test_false_receipts_and_proofs_are_refused(small, tmp_path, capsys, given, says):
    (tmp_path / "given").write_text(given)
    with pytest.raises(SystemExit) as left:
        call_command("verify", str(small), event=tmp_path / "given")
    assert left.value.code == 1
    assert says in capsys.readouterr().out


@pytest.mark.parametrize("place", ["http://127.0.0.1:9/none", "http://[bad", "/no/such/folder"])
def test_a_place_without_a_log_is_said_to_be_none(place):
    with pytest.raises(verify.Damaged):
        verify.verify(verify.source(place))
