"""Packages that are broken, wrong or meant to harm: each gets a clear answer with a stable code, and nothing is lost."""

import io
import stat
import struct
import tracemalloc
import zipfile
from hashlib import sha256

import pytest

from ggzy.desks.exchange.envelope import LINE_LIMIT
from ggzy.desks.exchange.models import Quarantined, Uploaded
from ggzy.desks.exchange.packages import Archive, BadPackage, Enclosure, archive, write
from ggzy.desks.exchange.packages.messages import BadXml, parse
from ggzy.kernel.errors import TooLarge
from ggzy.kernel.ledger.models import Event, Head
from tests.desks.exchange.packages.conftest import fields, message, outgoing, zipped

GOOD = ("20260317-000009-500.xml", message(fields("500")).encode())


def named(name: str, mode: int = 0, **more: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    for attribute, value in more.items():
        setattr(info, attribute, value)
    return info


def refusal(package: bytes) -> str:
    with pytest.raises((BadPackage, TooLarge)) as refused:
        Archive(io.BytesIO(package))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in refused.value.detail)
    return refused.value.code


def test_a_bomb_is_told_by_its_ratio_before_it_is_unpacked():
    assert refusal(zipped(("a.xml", b" " * 32 * 1024**2))) == "package.bomb"


def test_a_bomb_of_one_block_under_many_names_is_told_by_its_overlap():
    package = bytearray(zipped(("a.xml", b"a" * 1000), ("b.xml", b"b" * 1000)))
    second = package.rfind(b"PK\x01\x02")
    package[second + 42 : second + 46] = struct.pack("<L", 0)  # where its data begin: those of the first
    assert refusal(bytes(package)) == "package.bomb"


def test_what_unpacks_to_too_much_or_is_too_large_itself_is_refused(monkeypatch):
    package = write([outgoing("500")])
    monkeypatch.setattr(archive, "CONTENT_LIMIT", 1000)
    assert refusal(package) == "package.too_large"
    monkeypatch.setattr(archive, "PACKAGE_LIMIT", len(package) - 1)
    assert refusal(package) == "package.too_large"


def test_too_many_files_are_refused_before_their_list_is_read(monkeypatch):
    monkeypatch.setattr(archive, "FILES_LIMIT", 2)
    package = zipped(*((f"{n}.xml", b"") for n in range(3)))
    assert refusal(package) == "package.too_many_files"
    at = package.rfind(b"PK\x05\x06")
    lying = package[: at + 8] + struct.pack("<HH", 1, 1) + package[at + 12 :]
    assert refusal(lying) == "package.too_many_files"


@pytest.mark.parametrize(
    "name", ["../a.xml", "a/../../b.xml", "/etc/passwd", "C:\\a.xml", "a\\b.xml", "c:a.xml", "a\x07.xml"]
)
def test_names_that_point_elsewhere_are_refused(name):
    assert refusal(zipped((named(name), b"x"))) == "package.unsafe_name"


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_special_files_are_refused(kind):
    assert refusal(zipped((named("a.xml", kind | 0o777), b"/etc/passwd"))) == "package.unsafe_name"


def test_two_files_of_one_name_are_refused(recwarn):
    assert refusal(zipped(("a.xml", b"1"), ("folder/A.xml", b"2"))) == "package.duplicate_name"


def test_an_empty_package_and_no_package_are_told_apart():
    assert refusal(zipped()) == "package.empty"
    assert refusal(zipped((zipfile.ZipInfo("folder/"), b""))) == "package.empty"
    assert refusal(b"") == "package.broken"
    assert refusal(b"Rar!\x1a\x07" + bytes(100)) == "package.broken"


def test_a_locked_file_and_an_odd_compression_are_refused():
    package = bytearray(write([outgoing("500")]))
    at = package.rfind(b"PK\x01\x02")
    locked = package[: at + 8] + b"\x01\x00" + package[at + 10 :]
    assert refusal(bytes(locked)) == "package.encrypted"
    odd = package[: at + 10] + b"\x0c\x00" + package[at + 12 :]
    assert refusal(bytes(odd)) == "package.compression"


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
def test_a_package_that_was_cut_is_broken(kept):
    package = write([outgoing("500"), outgoing("1900")])
    assert refusal(package[: int(len(package) * kept)]) == "package.broken"


def test_a_refused_package_leaves_nothing_behind(receive):
    with pytest.raises(BadPackage):
        receive(write([outgoing("500")])[:-30])
    assert not Event.objects.filter(type="record.receive").exists()
    assert not Quarantined.objects.exists()


LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("prolog", [LAUGHS, EXTERNAL, '<!DOCTYPE d SYSTEM "http://127.0.0.1/x.dtd">'])
def test_a_dtd_is_refused_with_the_document_and_the_rest_is_taken(receive, prolog):
    hostile = f"<?xml version='1.0'?>{prolog}<d><BODY><A>&b;</A></BODY></d>".encode()
    refused, accepted, _ = receive(zipped(("1.xml", hostile), GOOD))
    assert (refused["status"], refused["faults"][0]["code"]) == ("refused", "package.xml_doctype")
    assert bytes(Quarantined.objects.get(pk=refused["quarantine"]).line) == hostile
    assert accepted["status"] == "accepted"


def faulty(receive, document: bytes, *files: tuple[str, bytes]) -> tuple[str, bytes]:
    """The code of the first fault of a document, and what the quarantine keeps of it; all else goes in."""
    *answers, _ = receive(zipped(("1.xml", document), GOOD, *files))
    assert answers[-1]["status"] == "accepted", answers
    assert not [answer for answer in answers[:-1] if answer["status"] != "refused"]
    assert answers[0]["status"] == "refused", answers
    row = Quarantined.objects.get(pk=answers[0]["quarantine"])
    return answers[0]["faults"][0]["code"], bytes(row.line)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (message(fields("500"))[:-40].encode(), "package.xml_broken"),
        (message("<A>a & b</A>").encode(), "package.xml_broken"),
        (message("<A>\x07</A>").encode(), "package.xml_broken"),
        (b"not XML at all", "package.xml_broken"),
        (b"", "package.xml_broken"),
        (b"<a/>", "package.no_message"),
        (("<a>" * 40 + "</a>" * 40).encode(), "package.xml_too_deep"),
        (message(fields("500"), declared=' encoding="UTF-8"').encode("gbk"), "package.encoding"),
        (message(fields("500"), declared=' encoding="GBK"').encode(), "package.encoding"),
        (message(fields("500"), declared=' encoding="Big5"').encode("gbk"), "package.encoding"),
        (message("<A>").encode() + b"\xff\xff\xff", "package.encoding"),
    ],
)  # fmt: skip
def test_a_document_that_cannot_be_read_is_kept_whole(receive, document, code):
    found, kept = faulty(receive, document)
    assert found == code
    assert kept == document


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (message(fields("500"), "777"), "record.data_set_unknown"),
        (message(fields("500"), ""), "package.head_missing"),
        ("<d><BODY><A>1</A></BODY></d>", "package.head_missing"),
        (message(fields("500") + "<PROJECT_NAME>x</PROJECT_NAME>"), "package.field_twice"),
        (message(fields("500", PROJECT_SCALE="<p>大</p>")), "package.markup"),
        (message("<PROJECT_SCALE><p>大</p></PROJECT_SCALE>" + fields("500")), "package.markup"),
        (message(""), "record.field_missing"),
        (message(fields("500"), head="<DATA_TYPE>9</DATA_TYPE>"), "record.envelope"),
        (message(fields("500", PLATFORM_CODE="12320200466372674G")), "record.foreign_platform"),
        (message(fields("500", PROJECT_SCALE="x" * (LINE_LIMIT + 1))), "record.line_too_long"),
    ],
)  # fmt: skip
def test_a_record_that_is_wrong_is_refused_alone(receive, document, code):
    found, kept = faulty(receive, document.encode())
    assert found == code
    assert kept[:1] in (b"{", b"<")


def test_a_wrong_md5_and_a_missing_file_refuse_the_record_and_all_its_faults_are_told(receive):
    enclosed = Enclosure("批复.pdf", b"%PDF demo")
    package = write([outgoing("500", enclosed, PROJECT_NAME="")])
    with zipfile.ZipFile(io.BytesIO(package)) as content:
        document, guid = sorted(content.namelist(), key=len)
        text = content.read(document)
    wrong, missing = zipped((document, text), (guid, b"another")), zipped((document, text))
    for package, code in ((wrong, "package.md5_wrong"), (missing, "package.attachment_missing")):
        (answer, _) = receive(package)
        assert [fault["code"] for fault in answer["faults"]] == [code, "record.field_missing"]
        assert "批复.pdf" in answer["faults"][0]["text"]
    assert not Uploaded.objects.filter(digest__in=[sha256(bad).hexdigest() for bad in (b"another", b"%PDF demo")]).exists()


def test_a_file_that_is_damaged_within_the_package_refuses_only_its_record(receive):
    content = bytes(range(256)) * 40
    package = write([outgoing("500", Enclosure("图.bin", content)), outgoing("1900")])
    with zipfile.ZipFile(io.BytesIO(package)) as whole:
        info = next(info for info in whole.infolist() if not info.filename.endswith(".xml"))
    at = info.header_offset + 30 + len(info.filename) + 20
    damaged = package[:at] + bytes([package[at] ^ 0xFF]) + package[at + 1 :]
    refused, accepted, _ = receive(damaged)
    assert refused["faults"][0]["code"] == "package.attachment_broken"
    assert accepted["status"] == "accepted"


def test_what_came_whole_before_a_break_is_taken_in(receive):
    twice = message(f"<R>{fields('500')}</R><R>{fields('500', PROJECT_CODE='E3100000001000002')}</R><R>")
    *answers, _ = receive(zipped(("1.xml", twice.encode())))
    assert [answer["status"] for answer in answers] == ["accepted", "accepted", "refused"]
    assert Head.objects.count() == 2


def test_a_document_of_any_size_needs_the_memory_of_one_record():
    record = f"<R>{fields('500')}</R>".encode()

    def document():
        yield b"<d><HEAD><DATA_NO>500</DATA_NO></HEAD><BODY>"
        for _ in range(3000):
            yield record
        yield b"</BODY></d>"

    tracemalloc.start()
    assert sum(1 for _ in parse(document())) == 3001
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1024**2


@pytest.mark.parametrize(
    ("begin", "rest"), [(b"<d><!--", b"x"), (b"<d a='", b"x"), (b"<d><", b"x"), (b"<d><?pi ", b"x")]
)
def test_a_mark_without_end_is_not_collected(begin, rest):
    def document():
        yield begin
        for _ in range(64):
            yield rest * 256 * 1024

    with pytest.raises(BadXml) as refused:
        list(parse(document()))
    assert refused.value.code == "package.xml_too_large"
