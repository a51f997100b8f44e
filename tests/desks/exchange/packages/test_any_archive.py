"""Archives of every maker are read, and whatever bytes come as a package are answered: never an inner fault."""

import io
import random
import struct
import zipfile

import pytest

from ggzy.desks.exchange.packages import Archive, BadPackage, Enclosure, Enclosures, Package, write
from ggzy.kernel.errors import TooLarge
from tests.desks.exchange.packages.conftest import fields, message, outgoing, zipped

END_64, LOCATOR_64, END = b"PK\x06\x06", b"PK\x06\x07", b"PK\x05\x06"


def in_zip64(package: bytes, files: int | None = None, length: int | None = None) -> bytes:
    """The same package with the end that ZIP64 has, as makers that stream write it for small files, too."""
    at = package.rfind(END)
    counted, size, start = struct.unpack("<HLL", package[at + 10 : at + 20])
    files, length = counted if files is None else files, size if length is None else length
    end = END_64 + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, files, files, length, start)
    locator = LOCATOR_64 + struct.pack("<LQL", 0, at, 1)
    return package[:at] + end + locator + END + struct.pack("<HHHHLLH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)


def test_zip64_is_read_whoever_made_it(receive):
    by_hand = in_zip64(write([outgoing("500", Enclosure("批复.pdf", b"%PDF demo"))]))
    assert zipfile.ZipFile(io.BytesIO(by_hand)).testzip() is None
    assert receive(by_hand)[0]["status"] == "accepted"
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package,
        package.open("20260317-000001-1900.xml", "w", force_zip64=True) as document,
    ):
        document.write(message(fields("1900"), "1900").encode())
    assert receive(packed.getvalue())[0]["status"] == "accepted"


class _Stream(io.RawIOBase):
    """Where nobody can go back: sizes follow each file (data descriptors), as makers that stream write them."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, block: bytes) -> int:
        self.written += block
        return len(block)


def test_a_package_that_was_streamed_is_read(receive):
    stream = _Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("20260317-000001-500.xml", message(fields("500")))
    assert receive(bytes(stream.written))[0]["status"] == "accepted"


def refusal(package: bytes) -> str:
    with pytest.raises((BadPackage, TooLarge)) as refused:
        Archive(io.BytesIO(package))
    return refused.value.code


def test_zip64_hides_nothing_from_the_limits():
    package = write([outgoing("500")])
    assert refusal(in_zip64(package, files=20_001)) == "package.too_many_files"
    assert refusal(in_zip64(package, length=2**40)) == "package.too_many_files"
    assert refusal(in_zip64(package, length=2**63)) == "package.too_many_files"
    at = in_zip64(package).rfind(END_64)
    assert refusal(in_zip64(package)[:at] + in_zip64(package)[at + 8 :]) == "package.broken"


@pytest.mark.parametrize("bit", [0x1, 0x40, 0x41, 0x2001])
def test_every_kind_of_encryption_is_told(bit):
    package = bytearray(write([outgoing("500")]))
    at = package.rfind(b"PK\x01\x02")
    package[at + 8 : at + 10] = struct.pack("<H", bit)
    assert refusal(bytes(package)) == "package.encrypted"


def test_a_patch_is_no_compression_that_is_read():
    package = bytearray(write([outgoing("500")]))
    at = package.rfind(b"PK\x01\x02")
    package[at + 8 : at + 10] = struct.pack("<H", 0x20)
    assert refusal(bytes(package)) == "package.compression"


def test_a_name_in_gbk_is_read_and_one_that_is_not_what_it_says_is_refused(receive):
    name = "公告-500.xml"
    package = zipped(("x" * len(name.encode("gbk")), message(fields("500")).encode()))
    in_gbk = package.replace(b"x" * len(name.encode("gbk")), name.encode("gbk"))
    assert receive(in_gbk)[0]["file"] == name
    marked = bytearray(in_gbk)
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = in_gbk.find(header) + flags
        marked[at : at + 2] = struct.pack("<H", 0x800)
    assert refusal(bytes(marked)) == "package.unsafe_name"


def test_names_that_differ_only_in_case_or_folder_are_one(recwarn):
    for first, second in (("a.xml", "A.XML"), ("x/a.xml", "y/a.xml"), ("公告.xml", "公告.xml")):
        assert refusal(zipped((first, b"1"), (second, b"2"))) == "package.duplicate_name"


def _read(package: bytes) -> int:
    """Read a package as `ggzy conform` does; the number of its lines."""
    archive = Archive(io.BytesIO(package))
    return sum(1 for _ in Package(archive, Enclosures(archive, lambda content, kind: list(content))).lines())


def test_bytes_that_were_changed_anywhere_never_break_the_reader():
    chance = random.Random(20260317)
    whole = write([outgoing("500", Enclosure("批复.pdf", b"%PDF demo")), outgoing("1900")], "GBK")
    refused = read = 0
    for package in (whole, in_zip64(whole)):
        directory = package.find(b"PK\x01\x02")
        for _ in range(800):
            hurt = bytearray(package)
            for _ in range(chance.randint(1, 4)):
                place = chance.randrange(directory, len(hurt)) if chance.random() < 0.7 else chance.randrange(len(hurt))
                hurt[place] = chance.randrange(256)
            try:
                read += _read(bytes(hurt)) > 0
            except (BadPackage, TooLarge) as told:
                assert told.code.startswith("package.")
                refused += 1
    assert refused > 200 and read > 200
