import json
import re

import msgspec
import pytest

from ggzy import standard
from ggzy.standard.identifiers import id_number_valid

ID = standard.example("111")["ID_CARD"]


def parts(number: str, **fields) -> tuple[dict, dict]:
    checked = standard.check(number, standard.example(number) | fields)
    assert checked.faults == ()
    return msgspec.json.decode(checked.public), msgspec.json.decode(checked.private)


def jcs(record: dict[str, str]) -> bytes:
    """RFC 8785 by another hand: the standard library, for flat records of strings."""
    keys = sorted(record, key=lambda name: name.encode("utf-16-be"))
    return json.dumps({key: record[key] for key in keys}, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize("number", standard.DATA_SETS)
def test_each_field_goes_to_its_side(number):
    entry = standard.data_set(number)
    public, private = parts(number)
    for field in entry.fields:
        if field.scope == "government":
            assert field.name not in public and field.name in private
        else:
            assert field.name in public
            assert field.name not in private or public[field.name] != private[field.name]


def test_a_record_with_its_own_scope_decides_for_itself():
    opened, _ = parts("300", SCOPE="1")
    closed, kept = parts("300", SCOPE="2")
    assert opened["VIOLATING_NAME"].startswith("演示") and "PLATFORM_CODE" not in opened
    assert closed == {} and kept["VIOLATING_NAME"].startswith("演示")


def test_both_parts_are_canonical():
    checked = standard.check(
        "503", standard.example("503") | {"NOTICE_CONTENT": '引号" 斜杠\\/ \t\n\r é\u2028\x7f'}
    )
    assert checked.faults == ()
    assert checked.public == jcs(msgspec.json.decode(checked.public))
    assert checked.private == jcs(msgspec.json.decode(checked.private))


def test_canonical_json_agrees_with_the_rfc_on_order_and_escapes():
    record = {
        "\u20ac": "Euro",
        "\r": "CR",
        "\ufb33": "dagesh",
        "1": "One",
        "\U0001f600": "smile",
        "\x80": "x",
        "\xf6": "o",
    }
    escapes = {"a": "".join(map(chr, range(0x20))) + '"\\/\x7f'}
    assert list(json.loads(standard.canonical(record))) == [
        "\r",
        "1",
        "\x80",
        "\xf6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]
    assert standard.canonical(record) == jcs(record)
    assert standard.canonical(escapes) == jcs(escapes)


def test_personal_fields_are_masked_in_public_and_whole_in_private():
    public, private = parts("507")
    assert public["PM_CODE"] == ID[:3] + "*" * 11 + ID[-4:]
    assert private["PM_CODE"] == ID
    public, private = parts("100", LEGAL_CONTACT_PHONE="13812345678")
    assert (public["LEGAL_CONTACT_PHONE"], private["LEGAL_CONTACT_PHONE"]) == ("138****5678", "13812345678")


@pytest.mark.parametrize("around", ["{}", "身份证{}。", "ID:{}x", "{};{}", "证号\t{}\n", "no{}"])
def test_id_numbers_in_any_public_text_are_masked(around):
    text = around.replace("{}", ID)
    public, private = parts("503", NOTICE_CONTENT=text, NOTICE_NAME="x")
    assert ID not in public["NOTICE_CONTENT"] and ID[-4:] in public["NOTICE_CONTENT"]
    assert private["NOTICE_CONTENT"] == text


def test_a_winner_who_is_a_person_is_not_named_by_his_id_number():
    public, private = parts("513", WIN_BIDDER_CODE=f"12350100MB02709751;{ID}")
    assert public["WIN_BIDDER_CODE"].startswith("12350100MB02709751;310***")
    assert private["WIN_BIDDER_CODE"].endswith(ID)


def test_a_mistyped_id_number_in_a_code_field_is_masked_too():
    wrong = ID[:17] + ("0" if ID[17] != "0" else "1")
    public, private = parts("513", WIN_BIDDER_CODE=wrong)
    assert wrong[6:14] not in public["WIN_BIDDER_CODE"] and private["WIN_BIDDER_CODE"] == wrong
    assert parts("513", WIN_BIDDER_CODE="12320200466372674G")[0]["WIN_BIDDER_CODE"] == "12320200466372674G"


def test_official_numbers_are_not_taken_for_id_numbers():
    public, private = parts("502")
    assert public["BID_SECTION_CODE"] == standard.example("502")["BID_SECTION_CODE"]
    assert "BID_SECTION_CODE" not in private


def test_masks():
    assert standard.mask_id("310101199003071234") == "310***********1234"
    assert standard.mask_id("E1234567") == "******67" and "1234" not in standard.mask_id("1234")
    assert standard.mask_phone("13812345678;021-12345678") == "138****5678;021-12345678"
    assert standard.mask_account("6222021234561234") == "****1234"
    assert standard.mask_account("1234") == "****"
    assert standard.mask_text(f"1{ID}") == f"1{ID}"


def test_a_masked_record_shows_no_valid_id_number_at_all():
    fields = {
        field.name: ID for field in standard.data_set("1900").fields if field.notation.startswith("C..")
    }
    checked = standard.check("1900", standard.example("1900") | fields)
    assert not any(id_number_valid(found) for found in re.findall(r"\d{17}[\dXx]", checked.public.decode()))
