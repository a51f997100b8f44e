"""Quorum: whether a log's checkpoint carries the signatures that its reader asks for, and what witnesses have seen.

A log may show each reader another tree. Enough witnesses under one checkpoint rule that out; and each witness that
can be asked is held against the log at hand, so that a tree which was shown to it alone is found. No Django here.
"""

from collections.abc import Iterator, Sequence

from ggzy.kernel.tlog import note, tiles, tree
from ggzy.kernel.tlog.asking import Door, Faulty
from ggzy.kernel.tlog.audit import Fetch
from ggzy.kernel.tlog.checkpoint import Checkpoint
from ggzy.kernel.tlog.policy import Policy
from ggzy.kernel.tlog.verify import Damaged, Report, tile_of


def require_keys(signed: str, vkeys: Sequence[str]) -> list[str]:
    """The kinds of the keys, all of which have signed the checkpoint; Damaged names one that has not."""
    try:
        verifiers = [note.Verifier.parse(vkey) for vkey in vkeys]
    except ValueError:
        raise Damaged("给出的验证公钥无法读取：不是一行完整的 名称+编号+密钥，或不支持这种密钥") from None
    try:
        _, found = note.signed_by(signed, verifiers)
    except note.Unverified as fault:
        raise Damaged(_invalid(fault)) from None
    for verifier in verifiers:
        if verifier not in found:
            raise Damaged(
                f"检查点上没有 {verifier.scheme.title} 密钥 {verifier.name}+{verifier.id.hex()} 的签名"
            )
    return [verifier.scheme.title for verifier in verifiers]


def log_key(signed: str, policy: Policy) -> str:
    """The policy's key for this checkpoint's log; Damaged when the policy does not trust that log."""
    try:
        origin = Checkpoint.parse(note.split(signed)[0]).origin
    except ValueError as fault:
        raise Damaged(f"检查点无法读取：{fault}") from None
    for verifier in policy.logs:
        if verifier.name == origin:
            return verifier.vkey
    raise Damaged(f"见证策略里没有日志 {origin}：请取用该年的策略（…/evidence/<年>/policy），并核对来源")


def require_quorum(signed: str, policy: Policy) -> list[str]:
    """The witnesses that cosigned the checkpoint; Damaged when the policy asks for more."""
    try:
        names = policy.cosigners(signed)
    except note.Unverified as fault:
        raise Damaged(_invalid(fault)) from None
    if not policy.is_met_by(names):
        raise Damaged(f"见证不足：只有 {'、'.join(names) or '零个见证人'} 签名，策略要求 {policy.quorum}")
    return names


def _invalid(fault: note.Unverified) -> str:
    who = f"{fault.name} 的签名不成立，内容或签名被改过" if fault.name else "没有可信的密钥签名，或格式不完整"
    return f"检查点的签名无效：{who}"


def compare(fetch: Fetch, log: Report, policy: Policy) -> Iterator[str]:
    """Hold a verified log against what each witness with an address has seen; Damaged when one saw another tree.

    Yields a sentence a witness. Who does not answer proves nothing either way.
    """
    verifier = next(verifier for verifier in policy.logs if verifier.name == log.origin)
    for witness in policy.to_ask:
        yield f"见证人 {witness.name}：{_compared(fetch, log, Door(witness), verifier)}"


def _compared(fetch: Fetch, log: Report, door: Door, verifier: note.Verifier) -> str:
    try:
        seen = door.latest(log.origin, verifier)
    except Faulty as fault:
        return f"没有可信的答复（{fault}）"
    finally:
        door.close()
    if seen is None:
        return "还没有见证过这本日志"
    if seen.size > log.size:
        return f"见过更新的 {seen.size:,} 条；这份日志较旧，没有比较"
    if tree.root_at(seen.size, tiles.reader(log.size, tile_of(fetch))) != seen.root:
        raise Damaged(
            f"同一日志出现了两个版本：见证人 {door.witness.name} 在 {seen.size:,} 条时看到的树根与这份日志不同。"
            f"请保存双方的检查点（{door.witness.url}）并报监督部门"
        )
    return f"见到的 {seen.size:,} 条与这份日志一致"
