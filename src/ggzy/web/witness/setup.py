"""What a witness is set up with: its name, its keys, and the logs that it watches (`witness.toml`)."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from ggzy.kernel.tlog import note, schemes
from ggzy.kernel.writing import write_once

TEMPLATE = """\
# 见证人配置。改后请重新启动见证程序。

# 见证人的名称：写成不带 http:// 的网址，将出现在每一条见证签名里，定下后不要再改。
name = "{name}"

# 见证哪些日志：vkey 从平台的 /evidence/<年>/vkey 取得，并请当面或来电核对。
# next_years = true：同一密钥的下一年日志，经运营方以签名宣告后自动接受。
# [[log]]
# vkey = "ggzy.example.gov.cn/evidence/2026+1a2b3c4d+AU…"
# next_years = true
"""


class Misconfigured(ValueError):
    """The configuration cannot be used; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A log that this witness was told to watch, and whether announced logs of later years follow it."""

    verifiers: tuple[note.Verifier, ...]
    next_years: bool


@dataclass(frozen=True, slots=True)
class Setup:
    """The signers (Ed25519 first) and the watched logs by origin."""

    signers: tuple[note.Signer, ...]
    logs: dict[str, Watched]

    @property
    def name(self) -> str:
        return self.signers[0].name


def read(home: Path) -> Setup:
    """The witness that lives in this folder; its keys are made at the first start."""
    path = home / "witness.toml"
    try:
        told = tomllib.loads(path.read_text())
        name = str(told["name"])
        return Setup(_signers(home, name), _logs(told.get("log", [])))
    except FileNotFoundError:
        write_once(path, TEMPLATE.format(name="witness.example.gov.cn/unnamed"), 0o644)
        raise Misconfigured(f"已写好配置样本 {path}：请填写见证人名称和要见证的日志，再启动一次。") from None
    except (ValueError, KeyError, TypeError) as fault:
        raise Misconfigured(f"配置 {path} 无法使用：{fault}") from None


def _signers(home: Path, name: str) -> tuple[note.Signer, ...]:
    return (
        _signer(home / "witness.key", name, schemes.COSIGNATURE),
        _signer(home / "witness-ml-dsa-44.key", name, schemes.ML_DSA_44),
    )


def _signer(path: Path, name: str, scheme: schemes.Scheme) -> note.Signer:
    if not path.exists():
        write_once(path, note.Signer.generate(name, scheme).skey + "\n", 0o600)
    signer = note.Signer.parse(path.read_text())
    if signer.name != name:
        raise ValueError(f"密钥 {path.name} 属于“{signer.name}”，配置里的名称却是“{name}”。请改回名称")
    return signer


def _logs(told: list[dict]) -> dict[str, Watched]:
    logs: dict[str, Watched] = {}
    for log in told:
        verifier = note.Verifier.parse(log["vkey"])
        known = logs.get(verifier.name, Watched((), next_years=False))
        next_years = known.next_years or log.get("next_years") is True
        logs[verifier.name] = Watched((*known.verifiers, verifier), next_years)
    return logs
