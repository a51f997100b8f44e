"""Who has ever seen the log at some size: its own signed checkpoints, the published files, the witnesses, the alarm."""

from collections.abc import Iterator

from ggzy.kernel.ledger.models import Log
from ggzy.kernel.oversight.examination.faults import Faults
from ggzy.kernel.oversight.examination.rows import stream
from ggzy.kernel.oversight.examination.standing import Claim
from ggzy.kernel.sequencing import alarm
from ggzy.kernel.tlog import note
from ggzy.kernel.tlog.asking import Door, Faulty
from ggzy.kernel.tlog.checkpoint import Checkpoint
from ggzy.kernel.tlog.policy import Policy

_CHECKPOINTS = "SELECT size, root, signed, note FROM kernel_checkpoint WHERE log_id = %s ORDER BY size"
_COSIGNATURES = """
SELECT s.size, s.witness, s.line, c.root FROM kernel_cosignature s
LEFT JOIN kernel_checkpoint c ON (c.log_id, c.size) = (s.log_id, s.size) WHERE s.log_id = %s ORDER BY s.size
"""


def of_checkpoints(log: Log, key: note.Verifier | None, faults: Faults) -> Iterator[Claim]:
    """The checkpoints that the database holds; what is signed must be signed by the log's key and say the same."""
    for size, root, signed, published in stream(f"checkpoints_{log.pk}", _CHECKPOINTS, [log.pk]):
        where = f"kernel_checkpoint {log.pk}/{size}"
        if (
            signed is not None
            and key is not None
            and not _is_signed(signed, Checkpoint(log.origin, size, root), key)
        ):
            faults.add(f"{where}：signed 的签名无效，或签的不是这一行的条数和树根")
        if published is not None and (signed is None or not published.startswith(signed)):
            faults.add(f"{where}：已公布的 note 与所签的 signed 不同")
        yield Claim(size, root, where)


def _is_signed(signed: str, checkpoint: Checkpoint, key: note.Verifier) -> bool:
    try:
        return note.verify(signed, [key]) == checkpoint.text
    except ValueError:
        return False


def judge_cosignatures(log: Log, policy: Policy, faults: Faults) -> None:
    """The witnesses' lines that the database keeps are theirs, and stand under its checkpoints."""
    for size, witness, line, root in stream(f"cosignatures_{log.pk}", _COSIGNATURES, [log.pk]):
        where = f"kernel_cosignature {log.pk}/{size} 见证人 {witness}"
        known = policy.witnesses.get(witness)
        if root is None:
            faults.add(f"{where}：没有这个条数的检查点")
        elif known is not None and not _is_cosigned(line, Checkpoint(log.origin, size, root), known.verifier):
            faults.add(f"{where}：见证签名无效，或签的不是这个检查点")


def _is_cosigned(line: str, checkpoint: Checkpoint, key: note.Verifier) -> bool:
    try:
        return bool(note.signed_by(f"{checkpoint.text}\n{line}", [key])[1])
    except ValueError:
        return False


def of_witnesses(log: Log, policy: Policy, key: note.Verifier, told: list[str]) -> Iterator[Claim]:
    """What the witnesses have seen of the log; who gives no answer that can be believed is told of."""
    for witness in policy.to_ask:
        door = Door(witness)
        try:
            seen = door.latest(log.origin, key)
        except Faulty as fault:
            told.append(f"见证人 {witness.name}：没有可信的答复（{fault}）")
            continue
        finally:
            door.close()
        if seen is None:
            told.append(f"见证人 {witness.name}：还没有见证过 {log.origin}")
        else:
            told.append(f"见证人 {witness.name}：见过 {log.origin} 的 {seen.size:,} 条，已与数据库核对")
            yield Claim(seen.size, seen.root, f"见证人 {witness.name} 见过的 {log.origin}")


def of_alarm(log: Log) -> Iterator[Claim]:
    """What gave the last alarm of the fork guard."""
    found = alarm.last()
    if found and found.seen and found.seen.origin == log.origin:
        yield Claim(
            found.seen.size, found.seen.root, f"分叉警报 forkguard.json（见证人 {found.seen.witness}）"
        )
