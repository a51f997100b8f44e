"""Verify: walk a whole log from its files alone and name exactly what does not fit. No Django here.

Everything is recomputed from the entries: the tiles must hold their hashes, the checkpoint must hold the root,
and the signature must be the log's.
"""

from dataclasses import dataclass
from pathlib import Path

import httpx

from ggzy.kernel.tlog import note, proof, receipt, tiles, tree
from ggzy.kernel.tlog.audit import Audit, Fetch, Missing, Progress
from ggzy.kernel.tlog.checkpoint import Checkpoint

SECONDS = 30
RECEIPTS_KEY = "../receipts.vkey"  # one key for all years, beside their folders


class Damaged(ValueError):
    """Something in the log does not fit; the text says what and where, one fault a line."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was verified; `found` is the place of the leaf that was asked for."""

    origin: str
    size: int
    root: bytes
    found: int | None = None


def source(place: str) -> Fetch:
    """Read a log's files from a folder or from below an http(s) address."""
    if not place.startswith(("http://", "https://")):

        def read(name: str) -> bytes:
            try:
                return (Path(place) / name).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                raise Missing(name) from None
            except OSError as fault:
                raise Damaged(f"读不到 {Path(place) / name}：{fault.strerror}") from None

        return read

    client = httpx.Client(timeout=SECONDS, follow_redirects=True)

    def fetch(name: str) -> bytes:
        address = f"{place.rstrip('/')}/{name}"
        try:
            answer = client.get(address)
        except httpx.HTTPError as fault:
            raise Damaged(f"读不到 {address}：{fault}") from None
        except httpx.InvalidURL as fault:
            raise Damaged(f"网址 {address} 无效：{fault}") from None
        if answer.status_code in (404, 410):
            raise Missing(name)
        if answer.status_code != 200:
            raise Damaged(f"读不到 {address}：服务器答复 {answer.status_code}")
        return answer.content

    return fetch


def verify(
    fetch: Fetch,
    vkey: str | None = None,
    progress: Progress = lambda done, size: None,
    wanted: bytes | None = None,
) -> Report:
    """Verify the whole log; Damaged names everything that does not fit.

    `vkey` is the verifier key that you trust; without it, the one beside the log is taken, which proves only
    that the log is whole, not whose it is. `wanted` is a leaf hash to look out for.
    """
    checkpoint = open_checkpoint(_text(fetch, "checkpoint"), log_key(fetch, vkey))
    audit = Audit(fetch, checkpoint.size, checkpoint.root, wanted)
    audit.run(progress)
    if audit.faults:
        raise Damaged("\n".join(audit.faults))
    return Report(checkpoint.origin, checkpoint.size, checkpoint.root, audit.found)


def log_key(fetch: Fetch, vkey: str | None = None) -> note.Verifier:
    """The key that the log's checkpoints are checked with."""
    try:
        return note.Verifier.parse(vkey or _text(fetch, "vkey"))
    except Damaged:
        raise
    except ValueError:
        raise Damaged("验证公钥 vkey 无法读取：不是一行完整的 名称+编号+密钥，或被改过") from None


def open_checkpoint(text: str, verifier: note.Verifier) -> Checkpoint:
    """The checkpoint, when the log's key has signed it."""
    try:
        return Checkpoint.parse(note.verify(text, [verifier]))
    except note.Unverified:
        raise Damaged("检查点的签名无效：不是这把密钥签的，或内容被改过") from None
    except ValueError as fault:
        raise Damaged(f"检查点无法读取：{fault}") from None


def promised_leaf(signed: str, fetch: Fetch, vkey: str | None = None) -> bytes:
    """The leaf hash that a receipt promises to be in the log; Damaged when the platform did not sign it.

    `vkey` is the receipts' key that you trust; without it, the one beside the logs is taken.
    """
    try:
        key = note.Verifier.parse(vkey or _text(fetch, RECEIPTS_KEY))
        return receipt.verify(signed, [key]).leaf_hash
    except Damaged:
        raise
    except ValueError:
        raise Damaged("回执无效：不是本平台签的，或内容被改过") from None


def check_proof(text: str, fetch: Fetch, verifier: note.Verifier, log: Report) -> int:
    """The place of the entry that a proof file shows in this log; Damaged when the proof does not hold.

    The proof's own checkpoint may be older than the log: the log as it was then must have the same root.
    """
    try:
        shown = proof.Proof.parse(text)
        at = Checkpoint.parse(note.verify(shown.checkpoint, [verifier]))
        if at.size > log.size or tree.root_at(at.size, tiles.reader(log.size, tile_of(fetch))) != at.root:
            raise Damaged("证明中的检查点不属于这本日志：同一日志出现了两个版本")
        leaf = tiles.reader(log.size, tile_of(fetch))(0, shown.index) if shown.index < log.size else b""
        proof.verify(shown, leaf, [verifier])
    except note.Unverified:
        raise Damaged("证明中的检查点签名无效：不是这把密钥签的，或内容被改过") from None
    except Damaged:
        raise
    except ValueError:
        raise Damaged("证明不成立：按其中的路径算不出检查点的树根，或文件不完整") from None
    return shown.index


def tile_of(fetch: Fetch) -> tiles.TileReader:
    """Read tiles of a verified log, the full one where the partial one has made way for it."""

    def read(level: int, n: int, width: int) -> bytes:
        try:
            return fetch(tiles.path(level, n, width))
        except Missing:
            return fetch(tiles.path(level, n))[: width * tree.HASH_SIZE]

    return read


def _text(fetch: Fetch, name: str) -> str:
    try:
        return fetch(name).decode()
    except Missing:
        raise Damaged(f"缺少文件 {name}。请给出日志本身的网址或文件夹，如 …/evidence/2026") from None
    except UnicodeDecodeError:
        raise Damaged(f"{name} 不是文本：被改过或不完整") from None
