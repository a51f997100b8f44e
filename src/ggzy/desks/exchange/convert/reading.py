"""Reading large files: gzip or plain, line after line from any position, memory flat."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import msgspec

from ggzy.desks.exchange import envelope
from ggzy.desks.exchange.convert.item import Item, Problem, Unfit
from ggzy.kernel import members

LINE_LIMIT = 16 * 1024**2
BROKEN_STREAM = (EOFError, zlib.error, gzip.BadGzipFile, OSError)
_BOM = b"\xef\xbb\xbf"
_BLOCK = 1024**2


class Line(NamedTuple):
    """A line, its number from 1, and the number of bytes up to its end. `raw` is None for an overlong line."""

    number: int
    end: int
    raw: bytes | None


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """The file's content, uncompressed if it is gzip (told by its first bytes, not by its name)."""
    with path.open("rb") as plain:
        zipped = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        if zipped:
            with gzip.open(plain) as content:
                yield content
        else:
            yield plain


def lines(path: Path, start: int = 0) -> Iterator[Line | Problem]:
    """The lines that hold something, from byte `start` on. A stream that breaks off ends with a Problem."""
    number, end = 0, 0
    with opened(path) as content:
        try:
            while raw := content.readline(LINE_LIMIT + 1):
                number += 1
                cut = len(raw) > LINE_LIMIT and not raw.endswith(b"\n")
                end += len(raw) + (_skip_rest(content) if cut else 0)
                if end <= start or not raw.strip():
                    continue
                yield Line(number, end, None if cut else raw.removeprefix(_BOM).strip())
        except BROKEN_STREAM as broken:
            yield broken_off(f"第 {number + 1} 行", broken)


def decoded(raw: bytes | None) -> dict[str, Any]:
    """The JSON object on a line. Raises Unfit saying what is there instead."""
    if raw is None:
        raise Unfit("import.line_too_long", f"这一行超过 {LINE_LIMIT // 1024**2} MB", "每行一条记录")
    try:
        value = msgspec.json.decode(raw)
        twice = members.repeated(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
        if not _is_utf8(raw):
            raise Unfit("import.encoding", "不是 UTF-8 编码", "UTF-8（GBK 文件请先转码）") from None
        raise Unfit("import.not_json", f"不是完整的 JSON：{envelope.where(broken)}", "每行一个完整的 JSON 对象") from None
    if not isinstance(value, dict):
        raise Unfit("import.not_an_object", f"是 {type(value).__name__} 而不是对象", "每行一个 JSON 对象")
    if twice:
        raise Unfit("import.member_repeated", f"“{twice[0]}”写了不止一次，无法确定以哪一个为准", "同一对象内的名称不重复")
    return value


def broken_off(where: str, broken: Exception) -> Problem:
    """The problem of a file that ends before its content does."""
    return Problem(
        "import.broken_off",
        where,
        f"文件在此处中断或损坏（{broken}），其后的内容无法读取",
        "完整的文件，请重新下载后续传",
    )


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _skip_rest(content: IO[bytes] | gzip.GzipFile) -> int:
    skipped = 0
    while part := content.readline(_BLOCK):
        skipped += len(part)
        if part.endswith(b"\n"):
            break
    return skipped


def converted(path: Path, start: int, make: Callable[[dict[str, Any]], dict[str, Any]]) -> Iterator[Item]:
    """Each line of a file of JSON objects as what `make` makes of it; a line that is Unfit becomes a Problem."""
    position = start
    for line in lines(path, start):
        if isinstance(line, Problem):
            yield Item(position, line)
            return
        position = line.end
        try:
            yield Item(position, make(decoded(line.raw)))
        except Unfit as unfit:
            yield Item(position, unfit.at(f"第 {line.number} 行"))
