import json

import msgspec
import pytest

from ggzy import standard
from ggzy.standard import check as check_record
from ggzy.standard.checking import fast_row, patient_check
from ggzy.standard.layout import layout_of

PERSON = standard.example("111")["ID_CARD"]


def changed(number: str, **fields) -> dict:
    """The example of a set with fields replaced, or left out where None."""
    record = standard.example(number) | fields
    return {name: value for name, value in record.items() if value is not None}


def codes(number: str, record) -> list[tuple[str, str]]:
    return [(fault.code, fault.field) for fault in check_record(number, record).faults]


def warned(number: str, record) -> list[tuple[str, str]]:
    checked = check_record(number, record)
    assert checked.faults == ()
    return [(fault.code, fault.field) for fault in checked.warnings]


@pytest.mark.parametrize("number", standard.DATA_SETS)
def test_every_example_passes_without_a_word_and_both_readers_agree(number):
    data = json.dumps(standard.example(number), ensure_ascii=False).encode()
    checked = check_record(number, data)
    assert checked.faults == checked.warnings == ()
    assert checked.key and checked.timestamp == "20260317093000"
    assert fast_row(layout_of(standard.data_set(number)), data) is not None
    assert patient_check(layout_of(standard.data_set(number)), data) == checked


def test_what_the_intake_needs():
    checked = check_record("502", standard.example("502"))
    lot, procedure = "E3100009999000001001001", "E3100009999000001001"
    assert checked.number == "502" and checked.key == lot
    assert checked.declares == (f"lot:{lot}",)
    assert checked.parents == (f"procedure:{procedure}",)
    deal = standard.example("502")["UNIFIED_DEAL_CODE"]
    assert checked.codes == (f"lot:{lot}", f"procedure:{procedure}", f"deal:{deal}")


def test_several_lots_are_taken_apart():
    checked = check_record("503", changed("503", BID_SECTION_CODES="A1; B2;;", UNIFIED_DEAL_CODES="x"))
    assert checked.parents[1:] == ("lot:A1", "lot:B2")


def test_a_long_key_is_named_by_its_digest():
    assert check_record("503", changed("503", BID_SECTION_CODES="A" * 500)).key.startswith("sha256:")


def test_old_number_same_record():
    assert check_record("800", standard.example("1800")) == check_record("1800", standard.example("1800"))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"NOTICE_NAME": None}, "record.field_missing"),
        ({"NOTICE_NAME": ""}, "record.field_missing"),
        ({"NOTICE_NAME": " \u3000"}, "record.field_missing"),
        ({"NOTICE_NAME": "长" * 601}, "record.field_too_long"),
        ({"NOTICE_NAME": "a\0b"}, "record.text_malformed"),
        ({"NOTICE_NAME": "a\x1bb"}, "record.text_malformed"),
        ({"NOTICE_NAME": ["x"]}, "record.type_wrong"),
        ({"NOTICE_NAME": {"x": 1}}, "record.type_wrong"),
        ({"NOTICE_NAME": True}, "record.type_wrong"),
        ({"NOTICE_NAME": 5}, "record.type_wrong"),
        ({"NOTICE_NATURE": "7"}, "record.code_unknown"),
        ({"NOTICE_NATURE": "11"}, "record.field_too_long"),
        ({"PLATFORM_CODE": "12350100MB0270975"}, "record.field_too_short"),
        ({"TRADE_PLAT": "E31000099990"}, "record.field_too_long"),
        ({"DOC_PRICE": "很多"}, "record.number_malformed"),
        ({"DOC_PRICE": "1,000"}, "record.number_malformed"),
        ({"DOC_PRICE": [1]}, "record.type_wrong"),
        ({"DOC_PRICE": True}, "record.type_wrong"),
        ({"DOC_PRICE": "0.1234567"}, "record.number_too_long"),
        ({"DOC_PRICE": 10**14}, "record.number_too_long"),
        ({"NOTICE_BID_NUM": ""}, "record.field_missing"),
        ({"NOTICE_BID_NUM": "1.5"}, "record.number_too_long"),
        ({"NOTICE_SEND_TIME": "20260230093000"}, "record.date_malformed"),
        ({"NOTICE_SEND_TIME": "20260228246000"}, "record.date_malformed"),
        ({"NOTICE_SEND_TIME": "２０２６０２２８０９３０００"}, "record.date_malformed"),
        ({"NOTICE_SEND_TIME": "2026-02-28"}, "record.date_malformed"),
        ({"DOC_PRICE_CURRENCY": "15"}, "record.field_too_short"),
    ],
)
def test_each_fault_is_named_with_its_field_and_told_in_chinese(fields, code):
    (name,) = fields
    checked = check_record("503", changed("503", **fields))
    assert [(fault.code, fault.field) for fault in checked.faults] == [(code, name)]
    fault = checked.faults[0]
    assert standard.data_set("503").field(name).title in fault.text and fault.text.endswith("。")


def test_all_faults_are_told_at_once():
    record = changed("503", NOTICE_NAME=None, URL="", NOTICE_NATURE="7", NOTICE_SEND_TIME="20269999000000")
    assert set(codes("503", record)) == {
        ("record.field_missing", "NOTICE_NAME"),
        ("record.field_missing", "URL"),
        ("record.code_unknown", "NOTICE_NATURE"),
        ("record.date_malformed", "NOTICE_SEND_TIME"),
    }


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff",
        b'{"a":' + b"[" * 100_000,
        b'{"a":01}',
    ],
)
def test_what_is_no_object_is_one_fault(data):
    assert codes("503", data) == [("record.json_malformed", "")]


def test_one_field_that_is_not_utf8_is_named():
    assert ("record.text_malformed", "NOTICE_NAME") in codes("503", b'{"NOTICE_NAME": "\xff"}')


def test_lone_surrogates_are_refused_with_the_field_named():
    assert codes("503", changed("503", NOTICE_NAME="\ud800")) == [("record.json_malformed", "NOTICE_NAME")]
    escaped = json.dumps(changed("503", NOTICE_NAME="\ud800")).encode()
    assert check_record("503", escaped).faults


def test_an_unknown_data_set_is_a_fault():
    assert [fault.code for fault in check_record("9999", b"{}").faults] == ["record.data_set_unknown"]


def test_null_and_empty_count_as_missing():
    record = changed("503", TENDER_AGENCY_NAME="")
    with_null = {**record, "TENDER_AGENCY_NAME": None}
    assert check_record("503", record) == check_record("503", with_null)
    assert b"TENDER_AGENCY_NAME" not in check_record("503", record).public


def test_a_field_outside_the_standard_is_kept_private_and_warned_of():
    record = changed("503", OWN_NOTE="内部", OWN_LIST=None) | {"OWN_LIST": [1, {"a": 2}], "OWN_NUMBER": 1.5}
    checked = check_record("503", record)
    assert [(fault.code, fault.field) for fault in checked.warnings] == [
        ("record.field_unknown", "OWN_NOTE"),
        ("record.field_unknown", "OWN_LIST"),
        ("record.field_unknown", "OWN_NUMBER"),
    ]
    private = msgspec.json.decode(checked.private)
    assert (private["OWN_NOTE"], private["OWN_LIST"], private["OWN_NUMBER"]) == ("内部", '[1,{"a":2}]', "1.5")
    assert b"OWN_" not in checked.public


@pytest.mark.parametrize("received", ["1500.50", 1500.5, "1500.500", "1.5005e3", "01500.5"])
def test_numbers_come_as_numbers_or_strings_and_leave_as_one_plain_decimal(received):
    checked = check_record("503", changed("503", DOC_PRICE=received))
    assert checked.faults == () and b'"DOC_PRICE":"1500.5"' in checked.public


def test_long_numbers_lose_nothing():
    data = json.dumps(standard.example("503")).replace(
        '"DOC_PRICE": "100"', '"DOC_PRICE": 12345678901234.123456'
    )
    assert b'"12345678901234.123456"' in check_record("503", data.encode()).public


@pytest.mark.parametrize(
    ("number", "fields", "name"),
    [
        ("513", {"PRICE_FORM_CODE": "1", "BID_AMOUNT": None}, "BID_AMOUNT"),
        ("513", {"PRICE_FORM_CODE": "2", "OTHER_BID_PRICE": None, "RATE": None}, "OTHER_BID_PRICE"),
        ("553", {"PRICE_FORM_CODE": "9", "WIN_BID_RATE": ""}, "WIN_BID_RATE"),
        ("510", {"PRICE_FORM_CODE": "3", "OTHER_BID_PRICE": None}, "OTHER_BID_PRICE"),
        ("500", {"RELATE_CODE": "1", "INVEST_PROJECT_CODE": None}, "INVEST_PROJECT_CODE"),
        ("501", {"TENDER_ORGANIZE_FORM": "2", "TENDER_AGENCY_NAME": None}, "TENDER_AGENCY_NAME"),
        ("552", {"IS_POSTPONE": "1", "POST_BID_CLOSING_TIME": None}, "POST_BID_CLOSING_TIME"),
        ("700", {"PRICE_UNIT": None}, "PRICE_UNIT"),
    ],
)
def test_a_field_that_another_field_asks_for(number, fields, name):
    checked = check_record(number, changed(number, **fields))
    told = [fault for fault in (*checked.faults, *checked.warnings) if fault.field == name]
    assert [fault.code for fault in told] == ["record.field_missing"]
    assert "时必填" in told[0].text


@pytest.mark.parametrize(
    ("number", "fields"),
    [
        ("513", {"PRICE_FORM_CODE": "2", "OTHER_BID_PRICE": None, "RATE": "-30%", "BID_AMOUNT": None}),
        ("500", {"RELATE_CODE": "0", "INVEST_PROJECT_CODE": None}),
        ("510", {"PRICE_FORM_CODE": "2", "BID_PRICE": None, "PRICE_CURRENCY": None, "PRICE_UINT": None}),
        (
            "501",
            {
                "TENDER_ORGANIZE_FORM": "1",
                "TENDER_AGENCY_NAME": None,
                "TENDER_AGENCY_CODE": None,
                "TENDER_AGENCY_CODE_TYPE": None,
                "TENDER_AGENCY_ROLE": None,
            },
        ),
    ],
)
def test_a_field_that_nothing_asks_for(number, fields):
    assert codes(number, changed(number, **fields)) == []


def test_check_digits_only_warn():
    record = changed(
        "502", UNIFIED_DEAL_CODE="D01-12350100MB02709751-20190627-527731-5", PLATFORM_CODE="1" * 18
    )
    assert warned("502", record) == [
        ("record.check_digit", "PLATFORM_CODE"),
        ("record.check_digit", "UNIFIED_DEAL_CODE"),
    ]


def test_an_open_list_only_warns_and_one_bad_item_is_enough():
    assert warned("501", changed("501", TENDER_PROJECT_TYPE="G01")) == [
        ("record.code_unknown", "TENDER_PROJECT_TYPE")
    ]
    assert warned("513", changed("513", BIDDER_CODE_TYPE="1;2;8;7")) == [
        ("record.code_unknown", "BIDDER_CODE_TYPE")
    ]
    assert warned("513", changed("513", BIDDER_CODE_TYPE="1; 2;")) == []


def test_a_flood_of_unknown_fields_is_told_shortly():
    record = standard.example("503") | {f"X{n}": "1" for n in range(500)}
    assert len(check_record("503", record).warnings) == 50


def test_values_in_messages_are_short_and_masked():
    fault = check_record("503", changed("503", NOTICE_NAME=PERSON + "长" * 700)).faults[0]
    assert len(fault.got) < 60 and PERSON[6:14] not in fault.got + fault.text
