"""UTF-8 or GBK, declared or not: which one is it really, and the text as UTF-8."""

import codecs
import re
from collections.abc import Iterable, Iterator

_DECLARED = re.compile(rb"""\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']""")
_GBK = {"gbk", "gb2312", "gb18030", "cp936", "ms936"}
_UTF8 = {"utf-8", "utf8", "us-ascii", "ascii"}
_CHINESE = re.compile("[\u4e00-\u9fff]")


class WrongEncoding(ValueError):
    """The bytes are not in the encoding that they claim, or in none that is read; the message is for its sender."""


def encoding_of(blocks: Iterable[bytes]) -> str:
    """The codec of an XML document, from its declaration and all of its bytes.

    GBK stands for its superset GB 18030. Text that is valid UTF-8 and holds Chinese as such is UTF-8, whatever
    it declares: read as GBK it would give wrong characters and no error.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    head, read, chinese, invalid_at = b"", 0, False, -1
    for block in _with_end(blocks):
        head = head or block[:512]
        if invalid_at < 0:
            held = len(decoder.getstate()[0])
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as problem:
                invalid_at = read - held + problem.start
            else:
                chinese = chinese or _CHINESE.search(text) is not None
        read += len(block)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = found[1].decode().lower() if (found := _DECLARED.match(head)) else ""
    if declared in _GBK:
        if invalid_at < 0 and chinese:
            raise WrongEncoding(f"声明的编码是 {declared.upper()}，内容实际是 UTF-8。请让声明与内容一致")
        return "gb18030"
    if declared in _UTF8 and invalid_at >= 0:
        raise WrongEncoding(
            f"声明的编码是 {declared.upper()}，但第 {invalid_at + 1} 个字节起不是。请让声明与内容一致，例如声明为 GBK"
        )
    if declared and declared not in _UTF8:
        raise WrongEncoding(f"不支持编码 {declared[:20]}。请用 UTF-8 或 GBK")
    return "utf-8" if invalid_at < 0 else "gb18030"


def _with_end(blocks: Iterable[bytes]) -> Iterator[bytes]:
    yield from blocks
    yield b""


def as_utf8(blocks: Iterable[bytes], codec: str) -> Iterator[bytes]:
    """The text in UTF-8; WrongEncoding names the byte where it is not in this codec."""
    decoder = codecs.getincrementaldecoder(codec)()
    read = 0
    for block in _with_end(blocks):
        held = len(decoder.getstate()[0])
        try:
            yield decoder.decode(block, final=not block).encode()
        except UnicodeError as problem:
            at = read - held + (problem.start if isinstance(problem, UnicodeDecodeError) else 0)
            raise WrongEncoding(f"第 {at + 1} 个字节起既不是 UTF-8 也不是 GBK。请以 UTF-8 重新生成") from None
        read += len(block)
