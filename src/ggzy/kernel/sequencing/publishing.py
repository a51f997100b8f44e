"""Publishing the log: sign what has been committed, and lay it out as static files.

A log must never sign two different trees of one size. So the tree is fixed by a committed row before the key
is used, and the files follow from what is in the database: tiles first, the checkpoint last.
"""

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from django.db import transaction

from ggzy.kernel import clock
from ggzy.kernel.ledger import keys, years
from ggzy.kernel.ledger.models import Checkpoint as Row
from ggzy.kernel.ledger.models import Log
from ggzy.kernel.ledger.stored import read_bundle, read_tile
from ggzy.kernel.tlog import note, tiles, tree
from ggzy.kernel.tlog.checkpoint import Checkpoint
from ggzy.kernel.tlog.policy import Policy
from ggzy.kernel.writing import replace, write_once

NO_WITNESSES = Policy((), {}, {})


class Forked(RuntimeError):
    """What was signed and published is not in the database; the text says what to do."""


def publish(log_id: int, mend: bool = False, witnesses: Policy | None = None) -> Checkpoint:
    """Sign the log's present size and bring its files up to it. Doing it again changes nothing.

    With `mend`, every file that is missing is written again, not only those that are new. Where there are
    witnesses, the checkpoint itself waits for them (see cosigning). Forked when the published log holds what the
    database does not: signing on would make two logs of one name.
    """
    with transaction.atomic():
        log = Log.objects.select_for_update().get(pk=log_id)
        row, _ = Row.objects.get_or_create(
            log_id=log_id, size=log.size, defaults={"root": tree.root(tiles.hashes(bytes(log.edge)))}
        )
    checkpoint = Checkpoint(log.origin, log.size, bytes(row.root))
    verifier = keys.log_signer().named(log.origin).verifier
    folder = years.folder(log_id)
    published = _published(folder, verifier)
    if published is not None:
        refuse_fork(log_id, published, folder)
    if mend or published != checkpoint:
        _write_tiles(log_id, folder, published.size if published else 0, log.size, mend)
    if row.signed is None:  # after its tiles: whoever sees it signed may ask for proofs from them
        row.signed = note.sign(checkpoint.text, keys.log_signers(log.origin), int(clock.now().timestamp()))
        Row.objects.filter(log_id=log_id, size=log.size, signed=None).update(signed=row.signed)
    if mend or published is None:
        _introduce(folder, log.origin, witnesses or NO_WITNESSES)
    if row.note is None and not (witnesses and witnesses.to_ask):
        release(log_id, log.size, [])
    elif mend and row.note is not None:
        replace(folder / "checkpoint", row.note.encode())
    return checkpoint


def release(log_id: int, size: int, lines: Sequence[str]) -> None:
    """Publish the signed checkpoint of this size with the signature lines of witnesses; an older one stays behind."""
    row = Row.objects.get(log_id=log_id, size=size)
    row.note = f"{row.signed}{''.join(lines)}"
    row.published_at = row.published_at or clock.now()
    row.save(update_fields=["note", "published_at"])
    folder = years.folder(log_id)
    if size >= published_size(folder):
        replace(folder / "checkpoint", row.note.encode())
        verifier = keys.log_signer().named(Checkpoint.parse(note.split(row.note)[0]).origin).verifier
        write_once(folder / "vkey", verifier.vkey + "\n", 0o644)


def _introduce(folder: Path, origin: str, witnesses: Policy) -> None:
    """What outsiders need beside the log: all its keys, and which witnesses are to be believed."""
    signers = keys.log_signers(origin)
    replace(folder / "vkeys", "".join(f"{signer.verifier.vkey}\n" for signer in signers).encode())
    replace(folder / "policy", witnesses.of_log(signers[0].verifier).text.encode())


def published_size(folder: Path) -> int:
    """The size up to which the files are complete: that of the checkpoint among them."""
    try:
        text, _ = note.split((folder / "checkpoint").read_text())
        return Checkpoint.parse(text).size
    except (FileNotFoundError, ValueError):
        return 0


def _published(folder: Path, verifier: note.Verifier) -> Checkpoint | None:
    """The checkpoint that lies among the files; None before the first one.

    The key's file is written after the first checkpoint, so beside it one must be there, and rightly signed: else
    whoever restores an old database would only have to spoil one byte to hide what was published.
    """
    try:
        return Checkpoint.parse(note.verify((folder / "checkpoint").read_text(), [verifier]))
    except FileNotFoundError:
        if not (folder / "vkey").exists():
            return None
    except ValueError:
        pass
    raise Forked(
        f"存证日志 {verifier.name} 已公布的检查点（{folder / 'checkpoint'}）不见了，或不是本日志密钥签署的，无法确认已公布到哪里。"
        f"为避免同一日志出现两个版本，已停止编号和签署。请从备份恢复该文件；确实无法恢复的，"
        f"请报监督部门，保留并移走文件夹 {folder} 后更换日志密钥。"
    )


def refuse_fork(log_id: int, published: Checkpoint, folder: Path) -> None:
    """A checkpoint is committed before it is signed, so the database knows each that was ever published."""
    if Row.objects.filter(log_id=log_id, size=published.size, root=published.root).exists():
        return
    raise Forked(
        f"存证日志 {published.origin} 已公布 {published.size:,} 条，但数据库里没有这个检查点：数据库可能是从旧备份恢复的。"
        f"为避免同一日志出现两个版本，已停止编号和签署。请恢复包含该检查点的数据库；确实无法恢复的，"
        f"请报监督部门，保留并移走文件夹 {folder} 后更换日志密钥。"
    )


def _write_tiles(log_id: int, folder: Path, published: int, size: int, mend: bool) -> None:
    for level, n, width in tiles.spans(size, 0 if mend else published):
        is_fixed = n * tiles.WIDTH + width <= published >> tiles.HEIGHT * level
        _place(folder, level, n, width, partial(read_tile, log_id, level, n, width), is_fixed)
        if level == 0:
            _place(folder, tiles.ENTRIES, n, width, partial(read_bundle, log_id, n, width), is_fixed)


def _place(
    folder: Path, level: int | str, n: int, width: int, read: Callable[[], bytes], is_fixed: bool
) -> None:
    """Write a tile unless it is there as it should be.

    What the published checkpoint covers is fixed for ever. Beyond it may lie tiles of a database that was lost before
    their checkpoint came out, and an older one may have been put in its place: so these are compared.

    Once a tile is full, the partial ones of the tile before it go. They are its beginnings, so nothing is lost
    (tlog-tiles, "Partial Tiles"), and who reads an older checkpoint right now still finds those of this one.
    """
    path = folder / tiles.path(level, n, width)
    if is_fixed and path.exists():
        return
    content = read()
    if path.exists() and path.read_bytes() == content:
        return
    replace(path, content)
    if width == tiles.WIDTH and n:
        shutil.rmtree(folder / (tiles.path(level, n - 1) + ".p"), ignore_errors=True)
