"""Bars start at zero, share one unit and lead to their records."""

from decimal import Decimal

from ggzy.web.portal.charts import chart, months


def test_bars_share_the_unit_of_the_highest():
    made = months([("2026-01", Decimal("150000000")), ("2026-02", Decimal("7500000"))])
    assert made.unit == "亿元"
    assert [(bar.label, bar.figure, bar.share, bar.gap) for bar in made.bars] == [
        ("2026.01", "1.50", "100.0", "0.0"),
        ("2026.02", "0.08", "5.0", "95.0"),
    ]


def test_smaller_figures_are_in_ten_thousands():
    made = chart([("2025", Decimal("29688000"))], lambda year: f"?y={year}")
    assert (made.unit, made.bars[0].figure, made.bars[0].url) == ("万元", "2,968.80", "?y=2025")


def test_a_month_leads_to_its_own_records():
    made = months([("2024-02", 1)])
    assert made.bars[0].url == "/notices?stage=result&since=2024-02-01&until=2024-02-29"


def test_nothing_is_drawn_when_there_is_nothing():
    assert months([]) is None
    assert months([("2026-01", Decimal(0)), ("2026-02", None)]) is None
