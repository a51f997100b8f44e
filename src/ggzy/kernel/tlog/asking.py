"""Asking a witness over HTTP (c2sp.org/tlog-witness). Whatever it answers, and whether it does, nothing is believed
that is not signed: by the witness when it cosigns, by our own key when it says what it has seen of us.
"""

import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlsplit

import httpx

from ggzy.kernel.tlog import note
from ggzy.kernel.tlog.checkpoint import Checkpoint
from ggzy.kernel.tlog.note import Verifier
from ggzy.kernel.tlog.policy import Witness

SECONDS = 5.0  # for a whole answer, however it trickles in
MOST_BYTES = 256 * 1024
MOST_TURNS = 4  # a witness that is told its own size and still wants another is not asked for ever
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

# The proof that the log of this origin continues from one size to another.
Prove = Callable[[int, int], list[bytes]]


class Faulty(RuntimeError):
    """The witness is silent, slow or talks nonsense; the text says which, for people."""


class Contradicts(RuntimeError):
    """The witness has a checkpoint with our own signature that the log at hand may not continue."""

    def __init__(self, seen: Checkpoint) -> None:
        super().__init__(seen.origin)
        self.seen = seen


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that is to be cosigned: the tree, the signed note, our key, and what continues another log."""

    checkpoint: Checkpoint
    note: str
    verifier: Verifier
    prove: Prove
    announce: str | None = None  # the signed succession, for a witness that does not know the log yet


@dataclass
class Door:
    """One witness, and what it cosigned last of each log as far as we know."""

    witness: Witness
    known: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        host = urlsplit(self.witness.url).hostname or ""
        # A proxy of the surroundings is for the outside only.
        self._client = httpx.Client(
            timeout=httpx.Timeout(SECONDS, connect=2), trust_env=host not in _LOOPBACK
        )

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def latest(self, origin: str, verifier: Verifier) -> Checkpoint | None:
        """The newest checkpoint of a log that the witness has seen, rightly signed by us; None when it has none."""
        status, body = self._ask("GET", f"{sha256(origin.encode()).hexdigest()}/checkpoint")
        if status == 404:
            return None
        if status != 200:
            raise Faulty(f"查询它见证过的检查点时答复 {status}（不予采信）")
        try:
            seen = Checkpoint.parse(note.verify(body, [verifier]))
        except ValueError:
            raise Faulty("它出示的检查点不是本日志签署的（不予采信）") from None
        if seen.origin != origin:
            raise Faulty("它出示的检查点属于另一本日志（不予采信）")
        return seen

    def cosign(self, signed: Signed) -> str:
        """The witness's signature line under the checkpoint; Faulty or Contradicts when there is none to be had."""
        new, old = signed.checkpoint, self.known.get(signed.checkpoint.origin, 0)
        for _ in range(MOST_TURNS):
            status, body = self._add(old, signed)
            if status == 200:
                line = self._line(body, signed)
                self.known[new.origin] = new.size
                return line
            if status == 404 and signed.announce is not None:
                self._announce(signed.announce)
            elif status == 409 and (size := _size(body)) is not None and size <= new.size and size != old:
                old = size
            elif status in (409, 422):
                self._suspect(signed, status)
            else:
                raise Faulty(_REASONS.get(status, f"答复 {status}"))
        raise Faulty("反复要求另一个条数，无法完成见证")

    def _add(self, old: int, signed: Signed) -> tuple[int, str]:
        path = signed.prove(old, signed.checkpoint.size) if old else []
        lines = "".join(f"{b64encode(node).decode()}\n" for node in path)
        return self._ask("POST", "add-checkpoint", f"old {old}\n{lines}\n{signed.note}")

    def _announce(self, announced: str) -> None:
        status, _ = self._ask("POST", "add-log", announced)
        if status != 200:
            raise Faulty(f"没有接受新一年日志的宣告（答复 {status}）；请其管理员把新日志的 vkey 加入配置")

    def _line(self, body: str, signed: Signed) -> str:
        """The one line of the answer that is the witness's; all others are passed over."""
        for line in body.splitlines(keepends=True):
            try:
                _, found = note.signed_by(f"{signed.checkpoint.text}\n{line}", [self.witness.verifier])
            except note.Unverified:
                continue
            if found:
                return line
        raise Faulty("答复里没有它自己有效的见证签名（不予采信）")

    def _suspect(self, signed: Signed, status: int) -> None:
        """The witness does not see that we continue what it knows: it shows a checkpoint of ours, or is not believed."""
        seen = self.latest(signed.checkpoint.origin, signed.verifier)
        if seen is None:
            raise Faulty(f"答复 {status}，却拿不出本日志签署的检查点（不予采信）")
        raise Contradicts(seen)

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """Status and text of an answer that is not too long and does not take too long."""
        begun = time.monotonic()
        content = b""
        try:
            url = f"{self.witness.url.rstrip('/')}/{path}"
            with self._client.stream(method, url, content=body.encode()) as answer:
                for chunk in answer.iter_bytes():
                    content += chunk
                    if len(content) > MOST_BYTES:
                        raise Faulty("答复过长（不予采信）")
                    if time.monotonic() - begun > SECONDS:
                        raise Faulty(f"答复太慢，{SECONDS:.0f} 秒没有说完")
            return answer.status_code, content.decode(errors="replace")
        except httpx.TimeoutException:
            raise Faulty(f"{SECONDS:.0f} 秒内没有答复") from None
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise Faulty(f"连接不上（{type(fault).__name__}）") from None


_REASONS = {
    403: "不认本日志的密钥（答复 403）；请其管理员核对配置里的 vkey",
    404: "不见证本日志（答复 404）；请其管理员把本日志的 vkey 加入配置",
}


def _size(body: str) -> int | None:
    text = body.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else None
