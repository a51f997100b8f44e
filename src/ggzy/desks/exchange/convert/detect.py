"""What kind of file is it? Told by its first keys, not by its name."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import ijson

from ggzy.desks.exchange.convert.item import Unfit, Unrecognised
from ggzy.desks.exchange.convert.reading import BROKEN_STREAM, decoded, opened

ACCEPTED = (
    "本标准的 NDJSON 信封、全国平台公告 NDJSON、OCDS 1.1 发布包/记录包（JSON）或逐行 JSON，可用 gzip 压缩"
)
_HEAD = 256 * 1024
_OCDS = {"ocid", "tag", "compiledRelease", "initiationType"}


@dataclass(frozen=True, slots=True)
class Found:
    """The kind of a file, and the publisher's name when its head tells it.

    Kinds: standard, portal, ocds-releases, ocds-records, ocds-array, ocds-lines.
    """

    kind: str
    publisher: str = ""


def detect(path: Path | str) -> Found:
    """The kind of a file. Raises Unrecognised with what was found and what is accepted."""
    head = _head(Path(path))
    if head[:1] == b"[":
        keys, _ = _keys(head, "item.")
        if keys & _OCDS:
            return Found("ocds-array")
        raise Unrecognised(f"这是一个 JSON 数组，但其中不是 OCDS 的 release 或 record。可导入：{ACCEPTED}。")
    if head[:1] != b"{":
        raise Unrecognised(f"文件开头不是 JSON（{head[:20]!r}）。可导入：{ACCEPTED}。")
    keys, publisher = _keys(head, "")
    if "releases" in keys and "ocid" not in keys:
        return Found("ocds-releases", publisher)
    if "records" in keys and "ocid" not in keys:
        return Found("ocds-records", publisher)
    kind = _kind_of_lines(keys)
    if kind is None:
        raise Unrecognised(
            f"没有认出文件的格式，开头的字段是 {'、'.join(sorted(keys)[:8]) or '空'}。可导入：{ACCEPTED}。"
        )
    _refuse_spread_out(head)
    return Found(kind)


def _head(path: Path) -> bytes:
    try:
        with opened(path) as content:
            head = content.read(_HEAD)
    except FileNotFoundError:
        raise Unrecognised(f"找不到文件 {path}。请核对路径。") from None
    except BROKEN_STREAM as broken:
        raise Unrecognised(f"文件无法读取（{broken}）。请确认它完整且有读取权限。") from None
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unrecognised("文件是 UTF-16 编码。请另存为 UTF-8 后再导入。")
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head:
        raise Unrecognised("文件是空的。")
    return head


def _keys(head: bytes, prefix: str) -> tuple[set[str], str]:
    """The keys of the first object (at "item." in an array) as far as the head reaches, and the publisher."""
    keys: set[str] = set()
    publisher = ""
    try:
        for place, event, value in ijson.parse(io.BytesIO(head), multiple_values=True):
            if event == "map_key" and place == prefix.rstrip("."):
                keys.add(value)
            elif place == "publisher.name" and event == "string":
                publisher = value
            elif event == "end_map" and place == prefix.rstrip("."):
                break
    except (ijson.JSONError, UnicodeDecodeError):
        pass  # the head was cut, or its first object is broken: what was read tells enough
    return keys, publisher


def _kind_of_lines(keys: set[str]) -> str | None:
    if "data_set" in keys:
        return "standard"
    if "record_id" in keys and "title" in keys:
        return "portal"
    return "ocds-lines" if keys & _OCDS else None


def _refuse_spread_out(head: bytes) -> None:
    first, ended, _ = head.partition(b"\n")
    if not ended:
        return
    try:
        decoded(first.strip())
    except Unfit as unfit:
        if first.strip() in (b"{", b"") or first.rstrip().endswith((b",", b"[", b"{", b":")):
            raise Unrecognised(
                "记录被排成了多行。请改成每行一条（NDJSON），例如用 jq -c 处理后再导入。"
            ) from unfit
