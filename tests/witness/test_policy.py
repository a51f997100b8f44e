"""Policies, schemes and what `ggzy verify --policy` says."""

import subprocess
from contextlib import suppress

import pytest
from django.core.management import call_command

from ggzy.kernel.ledger import keys, years
from ggzy.kernel.ledger.models import Log
from ggzy.kernel.tlog import note, policy, schemes, sm2
from ggzy.kernel.tlog.checkpoint import Checkpoint
from tests.kernel.tlog.test_verify import lay_out

WITNESSES = [note.Signer.generate(f"w{n}.example", schemes.COSIGNATURE) for n in range(4)]
LOG = note.Signer.generate("city.example/evidence/2026")
VKEYS = [signer.verifier.vkey for signer in WITNESSES]
HEAD = f"log {LOG.verifier.vkey}\n" + "".join(f"witness w{n} {vkey}\n" for n, vkey in enumerate(VKEYS))


def test_nested_groups_count_as_the_specification_says():
    told = policy.Policy.parse(f"# who\n{HEAD}\tgroup a 2 w0 w1 w2\ngroup b any w3\n group both all a b\n\nquorum both\n")
    assert policy.Policy.parse(told.text) == told
    assert [told.is_met_by(names) for names in ({"w0", "w1"}, {"w0", "w1", "w3"}, {"w3"}, {"w0", "w3"})] == [False, True, False, False]
    assert policy.Policy.parse("quorum none\n").is_met_by([])
    assert policy.Policy.parse(f"{HEAD}quorum w1\n").is_met_by(["w1"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD, "缺少 quorum"),
        (HEAD + "quorum none\nquorum none", "第 7 行有误：quorum"),
        (HEAD + "quorum x", "没有在前面定义"),
        (HEAD + "group g 3 w0 w1\nquorum g", "不能要求“3”个"),
        (HEAD + "group g 0 w0\nquorum g", "不能要求“0”个"),
        (HEAD + "group g any w0 w0\nquorum g", "只写一次"),
        (HEAD + "group g any w0\ngroup h any w0\nquorum g", "只能属于一个组"),
        (HEAD + "group g any h\nquorum g", "没有在前面定义"),
        (HEAD + "group none any w0\nquorum none", "已被使用"),
        (HEAD + f"witness again {VKEYS[0]}\nquorum none", "写了两次"),
        (f"witness w {LOG.verifier.vkey}\nquorum w", "不能用在这一行"),
        (f"log {VKEYS[0]}\nquorum none", "不能用在这一行"),
        ("log a+b+c\nquorum none", "vkey"),
        ("watch x\nquorum none", "不认识“watch”"),
        ("witness w\nquorum none", "项数不对"),
        ("quorum none\x07", "控制字符"),
    ],
    ids=lambda value: "policy" if " " in value else value,  # keys are made anew in each process
)
def test_what_is_wrong_with_a_policy_is_said(text, says):
    with pytest.raises(policy.Unreadable, match=says):
        policy.Policy.parse(text)


@pytest.mark.parametrize("scheme", schemes.SCHEMES, ids=lambda scheme: scheme.title)
def test_every_kind_signs_and_notices_a_change(scheme):
    signer = note.Signer.generate("city.example/evidence/2026", scheme)
    text = Checkpoint("city.example/evidence/2026", 7, bytes(32)).text
    signed = note.sign(text, [LOG, note.Signer.parse(signer.skey)], 1_700_000_000)
    verifier = note.Verifier.parse(signer.verifier.vkey)
    assert note.signed_by(signed, [verifier]) == (text, [verifier])
    assert note.verify(signed, [LOG.verifier]) == text
    assert signer.secret.hex() not in repr(signer)
    with pytest.raises(note.Unverified):
        note.verify(signed.replace("\n7\n", "\n8\n"), [verifier])
    assert not verifier.accepts(text, b"")
    assert not verifier.accepts(text, b"\x00" * 80)


def test_the_cosignature_of_the_specification_has_its_form():
    signed = WITNESSES[0].key.sign(b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n3\nA\n")
    body = (1679315147).to_bytes(8, "big") + signed
    assert WITNESSES[0].verifier.accepts("example.com/behind-the-sofa\n3\nA\n", body)


@pytest.mark.skipif(not sm2.AVAILABLE, reason="no wheel for this machine")
def test_openssl_verifies_the_sm2_line(tmp_path):
    signer = note.Signer.generate("city.example/evidence/2026", schemes.SM2)
    text = "city.example/evidence/2026\n1\nAAAA\n"
    (_, _, signature) = note.split(note.sign(text, [signer]))[1][0]
    prefix = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")  # SubjectPublicKeyInfo of SM2
    (tmp_path / "key.der").write_bytes(prefix + signer.verifier.public)
    (tmp_path / "text").write_text(text)
    (tmp_path / "signature").write_bytes(signature)
    command = "openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -digest sm3 -in text -sigfile signature"
    for identity in ("1234567812345678", "other"):
        done = subprocess.run([*command.split(), "-pkeyopt", f"distid:{identity}"], cwd=tmp_path, capture_output=True, timeout=20)
        assert (done.returncode == 0) == (identity != "other"), done.stderr


def verified(place, capsys, **options) -> str:
    with suppress(SystemExit):
        call_command("verify", str(place), **options)
    return capsys.readouterr().out


def test_verify_counts_the_quorum_and_asks_the_witnesses(three, happen, sequence, capsys, tmp_path):
    happen(5)
    sequence()
    folder = years.folder(Log.objects.get().pk)
    said = verified(folder, capsys, policy=folder / "policy")
    assert "OK 见证满足策略：jiancha、shenji、gongzheng" in said
    assert said.count("与这份日志一致") == 3
    vkeys = (folder / "vkeys").read_text().splitlines()
    assert "OK 所给密钥都已签名" in verified(folder, capsys, vkey=vkeys)
    other = note.Signer.generate(vkeys[1].split("+")[0], schemes.ML_DSA_44).verifier.vkey
    assert "没有 ML-DSA-44 密钥" in verified(folder, capsys, vkey=[vkeys[0], other])
    text = (folder / "checkpoint").read_text()
    (folder / "checkpoint").write_text("".join(line for line in text.splitlines(keepends=True) if "jiancha" not in line and "shenji" not in line))
    assert "见证不足：只有 gongzheng 签名" in verified(folder, capsys, policy=folder / "policy")


def test_a_split_view_shown_to_one_witness_is_found(three, happen, sequence, capsys, tmp_path):
    happen(5)
    sequence()
    log = Log.objects.get()
    told = policy.Policy.parse((years.folder(log.pk) / "policy").read_text())
    other = tmp_path / "other" / str(log.pk)
    lay_out(other, 600)
    signer = keys.log_signer().named(log.origin)
    shown = Checkpoint.parse(note.split((other / "checkpoint").read_text())[0])
    (other / "checkpoint").write_text(note.sign(Checkpoint(log.origin, 600, shown.root).text, [signer]))
    loose = told.text.replace("quorum all-of-them", "quorum none")
    (tmp_path / "policy").write_text(loose)
    assert "同一日志出现了两个版本：见证人 jiancha" in verified(other, capsys, policy=tmp_path / "policy")
