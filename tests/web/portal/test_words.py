"""Figures, moments and terms read the same on every page (a clerk's reading, not a programmer's)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from ggzy.kernel import clock
from ggzy.web.portal import words

NOON = datetime(2026, 3, 17, 1, 30, tzinfo=UTC)  # 09:30 in China, a Tuesday


@pytest.mark.parametrize(
    ("value", "full", "plain"),
    [
        ("1234567.89", "1,234,567.89 元", "123.46 万元"),
        (Decimal("9999.99"), "9,999.99 元", "9,999.99 元"),
        (10_000, "10,000.00 元", "1.00 万元"),
        ("123456789012", "123,456,789,012.00 元", "12,345,678.90 万元"),
        ("0", "0.00 元", "0.00 元"),
        (None, "—", "—"),
        ("", "—", "—"),
        ("面议", "面议", "面议"),
        ("NaN", "NaN", "NaN"),
    ],
)
def test_money_is_written_in_full_and_for_reading(value, full, plain):
    assert words.money(value) == full
    assert words.money_plain(value) == plain


def test_short_money_tells_the_full_figure():
    assert words.money_short("1234567.89") == '<span class="num" title="1,234,567.89 元">123.46 万元</span>'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (NOON, "2026-03-17 09:30（周二）"),
        ("20260317093000", "2026-03-17 09:30（周二）"),
        ("2026-03-17T01:30:00Z", "2026-03-17 09:30（周二）"),
        ("2026-03-17T09:30:00", "2026-03-17 09:30（周二）"),
        (date(2026, 3, 22), "2026-03-22（周日）"),
        ("20260317", "2026-03-17（周二）"),
        ("2026-03-17", "2026-03-17（周二）"),
        ("另行通知", "另行通知"),
        ("99999999", "99999999"),
        ("", "—"),
        (None, "—"),
    ],
)
def test_a_moment_has_its_weekday(value, text):
    assert words.plain_moment(value) == text


def test_a_moment_is_machine_readable():
    assert words.moment(NOON).startswith('<time class="moment" datetime="2026-03-17T09:30:00+08:00">')


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(days=2, hours=3, minutes=20), "2 天 3 小时"),
        (timedelta(days=2), "2 天"),
        (timedelta(hours=3, minutes=5), "3 小时 5 分钟"),
        (timedelta(minutes=12, seconds=40), "12 分钟"),
        (timedelta(seconds=20), "不到 1 分钟"),
        (timedelta(0), ""),
        (timedelta(seconds=-1), ""),
    ],
)
def test_what_is_left_is_said_in_the_two_largest_units(span, text):
    assert words.remaining(NOON + span, NOON) == text


def test_a_term_of_a_day_ends_with_that_day():
    assert words.is_ahead(words.day(clock.now()))
    assert not words.is_ahead(words.day(clock.now() - timedelta(days=1)))


def test_a_term_says_what_is_left_or_that_it_is_over():
    assert "还剩 2 天" in words.left(clock.now() + timedelta(days=2, minutes=1))
    assert words.left(clock.now() - timedelta(minutes=1)) == '<span class="muted">已截止</span>'
    assert words.left(None) == ""
    assert words.left("另行通知") == ""


def test_a_code_is_escaped_and_can_be_copied():
    assert 'data-copy="E3101&lt;"' in words.code("E3101<")
    assert words.code(None) == "—"


def test_a_party_leads_to_its_page_when_its_code_is_known():
    assert '<a href="/parties/91310000MA1FL0A12X">某公司</a>' in words.party("某公司", "91310000MA1FL0A12X")
    assert words.party("<某>", "") == "&lt;某&gt;"
    assert words.party("", None) == "—"


def test_an_unknown_market_keeps_its_code():
    assert words.market_tag("land") == '<span class="market edge-land">土地使用权</span>'
    assert words.market_tag("x<y") == '<span class="market">x&lt;y</span>'


@pytest.mark.parametrize(
    ("value", "text"), [(512, "512 字节"), (1536, "1.5 kB"), (5 * 2**20, "5.0 MB"), (None, "")]
)
def test_a_file_says_its_size(value, text):
    assert words.size(value) == text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2024-04-08 09:30:00", '<time class="moment" datetime="2024-04-08T09:30:00+08:00">2024-04-08 09:30（周一）</time>'),
        ("2024-04-08", '<time class="moment" datetime="2024-04-08">2024-04-08（周一）</time>'),
        ("2024-13-40", "2024-13-40"),
        ("12339900MD100000XG", '<span class="code">12339900MD100000XG</span>'),
        (
            "E3399000001000001001001;E3399000001000001001002",
            '<span class="code">E3399000001000001001001</span>；<span class="code">E3399000001000001001002</span>',
        ),
        ("示范市<b>第一</b>中学", "示范市<b>第一</b>中学"),
        ("", ""),
    ],
)
def test_a_fact_is_written_as_what_it_is(value, shown):
    assert str(words.fact(value)) == shown
    if "<b>" in value:
        assert not hasattr(words.fact(value), "__html__")  # the template escapes it
