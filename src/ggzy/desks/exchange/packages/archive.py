"""A ZIP from outside: looked over before a byte of it is unpacked, and never unpacked to a place it names."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from ggzy.kernel.errors import Refusal, TooLarge

PACKAGE_LIMIT = 2 * 1024**3
CONTENT_LIMIT = 8 * 1024**3
FILES_LIMIT = 20_000
RATIO_LIMIT = 200
RATIO_FREE = 16 * 1024**2
DAMAGED = (BadZipFile, zlib.error, EOFError, OSError, struct.error, ValueError)
_DIRECTORY_LIMIT = 4 * 1024**2
_END = b"PK\x05\x06"
_END_SIZE = 22
_LOCATOR_64 = b"PK\x06\x07"
_LOCATOR_64_SIZE = 20
_END_64 = b"PK\x06\x06"
_END_64_SIZE = 56
_COMMENT = 65_535
_LOCAL_HEADER = 30
_BLOCK = 256 * 1024
_LOCKED = 0x1 | 0x40 | 0x2000
"""Bits of a file that is encrypted, strongly encrypted, or whose name is hidden."""
_PATCH = 0x20
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class BadPackage(Refusal):
    """The package as a whole cannot be read; nothing of it was taken in."""

    status, code, title = 422, "package.broken", "数据包无法受理"


class Archive:
    """The files of a package by name, in lower case and without folders: the national packages are flat."""

    def __init__(self, file: IO[bytes]) -> None:
        """Open a ZIP; BadPackage or TooLarge says why it is not touched."""
        packed = _check_end(file)
        try:
            self._zip = ZipFile(file)
        except UnicodeDecodeError:
            raise BadPackage(
                "包内有文件名标明是 UTF-8，内容却不是，读不出来。请用普通的打包程序重新打包，文件名最好只用字母和数字。",
                code="package.unsafe_name",
            ) from None
        except (*DAMAGED, RuntimeError) as problem:
            raise _broken(str(problem)) from None
        infos = [info for info in self._zip.infolist() if not info.is_dir()]
        _check_sizes(infos, packed)
        self._infos: dict[str, ZipInfo] = {}
        self.names: dict[str, str] = {}
        for info in infos:
            name = _checked_name(info)
            if name.startswith(".") or info.filename.startswith("__MACOSX/"):
                continue  # what a desktop leaves in every archive it makes
            if name.lower() in self._infos:
                raise BadPackage(
                    f"包内有两个文件都叫“{name}”，无法判断以哪个为准。请改名后重新打包。",
                    code="package.duplicate_name",
                )
            self._infos[name.lower()] = info
            self.names[name.lower()] = name
        if not self._infos:
            raise BadPackage("数据包是空的，里面没有文件。请核对打包程序。", code="package.empty")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._infos

    def blocks(self, name: str) -> Iterator[bytes]:
        """The content of a file; one of DAMAGED is raised where it cannot be read to its end."""
        with self._zip.open(self._infos[name.lower()]) as content:
            while block := content.read(_BLOCK):
                yield block


def _check_end(file: IO[bytes]) -> int:
    """The size of the ZIP, whose list of files is short enough to be read at once."""
    size = file.seek(0, 2)
    if size > PACKAGE_LIMIT:
        raise TooLarge(
            f"数据包超过 {PACKAGE_LIMIT // 1024**3} GB 上限。请分成几个包发送。", code="package.too_large"
        )
    file.seek(max(0, size - _END_64_SIZE - _LOCATOR_64_SIZE - _END_SIZE - _COMMENT))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise _broken("没有 ZIP 结尾" if size else "文件为空")
    files, length = _listed(tail, at)
    if files > FILES_LIMIT or length > _DIRECTORY_LIMIT:
        raise _too_many()
    return size


def _listed(tail: bytes, at: int) -> tuple[int, int]:
    """How many files the end names, and how long their list is; in ZIP64, a record before the end says it."""
    if tail[max(0, at - _LOCATOR_64_SIZE) : at].startswith(_LOCATOR_64):
        end = tail[max(0, at - _LOCATOR_64_SIZE - _END_64_SIZE) : at]
        if not end.startswith(_END_64) or len(end) != _END_64_SIZE + _LOCATOR_64_SIZE:
            raise _broken("ZIP64 结尾不完整")
        return struct.unpack("<QQ", end[32:48])
    return struct.unpack("<HL", tail[at + 10 : at + 16])


def _check_sizes(infos: list[ZipInfo], packed: int) -> None:
    """Declared sizes bound what is read, so a bomb shows itself here: by size, by ratio, or by files within files."""
    if len(infos) > FILES_LIMIT:
        raise _too_many()
    content = sum(info.file_size for info in infos)
    if content > RATIO_FREE and content > packed * RATIO_LIMIT:
        raise TooLarge(
            f"解压后的内容超过压缩内容的 {RATIO_LIMIT} 倍，疑似压缩炸弹，没有解压。", code="package.bomb"
        )
    if content > CONTENT_LIMIT:
        raise TooLarge(
            f"解压后的内容超过 {CONTENT_LIMIT // 1024**3} GB 上限。请分成几个包发送。",
            code="package.too_large",
        )
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise BadPackage("包内文件的数据互相重叠，疑似压缩炸弹，没有解压。", code="package.bomb")
        end = info.header_offset + _LOCAL_HEADER + info.compress_size


def _checked_name(info: ZipInfo) -> str:
    """The name of a file without its folders. What points outside of the package, or cannot be read, is refused."""
    name = _decoded(info)
    mode = info.external_attr >> 16
    parts = PurePosixPath(name).parts
    if (
        name.startswith("/")
        or "\\" in name
        or ".." in parts
        or re.match("[A-Za-z]:", name)
        or _CONTROL.search(name)
    ):
        shown = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", name)[:80]
        raise BadPackage(
            f"包内文件名“{shown}”不安全：不能有上级目录、绝对路径、反斜杠或控制字符。请改名后重新打包。",
            code="package.unsafe_name",
        )
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise BadPackage(
            f"包内“{name[:80]}”是链接或特殊文件，没有解压。请只放普通文件。", code="package.unsafe_name"
        )
    if info.flag_bits & _LOCKED:
        raise BadPackage(f"包内“{name[:80]}”加了密码，无法读取。请不要加密。", code="package.encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & _PATCH:
        raise BadPackage(
            f"包内“{name[:80]}”的压缩方法不受支持。请用普通的 ZIP 压缩（deflate）。",
            code="package.compression",
        )
    return parts[-1] if parts else ""


def _decoded(info: ZipInfo) -> str:
    """A name without the UTF-8 mark was written in the code page of its maker, here most often GBK."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437")
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def _too_many() -> TooLarge:
    return TooLarge(
        f"包内文件过多，一个包最多 {FILES_LIMIT:,} 个文件。请分成几个包发送。", code="package.too_many_files"
    )


def _broken(why: str) -> BadPackage:
    return BadPackage(
        f"这不是完整的 ZIP 文件（{why[:80]}），可能在传输中被截断。请重新打包、重新发送。",
        code="package.broken",
    )
