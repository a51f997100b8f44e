"""What must hold for anything a sender can send."""

import json
import re
from datetime import date

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ggzy import standard
from ggzy.standard.checking import fast_row, patient_check
from ggzy.standard.identifiers import id_check_char, id_number_valid
from ggzy.standard.layout import layout_of

NUMBERS = st.sampled_from(
    ["100", "111", "112", "300", "503", "507", "513", "553", "601", "700", "1001", "1900"]
)
ID = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")


@st.composite
def id_numbers(draw):
    day = draw(st.dates(min_value=date(1930, 1, 1))).strftime("%Y%m%d")
    body = "310101" + day[:8] + f"{draw(st.integers(0, 999)):03d}"
    return body + id_check_char(body) if len(body) == 17 else "310101199003070011"


TEXTS = st.text(max_size=30) | st.builds("".join, st.lists(st.text(max_size=5) | id_numbers(), max_size=4))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def records(draw):
    """A number and the example of its set with some fields spoilt, dropped or added."""
    number = draw(NUMBERS)
    record = dict(standard.example(number))
    names = st.sampled_from([*record, "OWN", "PLATFORM_CODE "])
    return number, record | draw(st.dictionaries(names, JSON, max_size=5))


@settings(max_examples=300, deadline=None)
@given(records())
def test_check_never_raises_and_never_shows_what_is_hidden(sent):
    number, record = sent
    checked = standard.check(number, record)
    public = msgspec.json.decode(checked.public)
    opened = public.get("SCOPE") == "1"
    for name in public:
        scope = standard.data_set(number).field(name).scope
        assert scope == "public" or (scope == "record" and opened)
    assert all(isinstance(value, str) for value in public.values())
    shown = [*public.values(), *(fault.text + fault.got for fault in (*checked.faults, *checked.warnings))]
    assert not any(id_number_valid(found) for text in shown for found in ID.findall(text))


@settings(max_examples=300, deadline=None)
@given(records())
def test_whatever_the_fast_reader_takes_the_patient_one_reads_the_same(sent):
    number, record = sent
    try:
        data = json.dumps(record).encode()
    except ValueError:
        return
    layout = layout_of(standard.data_set(number))
    if fast_row(layout, data) is not None:
        assert standard.check(number, data) == patient_check(layout, data)
    both = msgspec.json.decode(standard.check(number, data).public)
    assert standard.canonical(both) == standard.check(number, data).public


@settings(max_examples=200, deadline=None)
@given(NUMBERS, st.binary(max_size=200))
def test_any_bytes_get_an_answer(number, data):
    assert standard.check(number, data).faults


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=6), st.dictionaries(st.text(), JSON, max_size=4))
def test_any_number_and_any_object_get_an_answer(number, record):
    assert standard.check(number, record).faults
