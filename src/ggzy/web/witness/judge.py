"""The witness's decision about what it is sent (c2sp.org/tlog-witness, add-checkpoint)."""

import logging
from base64 import b64decode
from dataclasses import dataclass

from ggzy.kernel import clock
from ggzy.kernel.tlog import note, tree
from ggzy.kernel.tlog.checkpoint import Checkpoint
from ggzy.kernel.tlog.succession import Succession
from ggzy.web.witness.setup import Setup, Watched
from ggzy.web.witness.store import SPLIT, UNPROVEN, Kept, Store

MOST_PROOF_LINES = 63
log = logging.getLogger("ggzy.witness")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: status, body, content type."""

    status: int
    body: str
    content_type: str = "text/plain; charset=utf-8"


class Judge:
    """Cosigns what continues what was cosigned before, and nothing else."""

    def __init__(self, setup: Setup, store: Store) -> None:
        self._setup, self._store = setup, store

    def add_checkpoint(self, body: str) -> Answer:
        """Cosign a checkpoint that its proof shows to continue the one cosigned last."""
        try:
            old, proof, signed = _read(body)
            shown = Checkpoint.parse(note.split(signed)[0])
        except ValueError:
            return Answer(400, "请求不合格式：应为 old 行、证明行、空行、检查点。\n")
        watched = self._watched(shown.origin)
        if watched is None:
            return Answer(404, f"本见证人不见证日志 {shown.origin}。\n")
        try:
            note.verify(signed, watched.verifiers)
        except note.Unverified:
            return Answer(403, "检查点不是该日志的密钥签署的。\n")
        if old > shown.size:
            return Answer(400, "旧条数大于检查点的条数。\n")
        return self._judge(old, proof, shown, _only_known(signed, watched))

    def _judge(self, old: int, proof: list[bytes], shown: Checkpoint, signed: str) -> Answer:
        last = self._store.newest(shown.origin)
        if self._contradicts(shown):
            self._keep(shown, signed, SPLIT, "同一条数出现了两个树根")
            return _behind(last)
        if last.followed_by is not None and shown.size > last.checkpoint.size:
            self._keep(shown, signed, UNPROVEN, f"已由 {last.followed_by} 接续的日志又增长了")
            return Answer(422, f"该日志已由 {last.followed_by} 接续，不再增长。\n")
        if old != last.checkpoint.size:
            return _behind(last)
        if not _continues(last.checkpoint, shown, proof):
            self._keep(shown, signed, UNPROVEN, "不能证明接续已见证的内容")
            return Answer(422, "一致性证明不成立。\n")
        time = int(clock.now().timestamp())
        lines = "".join(signer.line(shown.text, time) for signer in self._setup.signers)
        if not self._store.advance(last.checkpoint, shown, signed + lines, time):
            return _behind(self._store.newest(shown.origin))
        return Answer(200, lines)

    def add_log(self, announced: str) -> Answer:
        """Accept the next year's log when the operator announces it after the last checkpoint cosigned here."""
        try:
            text, _ = note.split(announced)
            said = Succession.parse(text)
        except ValueError:
            return Answer(400, "不是接续宣告。\n")
        watched = self._watched(said.ended.origin)
        if watched is None or not watched.next_years:
            return Answer(404, f"本见证人未被允许接受 {said.ended.origin} 的后续日志。\n")
        try:
            note.verify(announced, watched.verifiers)
        except note.Unverified:
            return Answer(403, "宣告不是该日志的密钥签署的。\n")
        last = self._store.newest(said.ended.origin)
        if last.checkpoint != said.ended:
            return _behind(last)
        if not self._store.succeed(said.ended, said.origin, announced):
            log.critical(
                "日志 %s 被宣告了第二个后续：%s。证据：\n%s", said.ended.origin, said.origin, announced
            )
            return Answer(422, "该日志已有另一个后续。\n")
        log.info("接受新日志 %s（接续 %s）", said.origin, said.ended.origin)
        return Answer(200, "ok\n")

    def _watched(self, origin: str) -> Watched | None:
        """The keys of a log: as configured, or those of the log before it when it was announced."""
        if origin in self._setup.logs:
            return self._setup.logs[origin]
        follows = self._store.newest(origin).follows
        before = self._watched(follows) if follows else None
        return before and Watched(tuple(key.named(origin) for key in before.verifiers), next_years=True)

    def _contradicts(self, shown: Checkpoint) -> bool:
        """Whether another tree of the same size was cosigned before."""
        accepted = self._store.accepted(shown.origin, shown.size)
        return accepted is not None and bytes(accepted[0]) != shown.root

    def _keep(self, shown: Checkpoint, signed: str, verdict: str, why: str) -> None:
        log.critical("未见证 %s 的检查点（%s 条）：%s。原件已保存。", shown.origin, f"{shown.size:,}", why)
        self._store.remember(shown, signed, verdict, int(clock.now().timestamp()))


def _read(body: str) -> tuple[int, list[bytes], str]:
    head, blank, signed = body.partition("\n\n")
    first, *lines = head.split("\n")
    word, _, size = first.partition(" ")
    if not blank or word != "old" or not (size.isascii() and size.isdecimal()) or str(int(size)) != size:
        raise ValueError("no old size")
    proof = [b64decode(line, validate=True) for line in lines]
    if len(proof) > MOST_PROOF_LINES or any(len(node) != tree.HASH_SIZE for node in proof):
        raise ValueError("not a proof")
    return int(size), proof, signed


def _continues(last: Checkpoint, shown: Checkpoint, proof: list[bytes]) -> bool:
    if last.size == 0:
        return not proof and (shown.size > 0 or shown.root == tree.EMPTY)
    return tree.verify_consistency(last.size, shown.size, last.root, shown.root, proof)


def _only_known(signed: str, watched: Watched) -> str:
    """The note with the log's own lines only: nobody shall fill this witness's store with others."""
    text, _ = note.split(signed)
    _, tail = signed[: len(text)], signed[len(text) + 1 :]
    known = {(key.name, key.id) for key in watched.verifiers}
    kept = [
        line
        for line, (name, key, _) in zip(tail.splitlines(), note.split(signed)[1], strict=True)
        if (name, key) in known
    ]
    return f"{text}\n" + "".join(f"{line}\n" for line in kept)


def _behind(last: Kept) -> Answer:
    return Answer(409, f"{last.checkpoint.size}\n", "text/x.tlog.size")
