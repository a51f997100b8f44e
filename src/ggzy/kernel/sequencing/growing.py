"""Growing the log: give pending events their places and extend the tree, in one transaction.

The row of the year's log is the fence: whoever holds it is the sequencer. Pending events are found by having
no place yet, so one that commits late is simply taken next time; no id or clock decides what has been seen.
Ids only order a batch: along a subject they ascend (see emit), and who commits later on a subject has waited
for the one before, so each chain keeps its own order. Events whose very number is secret wait for the next
round of cover (see cover) and are not taken here.
"""

from datetime import datetime

import psycopg
from django.db import connection, transaction

from ggzy.kernel.ledger import years
from ggzy.kernel.ledger.disclosure import SEALED
from ggzy.kernel.ledger.models import Log
from ggzy.kernel.tlog import tiles, tree

MOST = 20_000
# Left to choose, the planner reads all events ever written to join them with the pending ones.
_GO_STRAIGHT = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
# Found and placed in one statement, by where the rows lie: nothing but this statement ever moves an event.
_PLACE = f"""
UPDATE kernel_event e SET idx = %(first)s + p.n - 1, log_id = %(log)s
FROM (SELECT ctid, row_number() OVER (ORDER BY id) AS n
      FROM (SELECT ctid, id FROM kernel_event WHERE idx IS NULL AND disclose NOT IN ({", ".join(f"'{name}'" for name in sorted(SEALED))})
            ORDER BY id LIMIT %(most)s) pending) p
WHERE e.ctid = p.ctid RETURNING e.idx, e.entry
"""  # noqa: S608 - names, not input


def grow(at: datetime) -> int:
    """Take in the events that have no place yet (20,000 at most); returns how many there were."""
    with transaction.atomic():
        log = log_of(years.year(at))
        entries = _place(log)
        if entries:
            extend(log, entries)
    return len(entries)


def _place(log: Log) -> list[bytes]:
    """Give pending events the places after the log's last one; their entries in the order of their places."""
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_GO_STRAIGHT)
        cursor.execute(_PLACE, {"first": log.first + log.size, "log": log.pk, "most": MOST}, binary=True)
        return [entry for _, entry in sorted(cursor.fetchall())]


def log_of(year: int) -> Log:
    """The log that is growing, locked; a new year begins a new one, a clock that steps back does not."""
    newest = Log.objects.select_for_update().order_by("-id").first()
    if newest is not None and newest.pk >= year:
        return newest
    first = newest.first + newest.size if newest else 0
    return Log.objects.create(id=year, origin=years.origin(year), first=first)


def extend(log: Log, entries: list[bytes]) -> None:
    """Add entries, in this order, to the tree of a log that is held, and tell those who wait for it to grow."""
    edge = tiles.hashes(bytes(log.edge))
    leaves = [tree.leaf_hash(entry) for entry in entries]
    grown = tree.append(log.size, edge, leaves)
    size = log.size + len(entries)
    for level, n, width in tiles.spans(size, log.size):
        at_level = grown.completed[tiles.HEIGHT * level]
        before = log.size >> tiles.HEIGHT * level  # hashes of this level so far
        start = max(before, n * tiles.WIDTH)
        fresh = b"".join(at_level[start - before : n * tiles.WIDTH + width - before])
        _put("kernel_tile", {"log_id": log.pk, "level": level, "n": n}, start % tiles.WIDTH, width, fresh)
        if level == 0:
            more = tiles.bundle(entries[start - log.size : n * tiles.WIDTH + width - log.size])
            _put("kernel_bundle", {"log_id": log.pk, "n": n}, start % tiles.WIDTH, width, more)
    log.size, log.edge = size, b"".join(grown.edge)
    log.save(update_fields=["size", "edge"])
    with connection.cursor() as cursor:
        cursor.execute("NOTIFY ledger")


def _put(table: str, place: dict[str, int], held: int, width: int, fresh: bytes) -> None:
    """Write a tile that continues the narrower one of `held` hashes, which it replaces.

    What is replaced is its beginning, so nothing is lost; full tiles stay for ever. LookupError when the
    narrower one is not there.
    """
    columns, values = ", ".join(place), ", ".join(f"%({column})s" for column in place)
    put = f"INSERT INTO {table} ({columns}, width, data) SELECT {values}, %(width)s"
    statement = f"{put}, %(fresh)s"
    if held:
        narrower = f"DELETE FROM {table} WHERE ({columns}, width) = ({values}, %(held)s) RETURNING data"  # noqa: S608
        statement = f"WITH narrower AS ({narrower}) {put}, data || %(fresh)s FROM narrower"
    row = {**place, "held": held, "width": width % tiles.WIDTH, "fresh": fresh}
    with connection.wrap_database_errors:
        written = psycopg.Cursor(connection.connection).execute(statement, row, prepare=True).rowcount
    if written != 1:
        raise LookupError(f"{table} {place} does not hold {held}")
