"""Audit: read every file of a log once and say which of them is at fault. No Django here.

The same hash can be had in several ways: from the entries, from the tile that stores it, from the tile below.
As long as all agree there is nothing to judge. Where they do not, the signed root decides from the top down:
what leads to the root is true, and what differs from it has been changed.
"""

from collections.abc import Callable, Iterator
from itertools import product

from ggzy.kernel.tlog import entry, tiles, tree

Fetch = Callable[[str], bytes]
Progress = Callable[[int, int], object]
Row = list[bytes | None]
MOST_FAULTS = 20


class Missing(LookupError):
    """A file of the log is not there."""


class TooMany(Exception):
    """So much is wrong that reading on helps nobody."""


class Audit:
    """One reading of a log of `size` leaves with this root; `faults` says in Chinese what is wrong and where."""

    def __init__(self, fetch: Fetch, size: int, root: bytes, wanted: bytes | None = None) -> None:
        self.faults: list[str] = []
        self.found: int | None = None  # where the wanted leaf stands
        self._fetch, self._size, self._root, self._wanted = fetch, size, root, wanted
        self._unlike: dict[int, int] = {}  # bundle: first entry that differs from its tile

    def run(self, progress: Progress) -> None:
        """Read and judge everything."""
        try:
            self._judge(self._read(progress))
        except TooMany:
            self.faults.append("问题太多，不再继续。")

    def _read(self, progress: Progress) -> list[list[Row]]:
        """For each level the ways to have its row of hashes; of level 0 only the part beneath no full tile."""
        edge: list[Row] = [[], []]
        by_tiles: Row = []
        by_entries: Row = []
        for n, width in _row_of_tiles(self._size):
            stored, entries = self._tile(0, n, width), self._entries(n, width)
            leaves: Row = [tree.leaf_hash(written) for written in entries] + [None] * (width - len(entries))
            if stored != leaves:
                self._unlike[n] = next(i for i in range(width) if stored[i] != leaves[i])
            elif foreign := [i for i, written in enumerate(entries) if not entry.is_ours(written)]:
                self._fault(f"第 {n * tiles.WIDTH + foreign[0]:,} 条（从 0 数起）不是存证条目")
            if self._wanted in leaves and self._wanted is not None:
                self.found = n * tiles.WIDTH + leaves.index(self._wanted)
            if width < tiles.WIDTH:
                edge = [stored, leaves]
            else:
                by_entries.append(_root(leaves))
                by_tiles.append(_root(stored) if n in self._unlike else by_entries[-1])
            progress(n * tiles.WIDTH + width, self._size)
        levels = [edge]
        while length := self._size >> tiles.HEIGHT * len(levels):
            stored = [h for n, width in _row_of_tiles(length) for h in self._tile(len(levels), n, width)]
            levels.append([stored, by_tiles, by_entries])
            by_tiles, by_entries = _roots(stored), _roots(by_entries)
        return levels

    def _judge(self, levels: list[list[Row]]) -> None:
        above: Row = []
        for level, edge in reversed(list(enumerate(self._true_edges(levels)))):
            if level == 0:
                self._judge_entries(above, levels, edge)
                break
            true: Row = []
            for n, want in enumerate(above):
                true += self._true_tile(level, n, [_part(row, n) for row in levels[level]], want)
            true += edge
            self._blame(level, levels[level][0], true)
            above = true

    def _true_edges(self, levels: list[list[Row]]) -> list[Row]:
        """The partial row of each level that together lead to the signed root; unknown where none do."""
        ways = []
        for level, rows in enumerate(levels):
            width = (self._size >> tiles.HEIGHT * level) % tiles.WIDTH
            edges = [row[len(row) - width :] for row in rows]
            ways.append([edge for i, edge in enumerate(edges) if edge not in edges[:i]])
        for chosen in product(*ways):
            if self._root == _root([h for edge in reversed(chosen) for h in _edge(edge)], tree.root):
                return list(chosen)
        if not self.faults and not self._unlike:
            self._fault("检查点的树根与全部条目算出的不同：签名的不是这些条目")
        elif not self.faults:
            self._fault("检查点的树根与日志内容不符")
        return [[None] * len(way[0]) for way in ways]

    def _true_tile(self, level: int, n: int, ways: list[Row], want: bytes | None) -> Row:
        """The row of hashes that leads to what the level above says."""
        for way in ways:
            if want is not None and _root(way) == want:
                return way
        if want is not None and None not in ways[0]:
            self._fault(f"哈希块 {tiles.path(level, n)} 与上一级不符")
        return [None] * tiles.WIDTH

    def _blame(self, level: int, stored: Row, true: Row) -> None:
        for n, width in _row_of_tiles(len(stored)):
            have, want = _part(stored, n), _part(true, n)
            wrong = [i for i in range(width) if None not in (have[i], want[i]) and have[i] != want[i]]
            if wrong:
                self._fault(f"哈希块 {tiles.path(level, n, width)} 被改过：第 {wrong[0]} 个哈希不对")

    def _judge_entries(self, above: Row, levels: list[list[Row]], edge: Row) -> None:
        for n, want in enumerate(above):
            _, by_tiles, by_entries = levels[1]
            self._judge_bundle(n, tiles.WIDTH, want, by_tiles[n], by_entries[n])
        if levels[0][0]:
            stored, leaves = levels[0]
            self._judge_bundle(len(above), len(edge), _root(edge), _root(stored), _root(leaves))

    def _judge_bundle(self, n: int, width: int, want: bytes | None, tile: bytes | None, own: bytes | None) -> None:
        """Compare what should be with what the tile and the entries say; unreadable files are named already."""
        hashes, entries = tiles.path(0, n, width), tiles.path(tiles.ENTRIES, n, width)
        first = n * tiles.WIDTH + self._unlike.get(n, 0)
        if want is None:
            if None not in (tile, own) and tile != own:
                self._fault(f"第 {first:,} 条（从 0 数起）与其哈希不一致：{entries} 或 {hashes} 被改过")
        elif tile is not None and own is not None and want not in (tile, own):
            self._fault(f"条目包 {entries} 和哈希块 {hashes} 都与上一级不符")
        elif own is not None and own != want:
            self._fault(f"条目包 {entries} 被改过：第 {first:,} 条（从 0 数起）不对")
        elif tile is not None and tile != want:
            self._fault(f"哈希块 {hashes} 被改过：第 {first:,} 条（从 0 数起）的哈希不对")

    def _entries(self, n: int, width: int) -> list[bytes]:
        name, content, whole = self._wide_enough(tiles.ENTRIES, n, width)
        if content is None:
            return []
        try:
            entries = tiles.unbundle(content)
        except ValueError:
            self._fault(f"条目包 {name} 已损坏：长度与内容对不上")
            return []
        if len(entries) != whole:
            self._fault(f"条目包 {name} 应有 {whole} 条，实有 {len(entries)} 条")
        return entries[:width]

    def _tile(self, level: int, n: int, width: int) -> Row:
        name, content, whole = self._wide_enough(level, n, width)
        if content is None:
            return [None] * width
        if len(content) != whole * tree.HASH_SIZE:
            self._fault(f"哈希块 {name} 应有 {whole * tree.HASH_SIZE} 字节，实有 {len(content)} 字节")
        hashes: Row = [h for h in tiles.hashes(content)[:width] if len(h) == tree.HASH_SIZE]
        return hashes + [None] * (width - len(hashes))

    def _wide_enough(self, level: int | str, n: int, width: int) -> tuple[str, bytes | None, int]:
        """A file's name, content and width: the full tile where the partial one has made way for it."""
        for whole in dict.fromkeys((width, tiles.WIDTH)):
            name = tiles.path(level, n, whole)
            try:
                return name, self._fetch(name), whole
            except Missing:
                continue
        name = tiles.path(level, n, width)
        self._fault(f"缺少文件 {name}")
        return name, None, width

    def _fault(self, text: str) -> None:
        self.faults.append(text)
        if len(self.faults) >= MOST_FAULTS:
            raise TooMany


def _row_of_tiles(length: int) -> Iterator[tuple[int, int]]:
    """The tiles (number, width) that a row of so many hashes is stored in."""
    for start in range(0, length, tiles.WIDTH):
        yield start // tiles.WIDTH, min(tiles.WIDTH, length - start)


def _part(row: Row, n: int) -> Row:
    return row[n * tiles.WIDTH : (n + 1) * tiles.WIDTH]


def _root(row: Row, over: Callable[[list[bytes]], bytes] = tree.root_of) -> bytes | None:
    """The root over a row of hashes; unknown as soon as one of them is."""
    known = [h for h in row if h is not None]
    return over(known) if len(known) == len(row) else None


def _roots(row: Row) -> Row:
    """The roots of the full tiles of a row."""
    return [_root(_part(row, n)) for n in range(len(row) // tiles.WIDTH)]


def _edge(row: Row) -> Row:
    """The complete subtrees that a partial row adds to the right edge, largest first."""
    known = [h for h in row if h is not None]
    return list(tree.append(0, [], known).edge) if len(known) == len(row) else [None]
