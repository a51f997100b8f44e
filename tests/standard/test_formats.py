import pytest

from ggzy.standard.formats import is_day, is_moment, moment, parse_format
from ggzy.standard.numbers import fits, plain_number


@pytest.mark.parametrize(
    ("notation", "words"),
    [
        ("C18", "恰好 18 字"),
        ("C..200", "最多 200 字"),
        ("C..ul", "文字，长度不限"),
        ("N..20,6", "数字，最多 20 位，小数最多 6 位"),
        ("N3", "数字，最多 3 位，整数"),
        ("yyyyMMdd", "8 位日期，如 20260317"),
        ("yyyyMMddHHmmss", "14 位日期时间，如 20260317093000"),
    ],
)
def test_formats_are_told_in_words(notation, words):
    assert parse_format(notation).describe() == words


@pytest.mark.parametrize("notation", ["", "X3", "C.ul", "C", "N..ul,2x"])
def test_other_notations_are_refused(notation):
    with pytest.raises(ValueError, match="notation"):
        parse_format(notation)


def test_days_and_moments_are_real():
    assert is_day("20240229") and not is_day("20230229") and not is_day("２０２４０２２９")
    assert is_moment("20240229235959", 14) and not is_moment("20240229240000", 14)
    assert is_moment("202402291200", 12) and not is_moment("202402291260", 12)


def test_moments_are_chinese_time():
    assert moment("20260317").isoformat() == "2026-03-17T00:00:00+08:00"
    assert moment("202603170930").isoformat() == "2026-03-17T09:30:00+08:00"
    assert moment("20260317093015").isoformat() == "2026-03-17T09:30:15+08:00"
    assert moment("") is None and moment("20260230") is None and moment("2026031709") is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1500", "1500"),
        ("1.50e3", "1500"),
        ("0.10", "0.1"),
        ("-0.0", "0"),
        ("007", "7"),
        ("12e-3", "0.012"),
        ("123456789012345678.123456", "123456789012345678.123456"),
        ("1e999", None),
        ("1,000", None),
        (" 1", None),
        ("1_0", None),
        ("NaN", None),
        ("", None),
        ("１", None),
        ("9" * 1000, None),
    ],
)
def test_numbers_become_plain_decimals(text, plain):
    assert plain_number(text) == plain


def test_digits_before_and_after_the_point_are_counted():
    assert fits("12345678901234.123456", 20, 6)
    assert not fits("123456789012345", 20, 6)
    assert not fits("1.1234567", 20, 6)
    assert fits("-999", 3, 0) and not fits("1000", 3, 0)
