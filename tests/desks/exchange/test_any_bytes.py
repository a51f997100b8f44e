"""Whatever bytes come as a line, it becomes a candidate or is refused with a reason that people can read."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ggzy import standard
from ggzy.desks.exchange.prepare import Line, Prepared, Reporter, prepare

AT = datetime(2026, 6, 1, tzinfo=UTC)
SOURCE = standard.example("500")["PLATFORM_CODE"]
REPORTER = Reporter(SOURCE, f"system:{SOURCE}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
UNSTORABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

texts = st.text(max_size=20) | st.sampled_from(["", " ", "\0", "E3100009999000001", "5" * 300, "20260317093000", "\ud800"])
values = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | texts, st.lists, max_leaves=5)


@st.composite
def near_misses(draw: st.DrawFn) -> bytes:
    """A right line in which some things are something else."""
    number = draw(st.sampled_from(["500", "501", "503", "999", "0", "\0", "800"]))
    data = standard.example(number if number in standard.DATA_SETS else "500")
    for name in draw(st.lists(st.sampled_from(sorted(data)), max_size=3)):
        data[name] = draw(values)
    line = {"data_set": number, "op": draw(st.sampled_from("1234")), "data": data}
    line |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "key": values,
                "reason": values,
                "data": values,
                "data_set": values,
                "attachments": st.lists(st.fixed_dictionaries({"name": texts, "sha256": texts}), max_size=2) | values,
                "more": values,
            },
        )
    )
    return json.dumps(line).encode()


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A right line in which some bytes were lost or spoilt on the way."""
    raw = bytearray(json.dumps({"data_set": "500", "data": standard.example("500")}, ensure_ascii=False).encode())
    start = draw(st.integers(0, len(raw)))
    raw[start : start + draw(st.integers(0, 40))] = draw(st.binary(max_size=8))
    return bytes(raw)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200) | near_misses() | damaged())
def test_any_line_is_a_candidate_or_has_a_reason(raw):
    check(prepare(REPORTER, Line(1, raw), AT))


@pytest.mark.parametrize("opening", [b"[", b'{"data_set":"500","data":[', b'{"data_set":"500","op":"3","key":"k","data":['])
def test_a_line_nested_beyond_all_reason_is_refused(opening):
    depth = 100_000
    check(prepare(REPORTER, Line(1, opening + b"[" * depth + b"]" * depth + b"]}"), AT))


def check(prepared: Prepared) -> None:
    if prepared.candidate is not None:
        assert not prepared.faults
        assert json.loads(prepared.candidate.public) is not None
    else:
        assert prepared.faults
    for found in prepared.faults + prepared.warnings:
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", found["code"])
        assert CHINESE.search(found["text"])
        assert not any(UNSTORABLE.search(text) for text in found.values())
    assert not UNSTORABLE.search(prepared.key + prepared.data_set)
