import pytest

from ggzy.standard import dealcode, numbering
from ggzy.standard.identifiers import (
    id_check_char,
    id_number_valid,
    invest_project_valid,
    organisation_check_char,
    organisation_code_valid,
    party_valid,
    region_valid,
    uscc_check_char,
    uscc_valid,
)


@pytest.mark.parametrize("code", ["12350100MB02709751", "12320200466372674G", "12320000466011756J"])
def test_published_credit_codes_are_valid(code):
    assert uscc_valid(code)
    assert uscc_check_char(code[:17]) == code[17]


@pytest.mark.parametrize(
    "code", ["", "12350100MB02709752", "12350100MB0270975", "12350100MI02709751", "１" * 18]
)
def test_a_credit_code_with_a_slip_is_invalid(code):
    assert not uscc_valid(code)


def test_a_credit_code_carries_its_organisation_code():
    assert organisation_code_valid("12320200466372674G"[8:17])


def test_organisation_code_check_x_and_hyphen():
    body = next(f"{n:08d}" for n in range(100) if organisation_check_char(f"{n:08d}") == "X")
    assert organisation_code_valid(body + "X")
    assert organisation_code_valid(body + "-X")
    assert not organisation_code_valid(body + "1")


def test_id_number_needs_province_birthday_and_check():
    good = "31010119900307001" + id_check_char("31010119900307001")
    leap = "31010120000229001" + id_check_char("31010120000229001")
    no_day = "31010119900230001" + id_check_char("31010119900230001")
    no_province = "99010119900307001" + id_check_char("99010119900307001")
    assert id_number_valid(good) and id_number_valid(leap)
    assert not id_number_valid(no_day)
    assert not id_number_valid(no_province)
    assert not id_number_valid(good[:17] + ("0" if good[17] != "0" else "1"))
    assert party_valid(good)


def test_id_number_with_small_x():
    body = next(b for n in range(100) if id_check_char(b := f"310101199003070{n:02d}") == "X")
    assert id_number_valid(body + "x") and id_number_valid(body + "X")


def test_region_and_investment_project():
    assert region_valid("310115") and not region_valid("990000") and not region_valid("31011")
    assert invest_project_valid("2016-310000-47-01-000123") and not invest_project_valid(
        "2016-310000-47-01-00012"
    )


PUBLISHED_DEAL_CODES = {
    "D01-12350100MB02709751-20190627-527731-5": "7",
    "D03-12350100MB02709751-20200319-102642-5": "A",
    "B01-12350100MB02709751-20161231-211018-2": "T",
    "A99-91359128593462349A-20170601-002267-T": "6",
}


@pytest.mark.parametrize(("code", "right"), PUBLISHED_DEAL_CODES.items())
def test_published_deal_codes_parse_but_fail_their_check(code, right):
    parts = dealcode.parse(code)
    assert parts is not None and not parts.check_ok and not dealcode.valid(code)
    assert dealcode.valid(code[:-1] + right)


def test_deal_code_is_made_as_it_is_read():
    code = dealcode.make("D01", "12350100MB02709751", "20190627", 527731)
    assert code == "D01-12350100MB02709751-20190627-527731-7"
    assert dealcode.parse(code).serial == "527731"


@pytest.mark.parametrize("code", ["", "D01", "D01-12350100MB02709751-20190231-527731-7", "d01" + "-" * 37])
def test_other_texts_are_no_deal_codes(code):
    assert dealcode.parse(code) is None
    assert not dealcode.valid(code)


@pytest.mark.parametrize("day", ["20190231", "2019062", ""])
def test_no_deal_code_of_a_day_that_does_not_exist(day):
    with pytest.raises(ValueError, match="deal code"):
        dealcode.make("D01", "12350100MB02709751", day, 1)


@pytest.mark.parametrize("number", ["C1100000259", "E4401002701", "I1200005405", "S1407003401"])
def test_published_platform_numbers(number):
    assert numbering.kind_of(number) == "platform"


def test_numbers_hold_the_numbers_above_them():
    assert numbering.parse("E4401002701503104001") == {
        "platform": "E4401002701",
        "project": "E4401002701503104",
        "procedure": "E4401002701503104001",
    }
    assert numbering.parse("E44010027015031040") is None


def test_numbers_are_built_downward():
    platform = numbering.platform_number("E", "310000", 1)
    project = numbering.project_number(platform, 12)
    procedure = numbering.next_number(project, 1)
    lot = numbering.next_number(procedure, 999)
    beyond = numbering.next_number(procedure, 1000)
    assert (project, procedure, lot) == (
        "E3100000001000012",
        "E3100000001000012001",
        "E3100000001000012001999",
    )
    assert beyond == procedure + "00a"
    assert numbering.kind_of(numbering.next_number(lot, 7)) == "document"
    with pytest.raises(ValueError, match="no serial"):
        numbering.next_number(procedure, 0)
    with pytest.raises(ValueError, match="no number"):
        numbering.next_number(numbering.next_number(lot, 7), 1)
