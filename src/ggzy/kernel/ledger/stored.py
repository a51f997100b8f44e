"""The tiles of the running log as the sequencer has stored them: what is published is laid out from these."""

from django.db import connection

from ggzy.kernel.tlog import tiles, tree


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
