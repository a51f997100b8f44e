"""From a request's body to its lines: gzip undone, limits kept, memory flat."""

import zlib
from collections.abc import Iterator
from typing import Protocol

from ggzy.desks.exchange.envelope import LINE_LIMIT
from ggzy.desks.exchange.prepare import Line
from ggzy.kernel.errors import Malformed, TooLarge

BODY_LIMIT = 16 * 1024**3
LINES_LIMIT = 20_000_000
RATIO_LIMIT = 200
RATIO_FREE = 16 * 1024**2
_BLOCK = 256 * 1024


class Readable(Protocol):
    """Anything that bytes can be read from."""

    def read(self, size: int, /) -> bytes: ...


def blocks(body: Readable, length: int | None = None) -> Iterator[bytes]:
    """The body as it comes, at most `length` bytes of it."""
    left = length
    while left is None or left > 0:
        block = body.read(_BLOCK if left is None else min(_BLOCK, left))
        if not block:
            return
        if left is not None:
            left -= len(block)
        yield block


def gunzip(compressed: Iterator[bytes]) -> Iterator[bytes]:
    """Undo gzip, member after member. Refuses a body that swells beyond all reason, or that is cut short."""
    read = written = 0
    stream, open_member = zlib.decompressobj(31), False
    for block in compressed:
        read += len(block)
        while block:
            try:
                out = stream.decompress(block, _BLOCK)
            except zlib.error:
                raise Malformed("压缩数据已损坏，前面完整的行已处理。请重新压缩后再发送。", code="request.bad_gzip") from None
            written += len(out)
            if written > RATIO_FREE and written > read * RATIO_LIMIT:
                raise TooLarge(
                    f"解压后的内容超过压缩内容的 {RATIO_LIMIT} 倍，疑似压缩炸弹，已停止接收。", code="request.gzip_bomb"
                )
            yield out
            block, open_member = stream.unconsumed_tail, not stream.eof
            if stream.eof:
                block, stream = stream.unused_data, zlib.decompressobj(31)
    if open_member:
        raise Malformed("压缩数据不完整，前面完整的行已处理。请重新发送。", code="request.bad_gzip")


def lines(content: Iterator[bytes]) -> Iterator[Line]:
    """The lines, counted from 1; blank ones are passed over, overlong ones come cut and marked."""
    number = total = 0
    rest = b""
    cut = False
    for block in content:
        total += len(block)
        if total > BODY_LIMIT:
            raise TooLarge(f"一次最多接收 {BODY_LIMIT // 1024**3} GB（解压后）。请分批发送。", code="request.too_large")
        if cut:  # only the beginning of an overlong line is kept; look for its end
            _, ended, block = block.partition(b"\n")
            if not ended:
                continue
            number += 1
            yield Line(number, rest, cut=True)
            rest, cut = b"", False
        parts = (rest + block).split(b"\n")
        rest = parts.pop()
        for part in parts:
            number += 1
            if number > LINES_LIMIT:
                raise TooLarge(f"一次最多接收 {LINES_LIMIT:,} 行。请分批发送。", code="request.too_many_lines")
            if part := part.strip():
                yield Line(number, part[:LINE_LIMIT], cut=len(part) > LINE_LIMIT)
        if len(rest) > LINE_LIMIT:
            rest, cut = rest[:LINE_LIMIT], True
    if rest.strip():
        yield Line(number + 1, rest.strip(), cut=cut)
