"""The JSON Schemas: well formed, and of one mind with `check` as far as a schema can say."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from ggzy import standard
from ggzy.standard.schema import UNSAID

VALIDATORS = {number: Draft202012Validator(standard.json_schema(number)) for number in standard.DATA_SETS}
SPOILT = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**25), 10**25),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9).map(
        float
    ),
    st.sampled_from(
        ["", " ", "\u3000", "\x1c", "0", "1", "2", "3", "9", "01", "1;9", ";", "1 ; 2", "x" * 700, "１"]
    ),
    st.sampled_from(
        ["20240229", "20230229", "00010101", "202402300930", "20240228240000", "20240228235959", "2024022"]
    ),
    st.from_regex(r"-?[0-9]{1,30}(\.[0-9]{1,9})?([eE][+-]?[0-9])?", fullmatch=True),
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@pytest.mark.parametrize("number", standard.DATA_SETS)
def test_a_schema_is_one_and_takes_the_example(number):
    Draft202012Validator.check_schema(standard.json_schema(number))
    VALIDATORS[number].validate(standard.example(number))


def test_the_bundle_judges_a_whole_line_by_its_data_set():
    bundle = standard.bundle("https://ggzy.example")
    Draft202012Validator.check_schema(bundle)
    judge = Draft202012Validator(bundle)
    for number in ("500", "1900"):
        line = {"data_set": number, "key": "k", "op": "1", "data": standard.example(number)}
        judge.validate(line)
        assert not judge.is_valid(line | {"data": {}})
        assert judge.is_valid(
            {"data_set": number, "key": "k", "op": "3", "data": {"DATA_TIMESTAMP": "20260101000000"}}
        )
    assert not judge.is_valid({"data_set": "9999", "data": {}})


def test_a_broken_schema_would_be_found():
    with pytest.raises(SchemaError):
        Draft202012Validator.check_schema({"type": "strng"})


@st.composite
def records(draw):
    """The example of a set, with some fields spoilt, dropped or added."""
    number = draw(st.sampled_from([*standard.DATA_SETS]))
    record = dict(standard.example(number))
    conditions = [
        name for f in standard.data_set(number).fields for c in f.conditions for name in (f.name, c.when)
    ]
    names = st.sampled_from([*record, *conditions * 3, "OWN", "O\tN", "O\x01N"])
    for name in draw(st.lists(names, max_size=4)):
        if draw(st.booleans()):
            record.pop(name, None)
        else:
            record[name] = draw(SPOILT)
    return number, record


@settings(max_examples=1500, deadline=None)
@given(records())
def test_what_check_accepts_the_schema_accepts_and_the_other_way_as_far_as_it_can_say(sent):
    number, record = sent
    line = msgspec.json.encode(record)
    faults = standard.check(number, line).faults
    wrong = [error.message for error in VALIDATORS[number].iter_errors(json.loads(line))]
    if not faults:
        assert wrong == [], record
    elif not wrong:
        assert {fault.code for fault in faults} <= UNSAID, (record, faults)


@pytest.mark.parametrize("number", standard.DATA_SETS)
def test_every_field_left_out_emptied_or_overlong_is_judged_alike(number):
    record = standard.example(number)
    for name in record:
        for change in ({}, {name: ""}, {name: None}, {name: "长" * 2001}, {name: "1"}, {name: 3}):
            spoilt = {key: value for key, value in record.items() if key != name} | change
            faults = {fault.code for fault in standard.check(number, spoilt).faults}
            assert VALIDATORS[number].is_valid(spoilt) == (not faults), (name, change, faults)
