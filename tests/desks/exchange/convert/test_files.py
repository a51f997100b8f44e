"""Files of every sort: what they are is told by their content, and no broken one raises anything unforeseen."""

import gzip
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ggzy.desks.exchange.convert import Problem, Sender, Unrecognised, convert, detect

ENVELOPE = {"data_set": "503", "key": "k1", "op": "1", "data": {"NOTICE_NAME": "公告"}}
RELEASE = {
    "ocid": "ocds-demo-1",
    "id": "1",
    "date": "2026-01-01T00:00:00Z",
    "tag": ["tender"],
    "tender": {"title": "甲"},
}


def kinds(items):
    return ["problem" if isinstance(item.content, Problem) else item.content["data_set"] for item in items]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (json.dumps(ENVELOPE), "standard"),
        ('{"record_id":"1","title":"甲"}', "portal"),
        (
            json.dumps({"version": "1.1", "publisher": {"name": "某市"}, "releases": [RELEASE]}),
            "ocds-releases",
        ),
        (json.dumps({"version": "1.1", "records": [{"ocid": "1"}]}, indent=2), "ocds-records"),
        (json.dumps([RELEASE], indent=2), "ocds-array"),
        (json.dumps(RELEASE), "ocds-lines"),
        ("\ufeff" + json.dumps({"ocid": "1", "compiledRelease": RELEASE}), "ocds-lines"),
    ],
)
def test_the_kind_is_told_by_the_first_keys(tmp_path, content, kind):
    path = tmp_path / "no-name"
    path.write_text(content, "utf-8")
    assert detect(path).kind == kind


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空的"), (b"   \n ", "空的"), (b"a,b,c\n1,2,3", "不是 JSON"), (b"\x1f\x8bxxxxxxxxxxxx", "无法读取"),
        ('{"a":1}'.encode("utf-16"), "UTF-16"), (b'{"a": 1}', "没有认出"), (b"[1,2]", "数组"), (b"{}", "没有认出"),
        (json.dumps(ENVELOPE, indent=2).encode(), "多行"), (json.dumps(RELEASE, indent=1).encode(), "多行"),
        (b"PK\x03\x04", "不是 JSON"),
    ],
)  # fmt: skip
def test_a_file_of_no_known_kind_is_refused_in_words(tmp_path, content, word):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(Unrecognised, match=word):
        detect(path)


def test_a_missing_file_and_a_folder_are_refused_in_words(tmp_path):
    with pytest.raises(Unrecognised, match="找不到"):
        detect(tmp_path / "none")
    with pytest.raises(Unrecognised, match="无法读取"):
        detect(tmp_path)


def test_envelopes_pass_through_and_bad_lines_are_reported(converted):
    good = json.dumps(ENVELOPE, ensure_ascii=False).encode()
    items = converted(
        b"\n".join([good, b"{broken", b"\xb9\xab\xb8\xe6", b"[1]", b'{"data_set":"503"}', b"", good])
    )
    assert kinds(items) == ["503", "problem", "problem", "problem", "problem", "503"]
    assert items[0].content == ENVELOPE
    codes = [item.content.code for item in items[1:5]]
    assert codes == ["import.not_json", "import.encoding", "import.not_an_object", "import.no_envelope"]


@pytest.mark.parametrize("zipped", [False, True])
def test_an_import_goes_on_where_it_was_interrupted(converted, zipped):
    lines = [ENVELOPE | {"key": f"钥匙{n}"} for n in range(20)]
    whole = converted(lines, zipped=zipped)
    rest = converted(lines, zipped=zipped, start=whole[6].position)
    assert [item.content["key"] for item in rest] == [f"钥匙{n}" for n in range(7, 20)]
    assert converted(lines, zipped=zipped, start=whole[-1].position) == []


def test_a_gzip_file_cut_short_gives_what_it_has_and_one_problem(tmp_path, sender):
    dice = random.Random(1)
    lines = [json.dumps(ENVELOPE | {"key": f"{dice.random()}"}) for _ in range(9000)]
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode())[:-5000])
    items = [*convert(path, sender)]
    assert kinds(items).count("problem") == 1
    assert items[-1].content.code == "import.broken_off"
    assert len(items) > 100


def test_an_overlong_line_is_reported_and_the_next_is_read(converted, monkeypatch):
    monkeypatch.setattr("ggzy.desks.exchange.convert.reading.LINE_LIMIT", 500)
    long = ENVELOPE | {"data": {"NOTICE_CONTENT": "长" * 5000}}
    items = converted([ENVELOPE, long, ENVELOPE])
    assert kinds(items) == ["503", "problem", "503"]
    assert items[1].content.code == "import.line_too_long"


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_content_raises_anything_but_unrecognised(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(content)
    try:
        for item in convert(path, Sender("12339900MB00000274", "12339900MB00000199")):
            assert item.position >= 0
    except Unrecognised as refused:
        assert str(refused)
