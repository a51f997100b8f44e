"""Verify: walk a whole log from its files alone and name exactly what does not fit. No Django here.

Everything is recomputed from the entries: the tiles must hold their hashes, the checkpoint must hold the root,
and the signature must be the log's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from ggzy.kernel.ledger import entry, note, tiles, tree
from ggzy.kernel.ledger.checkpoint import Checkpoint

Fetch = Callable[[str], bytes]
SECONDS = 30


class Damaged(ValueError):
    """Something in the log does not fit; the text says what and where."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was verified."""

    origin: str
    size: int
    root: bytes


def source(place: str) -> Fetch:
    """Read a log's files from a folder or from below an http(s) address."""
    if place.startswith(("http://", "https://")):

        def fetch(name: str) -> bytes:
            try:
                with urlopen(f"{place.rstrip('/')}/{name}", timeout=SECONDS) as answer:  # noqa: S310 - http(s) only
                    content: bytes = answer.read()
                    return content
            except HTTPError as fault:
                raise Damaged(f"缺少文件 {name}（服务器答复 {fault.code}）") from None
            except (URLError, OSError) as fault:
                raise Damaged(f"读不到 {place}：{getattr(fault, 'reason', fault)}") from None

        return fetch

    def read(name: str) -> bytes:
        try:
            return (Path(place) / name).read_bytes()
        except OSError:
            raise Damaged(f"缺少文件 {name}") from None

    return read


def verify(
    fetch: Fetch, vkey: str | None = None, progress: Callable[[int, int], object] = lambda done, size: None
) -> Report:
    """Verify the whole log; Damaged names the first thing that does not fit.

    `vkey` is the verifier key that you trust; without it, the one beside the log is taken, which proves only
    that the log is whole, not whose it is.
    """
    verifier = note.Verifier.parse((vkey or fetch("vkey").decode()).strip())
    checkpoint = open_checkpoint(fetch("checkpoint").decode(errors="replace"), verifier)
    edge: list[bytes] = []
    rows: dict[int, list[bytes]] = {}
    done = 0
    for level, n, width in tiles.spans(checkpoint.size):
        if level:
            break
        leaves = _leaves(fetch, n, width)
        _compare_tile(fetch, 0, n, width, leaves)
        grown = tree.append(done, edge, leaves)
        for height, hashes in enumerate(grown.completed):
            if height and height % tiles.HEIGHT == 0:
                rows.setdefault(height // tiles.HEIGHT, []).extend(hashes)
        edge, done = grown.edge, done + width
        progress(done, checkpoint.size)
    for level, n, width in tiles.spans(checkpoint.size):
        if level:
            _compare_tile(fetch, level, n, width, rows[level][n * tiles.WIDTH : n * tiles.WIDTH + width])
    if tree.root(edge) != checkpoint.root:
        raise Damaged("检查点的树根与全部条目算出的不同：签名的不是这些条目")
    return Report(checkpoint.origin, checkpoint.size, checkpoint.root)


def open_checkpoint(text: str, verifier: note.Verifier) -> Checkpoint:
    """The checkpoint, when the log's key has signed it."""
    try:
        return Checkpoint.parse(note.verify(text, [verifier]))
    except note.Unverified:
        raise Damaged("检查点的签名无效：不是这把密钥签的，或内容被改过") from None
    except ValueError as fault:
        raise Damaged(f"检查点无法读取：{fault}") from None


def _leaves(fetch: Fetch, n: int, width: int) -> list[bytes]:
    name = tiles.path(tiles.ENTRIES, n, width)
    try:
        entries = tiles.unbundle(_wide_enough(fetch, tiles.ENTRIES, n, width))[:width]
    except ValueError as fault:
        if isinstance(fault, Damaged):
            raise
        raise Damaged(f"条目包 {name} 已损坏：{fault}") from None
    if len(entries) != width:
        raise Damaged(f"条目包 {name} 应有 {width} 条，只有 {len(entries)} 条")
    for i, content in enumerate(entries):
        try:
            entry.parse(content)
        except ValueError:
            raise Damaged(f"第 {n * tiles.WIDTH + i:,} 条（从 0 数起）不是存证条目：{name}") from None
    return [tree.leaf_hash(content) for content in entries]


def _compare_tile(fetch: Fetch, level: int, n: int, width: int, expected: list[bytes]) -> None:
    name = tiles.path(level, n, width)
    found = tiles.hashes(_wide_enough(fetch, level, n, width))[:width]
    for i, (have, want) in enumerate(_pairs(found, expected)):
        if have != want:
            what = f"第 {n * tiles.WIDTH + i:,} 条的" if level == 0 else f"第 {i} 个"
            raise Damaged(f"哈希块 {name} 中{what}哈希与条目不符：条目或哈希块被改过")


def _pairs(found: list[bytes], expected: list[bytes]) -> Iterator[tuple[bytes | None, bytes]]:
    for i, want in enumerate(expected):
        yield (found[i] if i < len(found) else None), want


def _wide_enough(fetch: Fetch, level: int | str, n: int, width: int) -> bytes:
    """A tile, or the full one when the partial one has been dropped in its favour."""
    try:
        return fetch(tiles.path(level, n, width))
    except Damaged:
        if width == tiles.WIDTH:
            raise
        return fetch(tiles.path(level, n))
