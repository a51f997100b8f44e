"""Whatever is changed behind the platform's back is found by `ggzy verify`, and named.

Each row of the table below is done to an installation of its own, with the rights of a superuser. What it returns
must stand in one line of what is said: the thing, and what is wrong with it.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from ggzy.commons.files import store
from ggzy.commons.files.models import StoredFile
from ggzy.desks.exchange.models import Attached
from ggzy.kernel.ledger.models import Bundle, Event, Head, Moment
from ggzy.kernel.sequencing.sequencer import sequence
from ggzy.kernel.tlog import entry, tiles, tree
from tests.tampering.installation import Installation, change, flip_row, verify

Named = tuple[str, ...]
TABLE: dict[str, Callable[[Installation], Named | list[Named]]] = {}


def tampering(title: str) -> Callable:
    """Add one to the table."""

    def register(function: Callable[[Installation], Named | list[Named]]) -> Callable:
        assert title not in TABLE
        TABLE[title] = function
        return function

    return register


def _edit(column: str, value: str) -> Callable[[Installation], Named]:
    def edit(it: Installation) -> Named:
        event = Event.objects.get(subject="lot/9", subject_seq=100)
        change("kernel_event", f"UPDATE kernel_event SET {column} = {value} WHERE id = %s", event.pk)
        return f"kernel_event 第 {event.idx:,} 条 {event.pk}", "被改过"

    return edit


for _column, _value in {
    "body": """'{"n":1}'""",
    "actor": "'operator:else'",
    "at": "at + interval '1 millisecond'",
    "salt": "sha256('')",
    "entry": "(SELECT entry FROM kernel_event WHERE idx = 0)",
    "type": "'lot.else'",
    "subject_seq": "1000",
    "prev": "sha256('')",
}.items():
    TABLE[f"{_column} of an event"] = _edit(_column, _value)


@tampering("id of an event")
def _(it: Installation) -> Named:
    old = it.of(it.update)
    change("kernel_event", "UPDATE kernel_event SET id = gen_random_uuid() WHERE id = %s", old.pk)
    return f"kernel_event 第 {old.idx:,} 条", "与条目 entry 的承诺不符"


@tampering("an event dropped")
def _(it: Installation) -> Named:
    event = Event.objects.get(subject="lot/9", subject_seq=50)
    change("kernel_event", "DELETE FROM kernel_event WHERE id = %s", event.pk)
    return (f"缺序号为 {event.idx:,} 的留痕",)


@tampering("the last event of a subject dropped together with its chain's memory of it")
def _(it: Installation) -> Named:
    event = Event.objects.get(subject="lot/9", subject_seq=260)
    change("kernel_event", "DELETE FROM kernel_event WHERE id = %s", event.pk)
    change("kernel_chain", "UPDATE kernel_chain SET seq = 259, last = %s WHERE subject = 'lot/9'", event.prev)
    return (f"缺序号为 {event.idx:,} 的留痕",)


@tampering("an event taken back out of the log")
def _(it: Installation) -> Named:
    event = Event.objects.get(subject="lot/9", subject_seq=50)
    change("kernel_event", "UPDATE kernel_event SET idx = NULL, log_id = NULL WHERE id = %s", event.pk)
    return (f"缺序号为 {event.idx:,} 的留痕",)


@tampering("two events that change places")
def _(it: Installation) -> list[Named]:
    one, other = Event.objects.filter(subject="lot/9", subject_seq__in=(7, 200)).order_by("idx")
    for event, idx in ((one, 1_000_000), (other, one.idx), (one, other.idx)):
        change("kernel_event", "UPDATE kernel_event SET idx = %s WHERE id = %s", idx, event.pk)
    return [(f"第 {one.idx:,} 条 {other.pk}", "对调了位置"), (f"第 {other.idx:,} 条 {one.pk}", "对调了位置")]


@tampering("an event moved beyond the log")
def _(it: Installation) -> Named:
    event = Event.objects.get(subject="lot/9", subject_seq=50)
    change("kernel_event", "UPDATE kernel_event SET idx = 1000000 WHERE id = %s", event.pk)
    return str(event.pk), "序号在所有日志之外"


@tampering("a subject's chain linked past an event")
def _(it: Installation) -> Named:
    first, _, third = Event.objects.filter(subject="lot/7").order_by("subject_seq")[:3]
    second = Event.objects.get(subject="lot/7", subject_seq=2)
    change("kernel_event", "UPDATE kernel_event SET prev = %s WHERE id = %s", second.prev, third.pk)
    return str(third.pk), "对象链被改接"


@tampering("a chain that forgets its last event")
def _(it: Installation) -> Named:
    change("kernel_chain", "UPDATE kernel_chain SET seq = seq - 1 WHERE subject = 'lot/7'")
    return "kernel_chain lot/7", "链尾被改过"


@tampering("a chain without events")
def _(it: Installation) -> Named:
    change("kernel_chain", "INSERT INTO kernel_chain (subject, seq) VALUES ('lot/0', 3)")
    return "kernel_chain lot/0", "一条留痕也没有"


def _edit_record(column: str, value: str) -> Callable[[Installation], list[Named]]:
    def edit(it: Installation) -> list[Named]:
        event_id = it.update.event_id
        change("kernel_record", f"UPDATE kernel_record SET {column} = {value} WHERE event_id = %s", event_id)
        head = Head.objects.get(event_id=event_id)
        by_root = (f"kernel_record（{event_id}）", "算不出", "root")
        return [by_root, (f"kernel_head {head.pk}", "不符")] if column in ("public", "private") else [by_root]

    return edit


for _column, _value in {
    "public": """'{"t":"9"}'""",
    "private": """'{"phone":"9"}'""",
    "salts": "decode(repeat('00', 32), 'hex')",
    "withdrawn": "true",
    "version": "9",
}.items():
    TABLE[f"{_column} of a record"] = _edit_record(_column, _value)


@tampering("an old version of a record, in a batch")
def _(it: Installation) -> Named:
    change(
        "kernel_record",
        "UPDATE kernel_record SET public = '{}' WHERE event_id = %s AND n = 0",
        it.batch.event_id,
    )
    return f"kernel_record（{it.batch.event_id}）", "2 条记录算不出"


@tampering("a record dropped")
def _(it: Installation) -> Named:
    change("kernel_record", "DELETE FROM kernel_record WHERE event_id = %s AND n = 0", it.batch.event_id)
    return f"kernel_record（{it.batch.event_id}）", "声明 2 条记录，实有 1 条"


@tampering("a record added")
def _(it: Installation) -> Named:
    change(
        "kernel_record",
        "INSERT INTO kernel_record (event_id, n, head_id, version, data_set, withdrawn, salts, public, private)"
        " SELECT event_id, 5, head_id, 7, data_set, withdrawn, salts, public, private FROM kernel_record"
        " WHERE event_id = %s",
        it.update.event_id,
    )
    return f"kernel_record（{it.update.event_id}）", "声明 1 条记录，实有 2 条"


@tampering("a head that points to an older version")
def _(it: Installation) -> Named:
    head = Head.objects.get(key="a")
    change(
        "kernel_head", "UPDATE kernel_head SET version = 1, event_id = %s, n = 0 WHERE id = %s",
        it.batch.event_id, head.pk,
    )  # fmt: skip
    return f"kernel_head {head.pk}", "第 1 版", "与最新的第 2 版"


@tampering("a record given another key")
def _(it: Installation) -> Named:
    change("kernel_head", "UPDATE kernel_head SET key = 'z' WHERE key = 'a'")
    return f"kernel_record（{it.update.event_id}）", "kernel_head 被改过"


@tampering("a bit of a tile's row")
def _(it: Installation) -> Named:
    flip_row("kernel_tile", "level = 0 AND n = 0")
    return f"kernel_tile {it.log.pk}/tile/0/000", "第 0 条的哈希不对"


@tampering("a bit of a tile's row on a higher level")
def _(it: Installation) -> Named:
    flip_row("kernel_tile", "level = 1 AND n = 0")
    return f"kernel_tile {it.log.pk}/tile/1/000.p/1", "第 0 个哈希不对"


@tampering("a bit of a bundle's row")
def _(it: Installation) -> Named:
    flip_row("kernel_bundle", "n = 0")
    return f"kernel_bundle {it.log.pk}/tile/entries/000", "第 0 条不对"


@tampering("a tile's row lost")
def _(it: Installation) -> Named:
    change("kernel_tile", "DELETE FROM kernel_tile WHERE level = 0 AND n = 1")
    return f"kernel_tile {it.log.pk}/tile/0/001.p/", "实有：没有"


@tampering("a tile's row put back to an older width")
def _(it: Installation) -> Named:
    change(
        "kernel_tile",
        "UPDATE kernel_tile SET width = 3, data = substr(data, 1, 96) WHERE level = 0 AND n = 1",
    )
    return f"kernel_tile {it.log.pk}/tile/0/001.p/", "实有：3"


@tampering("a bit of a tile's file")
def _(it: Installation) -> Named:
    it.flip("tile/0/000")
    return str(it.folder), "哈希块 tile/0/000 被改过"


@tampering("a bit of a bundle's file")
def _(it: Installation) -> Named:
    it.flip("tile/entries/000", 20)
    return str(it.folder), "条目包 tile/entries/000 被改过"


@tampering("a tile's file put back to an older, partial one")
def _(it: Installation) -> Named:
    width = it.log.size % 256
    path = it.folder / tiles.path(0, 1, width)
    path.write_bytes(path.read_bytes()[:-64])
    return f"哈希块 tile/0/001.p/{width}", "字节"


@tampering("an entry changed in rows and files together with its tile")
def _(it: Installation) -> list[Named]:
    entries = tiles.unbundle(bytes(Bundle.objects.get(n=0).data))
    entries[9] = entries[8]
    bundle, tile = tiles.bundle(entries), b"".join(map(tree.leaf_hash, entries))
    change("kernel_bundle", "UPDATE kernel_bundle SET data = %s WHERE n = 0", bundle)
    change("kernel_tile", "UPDATE kernel_tile SET data = %s WHERE level = 0 AND n = 0", tile)
    change("kernel_event", "UPDATE kernel_event SET entry = %s WHERE idx = 9", entries[9])
    (it.folder / "tile/entries/000").write_bytes(bundle)
    (it.folder / "tile/0/000").write_bytes(tile)
    event = Event.objects.get(idx=9)
    return [
        (f"kernel_event 第 9 条 {event.pk}", "承诺不符"),
        (f"kernel_tile {it.log.pk}/tile/1/000.p/1", "第 0 个哈希不对"),
        (f"kernel_checkpoint {it.log.pk}/{it.log.size}", "树根与全部条目算出的不同"),
        ("条目包 tile/entries/000 和哈希块 tile/0/000 都与上一级不符",),
    ]


@tampering("the published checkpoint signed again at its size, with another root")
def _(it: Installation) -> list[Named]:
    (it.folder / "checkpoint").write_text(it.signed(it.log.size, bytes(32)))
    return [
        (f"{it.folder}：检查点的树根与全部条目算出的不同",),
        (f"已公布的检查点 {it.folder}/checkpoint", "树根与全部条目算出的不同"),
    ]


@tampering("a checkpoint's row signed again at its size, with another root")
def _(it: Installation) -> Named:
    size = it.log.size
    change(
        "kernel_checkpoint", "UPDATE kernel_checkpoint SET root = %s, signed = %s, note = %s WHERE size = %s",
        bytes(32), *[it.signed(size, bytes(32))] * 2, size,
    )  # fmt: skip
    return f"kernel_checkpoint {it.log.pk}/{size}", "树根与全部条目算出的不同"


@tampering("a checkpoint's row with another's signature")
def _(it: Installation) -> Named:
    change(
        "kernel_checkpoint", "UPDATE kernel_checkpoint SET signed = %s WHERE size = %s",
        it.signed(3, bytes(32)), it.log.size,
    )  # fmt: skip
    return f"kernel_checkpoint {it.log.pk}/{it.log.size}", "签名无效"


@tampering("a published checkpoint's row dropped")
def _(it: Installation) -> Named:
    change("kernel_checkpoint", "DELETE FROM kernel_checkpoint WHERE size = %s", it.log.size)
    return f"kernel_checkpoint {it.log.pk}/{it.log.size}", "没有", "公布的这个检查点"


@tampering("a log's row dropped")
def _(it: Installation) -> list[Named]:
    origin = it.log.origin
    folder = str(it.folder)
    change("kernel_log", "DELETE FROM kernel_log")
    return [(folder, origin, "数据库里没有这本日志"), ("序号在所有日志之外",)]


@tampering("the log's edge")
def _(it: Installation) -> Named:
    change("kernel_log", "UPDATE kernel_log SET edge = set_byte(edge, 0, get_byte(edge, 0) # 1)")
    return f"kernel_log {it.log.pk}", "edge"


@tampering("an uploaded file altered")
def _(it: Installation) -> Named:
    Path(default_storage.path(store.path(it.file))).write_bytes(bytes(16))
    return f"上传文件 {it.file}", "内容被改过"


@tampering("an uploaded file missing")
def _(it: Installation) -> Named:
    default_storage.delete(store.path(it.file))
    return f"上传文件 {it.file}", "不见了"


@tampering("an uploaded file's size")
def _(it: Installation) -> Named:
    StoredFile.objects.filter(pk=it.file).update(size=6)
    return f"上传文件 {it.file}", "大小 6 不对"


@tampering("an uploaded file gone from its table and its place, though a record names it")
def _(it: Installation) -> Named:
    Attached.objects.create(digest=it.file, head_id=Head.objects.get(key="a").pk)
    default_storage.delete(store.path(it.file))
    StoredFile.objects.all().delete()
    return f"附件 {it.file}", "没有这个文件"


@tampering("a moment that no calendar holds")
def _(it: Installation) -> Named:
    event = Event.objects.get(subject="lot/9", subject_seq=5)
    change("kernel_event", "UPDATE kernel_event SET at = 'infinity' WHERE id = %s", event.pk)
    return str(event.pk), "承诺不符"


@tampering("an erased event with a leaf that no calendar holds")
def _(it: Installation) -> Named:
    event = it.of(it.erased)
    leaf = entry.entry(bytes(32), 10**18)
    change("kernel_event", "UPDATE kernel_event SET entry = %s WHERE id = %s", leaf, event.pk)
    return str(event.pk), "时间 at"


@tampering("a log that says it is far longer than it is")
def _(it: Installation) -> Named:
    change("kernel_log", "UPDATE kernel_log SET size = 1000000000000")
    return f"kernel_log {it.log.pk}", "只核对到这里"


@tampering("a log that begins elsewhere")
def _(it: Installation) -> Named:
    change("kernel_log", "UPDATE kernel_log SET first = 7")
    return f"kernel_log {it.log.pk}", "起始序号 7 不对"


@tampering("an erased event given another body")
def _(it: Installation) -> Named:
    event = it.of(it.erased)
    change("kernel_event", """UPDATE kernel_event SET body = '{"n":3}' WHERE id = %s""", event.pk)
    return f"kernel_event 第 {event.idx:,} 条 {event.pk}", "应为空"


@tampering("an erased event that was another moment's")
def _(it: Installation) -> Named:
    event = it.of(it.erased)
    change("kernel_event", "UPDATE kernel_event SET at = at + interval '1 day' WHERE id = %s", event.pk)
    return f"kernel_event 第 {event.idx:,} 条 {event.pk}", "时间 at"


@tampering("an event emptied as if it had been erased by law")
def _(it: Installation) -> Named:
    event = Event.objects.get(subject="lot/7", subject_seq=3)
    by = Event.objects.filter(type="evidence.erase")[0]
    change(
        "kernel_event",
        "UPDATE kernel_event SET disclose = 'erased', body = '{}', salt = '', erased_by = %s WHERE id = %s",
        by.pk, event.pk,
    )  # fmt: skip
    return f"kernel_event {event.pk}", "没有依据"


@tampering("a record emptied as if it had been erased by law")
def _(it: Installation) -> Named:
    change(
        "kernel_record",
        "UPDATE kernel_record SET public = '{}', private = '{}', erased_by = gen_random_uuid(),"
        " salts = sha256(substr(salts, 1, 16) || convert_to(public, 'UTF8'))"
        " || sha256(substr(salts, 17) || convert_to(private, 'UTF8')) WHERE event_id = %s",
        it.update.event_id,
    )
    return f"kernel_record（{it.update.event_id}, 0）", "没有依据"


@tampering("an erasure undone")
def _(it: Installation) -> Named:
    change(
        "kernel_event", "UPDATE kernel_event SET disclose = 'public', erased_by = NULL WHERE id = %s",
        it.erased.event_id,
    )  # fmt: skip
    return f"kernel_event {it.erased.event_id}", "内容却还在"


@tampering("a moment of disclosure withdrawn")
def _(it: Installation) -> Named:
    change("kernel_moment", "DELETE FROM kernel_moment")
    return "kernel_moment", "应有 1 行，实有 0 行"


@tampering("a chain disclosed by nobody")
def _(it: Installation) -> Named:
    Moment.objects.create(chain="lot/9~after_award", event_id=it.update.event_id)
    return "kernel_moment lot/9~after_award", "没有公开这条链"


@tampering("a disclosed chain cut short together with all that points to its end")
def _(it: Installation) -> Named:
    event = it.of(it.sealed)
    change("kernel_event", "DELETE FROM kernel_event WHERE id = %s", event.pk)
    change("kernel_chain", "UPDATE kernel_chain SET seq = 0, last = NULL WHERE subject = %s", event.subject)
    return f"kernel_moment {event.subject}", "不符"


@tampering("the published files put back to an older state")
def _(it: Installation) -> Named:
    old = it.log.size
    older = (it.folder / "checkpoint").read_text()
    it.happen("lot/7", n=4)
    sequence()
    (it.folder / "checkpoint").write_text(older)
    return f"{it.folder}/checkpoint：只有 {old:,} 条", "文件被退回旧版"


@pytest.mark.parametrize("title", TABLE)
def test_it_is_found_and_named(db, title):
    named = TABLE[title](Installation())
    code, out = verify(database=True)
    assert code == 1, out
    for words in named if isinstance(named, list) else [named]:
        assert any(all(word in line for word in words) for line in out.splitlines()), (words, out)
