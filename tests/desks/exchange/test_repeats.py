"""A name that stands twice in one object: nobody can say which holds, so the line is refused, and no other line is."""

import json

import pytest

from ggzy import standard
from ggzy.desks.exchange import demo, envelope, importing, repeats
from ggzy.desks.exchange.convert import Sender
from ggzy.desks.exchange.models import Quarantined
from ggzy.kernel import clock, members

COMPACT = (",", ":")
BLANKS = (", ", ": ")


def written(number: str, separators: tuple[str, str], **more: str) -> bytes:
    whole = {"data_set": number, **more, "data": standard.example(number)}
    return json.dumps(whole, ensure_ascii=False, separators=separators).encode()


def faults(answer: dict) -> list[tuple[str, str]]:
    return [(fault["code"], fault["field"]) for fault in answer.get("faults", [])]


@pytest.mark.parametrize("separators", [COMPACT, BLANKS])
@pytest.mark.parametrize(
    ("named", "found", "put"),
    [
        ("PROJECT_NAME", b'"PROJECT_NAME"', b'"PROJECT_NAME":"","PROJECT_NAME"'),
        ("PROJECT_NAME", b'"PROJECT_NAME"', b'"PROJECT_NAME":"another (demo)","PROJECT_NAME"'),
        ("PROJECT_NAME", b'"PROJECT_NAME"', b'"PROJECT\\u005fNAME":"","PROJECT_NAME"'),
        ("data", b'"data"', b'"data":{},"data"'),
        ("data_set", b'"data_set"', b'"data_set":"1","data_set"'),
        ("op", b'"data"', b'"op":"3","op":"1","data"'),
        ("key", b'"data"', b'"key":"a","key":"b","data"'),
    ],
)
def test_what_is_given_twice_is_refused_and_named(send, separators, named, found, put):
    raw = written("500", separators).replace(found, put, 1)
    (answer,) = send(raw)
    assert faults(answer) == [("record.member_repeated", named)]
    assert bytes(Quarantined.objects.get(pk=answer["quarantine"]).line) == raw


def test_a_withdrawal_is_looked_at_as_well(send, line):
    send(line("500", key="p", DATA_TIMESTAMP="20260101000000"))
    raw = line("500", key="p", op="3", DATA_TIMESTAMP="20260102000000").replace(b'"op"', b'"key":"q","op"', 1)
    assert ("record.member_repeated", "key") in faults(send(raw)[0])


@pytest.mark.parametrize("separators", [COMPACT, BLANKS, (" ,\t", " : ")])
def test_no_good_line_is_taken_for_one(send, separators):
    (answer,) = send(written("500", separators, key="报送-1"))
    assert answer["status"] == "accepted"


def test_texts_that_look_like_members_are_none(send, line):
    (answer,) = send(line("500", PROJECT_NAME='a","PROJECT_NAME":"b (demo)'))
    assert answer["status"] == "accepted"


def test_few_lines_written_without_blanks_are_read_a_second_time():
    again = 0
    for _, record in demo.records(1000, seed=1, until=clock.now()):
        raw = json.dumps(record, ensure_ascii=False, separators=COMPACT).encode()
        read = envelope.decode(raw)
        data = bytes(read.data)
        again += repeats.possible(raw, read, data, standard.check(read.data_set, data))
        assert members.repeated(raw) == []
    assert again < 20


def test_an_import_lists_what_is_given_twice(db, line, tmp_path):
    path = tmp_path / "twice.ndjson"
    path.write_bytes(line("500") + b"\n" + line("500").replace(b'"PROJECT_NAME"', b'"PROJECT_NAME":"","PROJECT_NAME"', 1))
    progress = importing.feed_file(path, Sender("a", "a"), lambda progress: None)
    assert (progress.counts, progress.problems) == ({"accepted": 1}, 1)
    assert "PROJECT_NAME" in importing.problems_file(path).read_text()


def test_two_records_on_one_line_are_told_how_to_send_them(send, line):
    (answer,) = send(line("500") + line("500"))
    assert "--data-binary" in answer["faults"][0]["text"]
