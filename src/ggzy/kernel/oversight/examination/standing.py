"""A year's log grown again from its events: tiles, bundles, size and edge must be what this gives, and everyone who
ever saw the log at some size (a signed checkpoint, the published files, a witness) must have seen this tree.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ggzy.kernel.ledger.models import Log
from ggzy.kernel.oversight.examination.events import own_entry
from ggzy.kernel.oversight.examination.faults import Faults
from ggzy.kernel.oversight.examination.rows import Happened, execute, number
from ggzy.kernel.tlog import tiles, tree

Places = Sequence[Happened | None]


class Claim(NamedTuple):
    """Somebody's word that the log had this root at this size."""

    size: int
    root: bytes
    who: str


class Standing:
    """One log as it grows again, bundle by bundle; `claims` come in the order of their sizes."""

    def __init__(self, log: Log, claims: Iterable[Claim], faults: Faults) -> None:
        self._log, self._claims, self._faults = log, iter(claims), faults
        self._claim = next(self._claims, None)
        self._size, self._edge = 0, list[bytes]()
        self._above: list[list[bytes]] = []  # of each level above the leaves the hashes that fill no tile yet
        self._count: list[int] = []  # and of these levels how many tiles are full

    def bundles(self, rows: Iterator[Happened]) -> Iterator[tuple[int, Places]]:
        """The events by bundle, in their places; what has no place of its own is named, gaps stay empty."""
        first, row = self._log.first, next(rows, None)
        for start in range(0, self._log.size, tiles.WIDTH):
            places: list[Happened | None] = [None] * min(tiles.WIDTH, self._log.size - start)
            while row is not None and row.idx is not None and row.idx < first + start + len(places):
                at = row.idx - first - start
                if at < 0 or places[at] is not None:
                    self._faults.add(f"{row}：序号重复")
                else:
                    places[at] = row
                if row.log_id != self._log.pk:
                    self._faults.add(f"{row}：日志号 {row.log_id} 不对，应为 {self._log.pk}")
                row = next(rows, None)
            yield start // tiles.WIDTH, places

    def take(self, n: int, places: Places) -> None:
        """Hold one bundle of events against the stored bundle and tile, and let the tree grow by it."""
        leaves = self._leaves(n, places)
        while leaves:
            self._meet()
            here = len(leaves) if self._claim is None else self._claim.size - self._size
            self._grow(leaves[:here])
            leaves = leaves[here:]

    def finish(self) -> None:
        """Hold the right edge against what is stored, and name those who have seen more than there is."""
        self._meet()
        log, name = self._log, f"kernel_log {self._log.pk}"
        for level, row in enumerate(self._above, 1):
            if row:
                self._compare_tile(level, self._count[level - 1], row)
        if b"".join(self._edge) != bytes(log.edge):
            self._faults.add(f"{name}：右边缘 edge 与全部条目算出的不同")
        for table, want in (
            ("kernel_tile", sum(1 for _ in tiles.spans(log.size))),
            ("kernel_bundle", -(-log.size // tiles.WIDTH)),
        ):
            have = number(f"SELECT count(*) FROM {table} WHERE log_id = %s", [log.pk])  # noqa: S608 - names
            if have != want:
                self._faults.add(f"{table} {log.pk}：应有 {want:,} 行，实有 {have:,} 行")
        while self._claim:
            self._faults.add(
                f"{self._claim.who}：{self._claim.size:,} 条，数据库里的 {log.origin} 只有 {log.size:,} 条："
                f"数据库少了内容，可能是从旧备份恢复的"
            )
            self._claim = next(self._claims, None)

    def _grow(self, leaves: list[bytes]) -> None:
        grown = tree.append(self._size, self._edge, leaves)
        self._size, self._edge = self._size + len(leaves), grown.edge
        for level, fresh in enumerate(grown.completed[tiles.HEIGHT :: tiles.HEIGHT], 1):
            while len(self._above) < level:
                self._above.append([])
                self._count.append(0)
            row = self._above[level - 1]
            row += fresh
            if len(row) == tiles.WIDTH:
                self._compare_tile(level, self._count[level - 1], row)
                self._above[level - 1] = []
                self._count[level - 1] += 1

    def _meet(self) -> None:
        """Hear all who speak of the present size."""
        while self._claim and self._claim.size <= self._size:
            if self._claim.root != tree.root(self._edge):
                self._faults.add(f"{self._claim.who}：{self._claim.size:,} 条时的树根与全部条目算出的不同")
            self._claim = next(self._claims, None)

    def _compare_tile(self, level: int, n: int, row: list[bytes]) -> None:
        data = self._stored("kernel_tile", "level = %s AND", [level], n, len(row))
        if data is not None and data != b"".join(row):
            wrong = next(
                (i for i, h in enumerate(tiles.hashes(data)) if i >= len(row) or h != row[i]), len(row)
            )
            self._faults.add(
                f"kernel_tile {self._log.pk}/{tiles.path(level, n, len(row))}：第 {wrong} 个哈希不对"
            )

    def _leaves(self, n: int, places: Places) -> list[bytes]:
        """The leaf hashes of a bundle, as most of its three homes tell them; the others are named."""
        width = len(places)
        bundle = self._stored("kernel_bundle", "", [], n, width)
        tile = self._stored("kernel_tile", "level = %s AND", [0], n, width)
        by_events = [None if row is None else tree.leaf_hash(row.entry) for row in places]
        by_bundle = self._hashes_of(n, bundle, width)
        if tile is not None and len(tile) != width * tree.HASH_SIZE:
            self._faults.add(f"kernel_tile {self._log.pk}/{tiles.path(0, n, width)}：应有 {width} 个哈希")
        by_tile: list[bytes | None] = [
            h if len(h) == tree.HASH_SIZE else None for h in tiles.hashes(tile or b"")
        ]
        by_tile = (by_tile + [None] * width)[:width]
        leaves = []
        for i, told in enumerate(zip(by_events, by_bundle, by_tile, strict=True)):
            true = told[0]
            if true is None or not true == told[1] == told[2]:
                true = _most(told)
                self._name(n, i, width, places[i], told, true)
            leaves.append(true)
        return leaves

    def _hashes_of(self, n: int, bundle: bytes | None, width: int) -> list[bytes | None]:
        try:
            entries = tiles.unbundle(bundle or b"")
        except ValueError:
            self._faults.add(f"kernel_bundle {self._log.pk}/{n}：长度与内容对不上")
            entries = []
        if bundle is not None and len(entries) != width:
            self._faults.add(f"kernel_bundle {self._log.pk}/{n}：应有 {width} 条，实有 {len(entries)} 条")
        return ([tree.leaf_hash(written) for written in entries] + [None] * width)[:width]

    def _name(
        self, n: int, i: int, width: int, row: Happened | None, told: Sequence[bytes | None], true: bytes
    ) -> None:
        at = n * tiles.WIDTH + i
        if row is None:
            self._faults.add(
                f"kernel_event：缺序号为 {self._log.first + at:,} 的留痕（日志 {self._log.pk} 第 {at:,} 条）"
            )
        elif told[0] != true:
            own = row.disclose != "erased" and tree.leaf_hash(own_entry(row)) == true
            why = "条目 entry 被改过" if own else "不是日志中这一位置的条目：被改过，或与别的留痕对调了位置"
            self._faults.add(f"{row}：{why}")
        if told[1] != true:
            self._faults.add(
                f"kernel_bundle {self._log.pk}/{tiles.path(tiles.ENTRIES, n, width)}：第 {at:,} 条不对"
            )
        if told[2] != true:
            self._faults.add(f"kernel_tile {self._log.pk}/{tiles.path(0, n, width)}：第 {at:,} 条的哈希不对")

    def _stored(self, table: str, level: str, at: list[int], n: int, width: int) -> bytes | None:
        """The one row that a tile or bundle has, of this width; another number of rows or width is named."""
        found = execute(
            f"SELECT width, data FROM {table} WHERE log_id = %s AND {level} n = %s",  # noqa: S608 - names, not input
            [self._log.pk, *at, n],
        ).fetchall()
        fitting = [data for stored, data in found if stored == width % tiles.WIDTH]
        if len(found) != 1 or not fitting:
            name = tiles.path(at[0] if at else tiles.ENTRIES, n, width)
            have = "、".join(str(stored or tiles.WIDTH) for stored, _ in found) or "没有"
            self._faults.add(f"{table} {self._log.pk}/{name}：应有宽 {width} 的一行，实有：{have}")
        return fitting[0] if fitting else None


def _most(told: Sequence[bytes | None]) -> bytes:
    """What most of them say; where all differ the tile, the entries, the event, in this order."""
    known = [h for h in reversed(told) if h is not None]
    return Counter(known).most_common(1)[0][0] if known else tree.EMPTY
