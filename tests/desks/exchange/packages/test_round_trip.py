"""What is written is read again as it was: any text, both encodings, any files."""

import io
from hashlib import sha256

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ggzy import standard
from ggzy.desks.exchange.packages import Archive, Enclosure, Enclosures, Outgoing, Package, write

NUMBERS = sorted(standard.DATA_SETS)
NAMES = sorted({name for data_set in standard.DATA_SETS.values() for name in data_set.by_name})
CHARACTERS = st.characters(
    blacklist_categories=["Cs"], blacklist_characters=[*map(chr, range(0x20)), "\ufffe", "\uffff"]
) | st.sampled_from("\t\n\r<>&\"']公示€㐀𠀀\x85\u2028")
TEXT = st.text(CHARACTERS, max_size=40)
FILE_NAME = (
    st.text("甲乙abc 1-_()", min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
    .map(lambda name: name + ".pdf")
)
KEY = st.text("ABC-_|0123456789甲", max_size=30)
ENCLOSURES = st.lists(
    st.builds(Enclosure, FILE_NAME, st.binary(max_size=200)), max_size=3, unique_by=lambda one: one.name
)
RECORDS = st.builds(
    Outgoing,
    st.sampled_from(NUMBERS),
    st.dictionaries(st.sampled_from(NAMES), TEXT, min_size=1, max_size=12),
    KEY,
    st.sampled_from("12"),
    enclosures=ENCLOSURES.map(tuple),
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(RECORDS, min_size=1, max_size=4), st.sampled_from(["UTF-8", "GBK", "GB18030"]))
def test_what_is_written_is_read_as_it_was(records, encoding):
    kept: set[str] = set()
    archive = Archive(io.BytesIO(write(records, encoding)))
    package = Package(
        archive, Enclosures(archive, lambda content, _: kept.add(sha256(b"".join(content)).hexdigest()))
    )
    # Documents are read in the order of their names: by day, then in the order in which they were written.
    order = sorted(enumerate(records), key=lambda numbered: (_day(numbered[1]), numbered[0]))
    lines = [msgspec.json.decode(line.raw) for line in package.lines()]
    assert lines == [_expected(record) for _, record in order]
    assert kept == {sha256(one.content).hexdigest() for record in records for one in record.enclosures}
    assert package.ignored == []


def _day(record: Outgoing) -> str:
    day = record.data.get("DATA_TIMESTAMP", "")[:8]
    return day if day.isascii() and day.isdigit() and len(day) == 8 else "00000000"


def _expected(record: Outgoing) -> dict:
    line = {"data_set": record.data_set, "key": record.key, "op": record.op, "data": dict(record.data)}
    enclosed = [{"name": one.name, "sha256": sha256(one.content).hexdigest()} for one in record.enclosures]
    return {**line, **({"attachments": enclosed} if enclosed else {})}


def test_the_same_records_give_the_same_bytes():
    records = [Outgoing("500", standard.example("500"), enclosures=(Enclosure("批复.pdf", b"x"),))]
    assert write(records) == write(records)


@pytest.mark.parametrize(
    "data", [{"PROJECT_NAME": "\0"}, {"PROJECT_NAME": "\ufffe"}, {"a b": "x"}, {"<": "x"}, {"甲": "x"}]
)
def test_what_xml_cannot_hold_is_not_written(data):
    with pytest.raises(ValueError, match="XML"):
        write([Outgoing("500", data)])
