"""Software that is not ours checks the log: Go's transparency-log library, and OpenSSL for the signature alone."""

import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from django.db import transaction

from ggzy.kernel import clock
from ggzy.kernel.ledger import years
from ggzy.kernel.ledger.emit import Happening, emit_all, hold
from ggzy.kernel.ledger.models import Log
from ggzy.kernel.tlog import verify
from tests.auditors import go

pytestmark = pytest.mark.xdist_group("auditors")  # one worker builds the program once


@pytest.fixture(scope="session")
def auditor(tmp_path_factory):
    """Go's own library over a log's folder; the answer is its exit code and what it says."""
    program = go.build(tmp_path_factory.mktemp("go"))

    def audit(folder: Path) -> tuple[int, str]:
        done = subprocess.run([program, folder], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    return audit


@pytest.fixture
def log(db, sequence, tmp_path) -> Path:
    """A copy of a log of a thousand and some entries that grew in three steps."""
    for count in (1, 300, 777):
        with transaction.atomic():
            emit_all(hold("lot/1"), [Happening("lot.test", "clock", clock.now(), {"n": n}) for n in range(count)])
        sequence()
    return Path(shutil.copytree(years.folder(Log.objects.get().pk), tmp_path / "log"))


def test_go_reads_the_log_that_we_wrote(auditor, log):
    code, said = auditor(log)
    assert (code, said.split()[:3]) == (0, ["ok", "size", str(Log.objects.get().size)])


@pytest.mark.parametrize("name", ["checkpoint", "tile/0/000", "tile/0/*.p/*", "tile/1/*.p/*", "tile/entries/003", "tile/entries/*.p/*"])
def test_a_flipped_bit_anywhere_fails_both_audits(auditor, log, name):
    file = max(log.glob(name), key=lambda path: (len(path.name), path.name))  # the widest of a tile's beginnings
    content = bytearray(file.read_bytes())
    content[7] ^= 1  # of the checkpoint the name of its log
    file.write_bytes(content)
    code, said = auditor(log)
    assert code == 1, said
    assert said.startswith("FAIL")
    with pytest.raises(verify.Damaged):
        verify.verify(verify.source(str(log)))


def test_openssl_verifies_the_signature_line(log, tmp_path):
    text, _, lines = (log / "checkpoint").read_text().partition("\n\n")
    key = base64.b64decode((log / "vkey").read_text().split("+", 2)[2])
    first = base64.b64decode(lines.splitlines()[0].rsplit(" ", 1)[1])
    assert key[0] == 1, "Ed25519 comes first"
    (tmp_path / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + key[1:])  # RFC 8410 section 4
    (tmp_path / "signature").write_bytes(first[4:])
    (tmp_path / "text").write_text(text + "\n")

    def openssl() -> subprocess.CompletedProcess:
        return subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der", "-rawin",
             "-sigfile", "signature", "-in", "text"],
            cwd=tmp_path, capture_output=True, text=True, timeout=30,
        )  # fmt: skip

    assert openssl().returncode == 0
    (tmp_path / "text").write_text(text + " \n")
    assert openssl().returncode == 1
