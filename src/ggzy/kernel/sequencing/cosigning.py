"""Cosigning: show each signed checkpoint to the witnesses, and publish it with what they sign.

A round is about one checkpoint, so that quick and slow witnesses sign the same one. It ends when all have answered,
a moment after enough have, or after five seconds; then the checkpoint is published with the lines that there are.
So no witness, silent, slow, lying or gone, ever stops the log; a line that comes later is added later.
"""

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from django.db import InterfaceError, OperationalError, connection

from ggzy.kernel.ledger import keys, years
from ggzy.kernel.ledger.models import Checkpoint as Row
from ggzy.kernel.ledger.models import Log
from ggzy.kernel.sequencing import forkguard, witnesses
from ggzy.kernel.sequencing.publishing import Forked, release
from ggzy.kernel.tlog import note, tiles, tree
from ggzy.kernel.tlog.asking import Contradicts, Door, Faulty, Signed
from ggzy.kernel.tlog.checkpoint import Checkpoint
from ggzy.kernel.tlog.policy import Policy
from ggzy.kernel.tlog.succession import Succession

PATIENCE = 5.0  # seconds until a checkpoint is published with fewer witnesses than the quorum asks for
GRACE = 0.2  # seconds that the others have once enough have signed
LONGEST_PAUSE = 30.0  # seconds between two attempts at a witness that fails again and again
IDLE = 1.0
log = logging.getLogger(__name__)


@dataclass
class Turn:
    """A witness and what it is busy with; after each failure in a row it is left alone for longer."""

    door: Door
    future: Future[str] | None = None
    about: tuple[int, int] = (0, 0)  # log and size that it was asked for last
    failures: int = 0
    due: float = 0.0

    @property
    def name(self) -> str:
        return self.door.witness.name


@dataclass
class Cosigner:
    """All witnesses of the installation at work. Only one thread uses it at a time."""

    policy: Policy
    doors: list[Door]
    enough: bool = True  # whether the last round had its quorum
    turns: list[Turn] = field(init=False)

    def __post_init__(self) -> None:
        self.turns = [Turn(door) for door in self.doors]
        self._pool = ThreadPoolExecutor(max(1, len(self.turns)), thread_name_prefix="witness")

    def close(self) -> None:
        """Ask nobody any more; answers that are still out are not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def go_round(self) -> None:
        """Have the newest checkpoint of each log cosigned and published; Forked when a witness knows better."""
        for row in _newest():
            if row.note is None or self._is_missing(row):
                self._have_cosigned(row)

    def _is_missing(self, row: Row) -> bool:
        held = witnesses.lines(row.log_id, row.size, self.policy.witnesses)
        return any(
            turn.name not in held and (turn.future or time.monotonic() >= turn.due) for turn in self.turns
        )

    def _have_cosigned(self, row: Row) -> None:
        held = witnesses.lines(row.log_id, row.size, self.policy.witnesses)
        until, enough_since = time.monotonic() + PATIENCE, None
        signed = _signed(row)
        while True:
            busy = [
                turn.future for turn in self.turns if self._is_asked(turn, row, signed, held) and turn.future
            ]
            now = time.monotonic()
            if enough_since is None and self.policy.is_met_by(held):
                enough_since = now
            end = until if enough_since is None else min(until, enough_since + GRACE)
            if not busy or now >= end:
                break
            wait(busy, timeout=end - now, return_when="FIRST_COMPLETED")
            held |= self._collect(row)
        self._say(row, held)
        fresh = "".join(held[name] for name in self.policy.witnesses if name in held)
        if row.note != f"{row.signed}{fresh}":
            release(row.log_id, row.size, [held[name] for name in self.policy.witnesses if name in held])

    def _is_asked(self, turn: Turn, row: Row, signed: Signed, held: dict[str, str]) -> bool:
        """Whether an answer about this checkpoint is to be had from the witness; asks it when it is free."""
        wanted = (row.log_id, row.size)
        if turn.future is None and turn.name not in held and time.monotonic() >= turn.due:
            turn.about, turn.future = wanted, self._pool.submit(turn.door.cosign, signed)
        return turn.future is not None

    def _collect(self, row: Row) -> dict[str, str]:
        """Take the answers that have come; those about this checkpoint by the names of the witnesses."""
        fresh: dict[tuple[int, int], dict[str, str]] = {}
        for turn in self.turns:
            if turn.future is None or not turn.future.done():
                continue
            done, turn.future = turn.future, None
            try:
                fresh.setdefault(turn.about, {})[turn.name] = done.result()
                turn.failures, turn.due = 0, 0.0
            except (Faulty, Contradicts, OSError, ValueError) as fault:
                self._failed(turn, fault)
        for (log_id, size), signed in fresh.items():
            witnesses.keep(log_id, size, signed)
        return fresh.get((row.log_id, row.size), {})

    def _failed(self, turn: Turn, fault: Exception) -> None:
        turn.failures += 1
        turn.due = time.monotonic() + min(LONGEST_PAUSE, 2.0 ** (turn.failures - 1))
        if isinstance(fault, Contradicts):
            forkguard.check(turn.about[0], turn.name, fault.seen)
            witnesses.blame(turn.name, "不认可一致性证明，但它出示的检查点并无矛盾（不予采信）")
        else:
            witnesses.blame(turn.name, str(fault))

    def _say(self, row: Row, held: dict[str, str]) -> None:
        """Tell once when there are too few witnesses, and once when there are enough again."""
        enough = self.policy.is_met_by(held)
        if enough != self.enough:
            told = f"{row.size:,} 条的检查点有 {len(held)} 个见证人签名"
            if enough:
                log.info("见证恢复：%s。", told)
            else:
                log.error("见证不足：%s，少于策略要求；检查点照常公布，请检查见证人。", told)
        self.enough = enough


class Beside:
    """A thread that cosigns while the sequencer goes on; `alarm` is set when a witness knows of a fork."""

    def __init__(self, cosigner: Cosigner) -> None:
        self._cosigner = cosigner
        self._news, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="cosigning", daemon=True)
        self.alarm: Forked | None = None

    def start(self) -> None:
        self._thread.start()

    def tell(self) -> None:
        """There is a new checkpoint."""
        self._news.set()

    def raise_alarm(self) -> None:
        """Forked when a witness has shown meanwhile that nothing more must be signed."""
        if self.alarm is not None:
            raise self.alarm

    def stop(self) -> None:
        """One last round for what was signed last, then the end."""
        self._stop.set()
        self._news.set()
        self._thread.join(PATIENCE + 2)

    def _run(self) -> None:
        try:
            while self.alarm is None:
                stopping = self._stop.is_set()
                self._go_round()
                if stopping:
                    return
                self._news.wait(IDLE)
                self._news.clear()
        finally:
            connection.close()

    def _go_round(self) -> None:
        try:
            self._cosigner.go_round()
        except Forked as alarm:
            self.alarm = alarm
        except (OperationalError, InterfaceError, psycopg.OperationalError) as problem:
            log.warning("the database is away, cosigning waits: %s", problem)
            connection.close()
        except Exception:
            log.exception("cosigning failed; the log goes on")


@contextmanager
def beside(policy: Policy, doors: list[Door]) -> Iterator[Beside | None]:
    """Cosign in a thread of its own for as long as the block runs; nothing where there are no witnesses."""
    if not doors:
        yield None
        return
    cosigner = Cosigner(policy, doors)
    thread = Beside(cosigner)
    thread.start()
    try:
        yield thread
    finally:
        thread.stop()
        cosigner.close()


def once(policy: Policy) -> None:
    """One round, here and now."""
    with knock(policy) as doors:
        if doors:
            cosigner = Cosigner(policy, doors)
            cosigner.go_round()
            cosigner.close()


@contextmanager
def knock(policy: Policy) -> Iterator[list[Door]]:
    """A door to each witness that has an address."""
    doors = [Door(witness) for witness in policy.to_ask]
    try:
        yield doors
    finally:
        for door in doors:
            door.close()


def _newest() -> list[Row]:
    """The newest signed checkpoint of the newest log, and of each older one where it is not published yet."""
    logs = list(Log.objects.order_by("id").values_list("id", flat=True))
    rows = [
        Row.objects.filter(log_id=log_id, signed__isnull=False).order_by("-size").first() for log_id in logs
    ]
    return [row for row in rows if row is not None and (row.note is None or row.log_id == logs[-1])]


def _signed(row: Row) -> Signed:
    """What a witness is asked to cosign. The proofs come from the published tiles, so no thread needs the database."""
    checkpoint = Checkpoint.parse(note.split(str(row.signed))[0])
    reader = tiles.reader(row.size, tiles.of_folder(years.folder(row.log_id)))
    signer = keys.log_signer().named(checkpoint.origin)
    return Signed(
        checkpoint,
        str(row.signed),
        signer.verifier,
        lambda old, new: [] if old == new else tree.consistency_proof(old, new, reader),
        _announced(row.log_id, checkpoint.origin),
    )


def _announced(log_id: int, origin: str) -> str | None:
    """The signed succession that begins this log; None for the first one."""
    before = Log.objects.filter(pk__lt=log_id).order_by("-id").first()
    if before is None:
        return None
    last = Row.objects.filter(log_id=before.pk, size=before.size).first()
    if last is None:
        return None
    ended = Checkpoint(before.origin, before.size, bytes(last.root))
    return note.sign(Succession(origin, ended).text, [keys.log_signer().named(before.origin)])
