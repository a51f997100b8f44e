from decimal import Decimal

import msgspec
import pytest

from ggzy import standard


@pytest.mark.parametrize("number", standard.DATA_SETS)
def test_the_public_part_reads_as_a_typed_record(number):
    checked = standard.check(number, standard.example(number))
    record = standard.read(number, checked.public)
    assert isinstance(record, standard.typed(number))
    assert standard.read(number, msgspec.json.encode(record)) == record


def test_numbers_are_decimals_and_absent_fields_are_empty():
    record = standard.read("513", b'{"BID_AMOUNT": "1234567.89"}')
    assert Decimal("1234567.89") == record.BID_AMOUNT
    assert record.NOTICE_NAME == ""


def test_json_schema_says_what_check_says():
    schema = standard.json_schema("503")
    assert schema["title"] == "503 招标公告与资格预审公告"
    assert "NOTICE_NAME" in schema["required"] and "DOC_PRICE" not in schema["required"]
    assert schema["properties"]["NOTICE_NAME"]["maxLength"] == 600
    assert schema["properties"]["NOTICE_NATURE"]["enum"] == ["1", "2", "3", "9"]
    assert schema["properties"]["BULLETIN_DUTY"]["x-scope"] == "government"
    assert schema["properties"]["NOTICE_SEND_TIME"]["maxLength"] == 14


def test_examples_are_marked_and_always_the_same():
    assert standard.example("503") == standard.example("503")
    assert standard.example("503")["NOTICE_NAME"].startswith("演示")
