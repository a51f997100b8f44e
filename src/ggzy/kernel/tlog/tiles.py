"""Tiles: the tree and its entries as files of fixed content (c2sp.org/tlog-tiles).

A tile holds 256 hashes of every eighth level of the tree; a bundle holds the 256 entries beneath a tile of
level 0. The rightmost ones hold fewer and carry their width in the path; a narrower tile is always the
beginning of the wider one with the same number. No Django here.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from ggzy.kernel.tlog import tree

WIDTH = 256
HEIGHT = 8
ENTRIES = "entries"

# The bytes of a tile: level, number, width (1..256).
TileReader = Callable[[int, int, int], bytes]


def path(level: int | str, n: int, width: int = WIDTH) -> str:
    """Where a tile (or a bundle, level "entries") lies below the log: tile/0/x001/x234/067.p/12."""
    parts = [f"{n % 1000:03d}"]
    while n := n // 1000:
        parts.insert(0, f"x{n % 1000:03d}")
    return f"tile/{level}/{'/'.join(parts)}" + (f".p/{width}" if width < WIDTH else "")


def spans(size: int, start: int = 0) -> Iterator[tuple[int, int, int]]:
    """The tiles (level, number, width) of a tree of `size` leaves that are new or wider than at `start`."""
    level = 0
    while size > start:
        for n in range(start // WIDTH, -(-size // WIDTH)):
            yield level, n, min(WIDTH, size - n * WIDTH)
        level, size, start = level + 1, size // WIDTH, start // WIDTH


def hashes(tile: bytes) -> list[bytes]:
    """The hashes of a tile one by one."""
    return [tile[i : i + tree.HASH_SIZE] for i in range(0, len(tile), tree.HASH_SIZE)]


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries one after the other, each behind its length as two bytes, big-endian."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundle(content: bytes) -> list[bytes]:
    """The entries of a bundle; ValueError when it ends in the middle of one."""
    entries: list[bytes] = []
    at = 0
    while at < len(content):
        start = at + 2
        at = start + int.from_bytes(content[at:start], "big")
        if start > len(content) or at > len(content):
            raise ValueError(f"the bundle ends inside entry {len(entries)}")
        entries.append(content[start:at])
    return entries


def first_bytes(content: bytes, count: int) -> bytes:
    """The first `count` entries of a bundle, as a bundle."""
    at = 0
    for _ in range(count):
        at += 2 + int.from_bytes(content[at : at + 2], "big")
    return content[:at]


def of_folder(folder: Path) -> TileReader:
    """Read tiles from a published log, the wider one where the narrower one has made way for it."""

    def read(level: int, n: int, width: int) -> bytes:
        try:
            return (folder / path(level, n, width)).read_bytes()
        except FileNotFoundError:
            return (folder / path(level, n)).read_bytes()[: width * tree.HASH_SIZE]

    return read


def reader(size: int, read_tile: TileReader) -> tree.Reader:
    """Read any complete subtree of a tree of `size` leaves from its tiles, each tile fetched once."""

    @lru_cache(maxsize=1024)
    def tile(level: int, n: int) -> list[bytes]:
        width = min(WIDTH, (size >> HEIGHT * level) - n * WIDTH)
        found = hashes(read_tile(level, n, width))
        if len(found) != width:
            raise ValueError(f"{path(level, n, width)} holds {len(found)} hashes")
        return found

    def read(level: int, index: int) -> bytes:
        tile_level, above = divmod(level, HEIGHT)
        first = index << above
        within = first % WIDTH
        row = tile(tile_level, first // WIDTH)[within : within + (1 << above)]
        return tree.root_of(row)

    return read
