"""Publishing the log: sign what has been committed, and lay it out as static files.

A log must never sign two different trees of one size. So the tree is fixed by a committed row before the key
is used, and the files follow from what is in the database: tiles first, the checkpoint last.
"""

import os
from contextlib import suppress
from pathlib import Path

from django.db import connection, transaction

from ggzy.kernel import clock
from ggzy.kernel.ledger import keys, note, tiles, tree, years
from ggzy.kernel.ledger.checkpoint import Checkpoint
from ggzy.kernel.ledger.models import Checkpoint as Row
from ggzy.kernel.ledger.models import Log


def publish(log_id: int) -> Checkpoint:
    """Sign the log's present size and bring its files up to it. Doing it again changes nothing."""
    with transaction.atomic():
        log = Log.objects.select_for_update().get(pk=log_id)
        row, _ = Row.objects.get_or_create(
            log_id=log_id, size=log.size, defaults={"root": tree.root(tiles.hashes(bytes(log.edge)))}
        )
    checkpoint = Checkpoint(log.origin, log.size, bytes(row.root))
    signer = keys.log_signer().named(log.origin)
    if row.note is None:
        row.note = note.sign(checkpoint.text, [signer])
        Row.objects.filter(log_id=log_id, size=log.size, note=None).update(note=row.note, published_at=clock.now())
    folder = years.folder(log_id)
    on_disk = published_size(folder)
    if on_disk < log.size:
        _write_tiles(log_id, folder, on_disk, log.size)
    keys.write_once(folder / "vkey", signer.verifier.vkey + "\n", 0o644)
    if on_disk <= log.size:
        _write(folder / "checkpoint", row.note.encode())
    return checkpoint


def published_size(folder: Path) -> int:
    """The size up to which the files are complete: that of the checkpoint among them."""
    try:
        text, _ = note.split((folder / "checkpoint").read_text())
        return Checkpoint.parse(text).size
    except (FileNotFoundError, ValueError):
        return 0


def _write_tiles(log_id: int, folder: Path, start: int, size: int) -> None:
    for level, n, width in tiles.spans(size, start):
        _place(folder, level, n, width, read_tile(log_id, level, n, width))
        if level == 0:
            _place(folder, tiles.ENTRIES, n, width, read_bundle(log_id, n, width))


def _place(folder: Path, level: int | str, n: int, width: int, data: bytes) -> None:
    _write(folder / tiles.path(level, n, width), data)
    if width == tiles.WIDTH:  # the full tile is there: its beginnings may go (tlog-tiles, "Partial Tiles")
        partial = folder / (tiles.path(level, n) + ".p")
        for narrower in partial.glob("*"):
            narrower.unlink()
        with suppress(FileNotFoundError):
            partial.rmdir()


def _write(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old or the new one and a crash loses neither."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_tile(log_id: int, level: int, n: int, width: int) -> bytes:
    """The first `width` hashes of a tile; LookupError when the log has not grown that far."""
    data = _read("kernel_tile", "level = %s AND", [log_id, level, n, width % tiles.WIDTH or None])
    return data[: width * tree.HASH_SIZE]


def read_bundle(log_id: int, n: int, width: int) -> bytes:
    """The first `width` entries of a bundle; LookupError when the log has not grown that far."""
    return tiles.first_bytes(_read("kernel_bundle", "", [log_id, n, width % tiles.WIDTH or None]), width)


def _read(table: str, level: str, values: list[int | None]) -> bytes:
    """The widest row of the tile: a narrower tile is always the beginning of the wider one."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT data FROM {table} WHERE log_id = %s AND {level} n = %s"  # noqa: S608 - names, not input
            " AND (width = 0 OR width >= coalesce(%s, 256)) ORDER BY width = 0 DESC, width DESC LIMIT 1",
            values,
        )
        row = cursor.fetchone()
    if row is None:
        raise LookupError(f"{table} {values} has not been written yet")
    return bytes(row[0])
