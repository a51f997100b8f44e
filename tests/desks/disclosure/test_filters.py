from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict

from ggzy.desks.disclosure.filters import Query


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("since=2026-13-40", "开始日期“2026-13-40”无法识别"),
        ("until=昨天", "结束日期“昨天”无法识别"),
        ("since=2026-03-02&until=2026-03-01", "已对调"),
        ("amount_min=abc", "最低金额“abc”无法识别"),
        ("amount_max=NaN", "最高金额“NaN”无法识别"),
        ("amount_min=9&amount_max=1", "已对调"),
        ("sort=random", "没有“random”这种排序"),
        ("page=one", "页码“one”无法识别"),
        ("size=1e9", "每页条数“1e9”无法识别"),
        ("q=" + "长" * 500, "检索词最多 200 个字"),
    ],
)
def test_what_cannot_be_read_is_said_and_left_out(address, said):
    query = Query.parse(QueryDict(address))
    assert len(query.problems) == 1
    assert said in query.problems[0]


@pytest.mark.parametrize(
    "address", ["page=-5", "page=0", "size=0", "page=99999999", "size=100000", "q=%00", "market=", "x=y"]
)
def test_odd_numbers_are_brought_into_range(address):
    query = Query.parse(QueryDict(address))
    assert 1 <= query.page <= 10_000
    assert 1 <= query.size <= 100
    assert query.market == ()


def test_an_address_says_the_same_whatever_its_order():
    first = Query.parse(
        QueryDict("region=310115&q=道路&market=land&market=construction&page=3&amount_min=500,000")
    )
    second = Query.parse(
        QueryDict("amount_min=500000&market=construction&page=3&market=land&q=道路&region=310115")
    )
    assert first.url() == second.url()
    assert Query.parse(QueryDict(first.url())).url() == first.url()


def test_any_change_begins_at_the_first_page():
    query = Query(words="道路", page=7)
    assert "page" not in query.url(market=("land",))
    assert query.url(page=8) == "q=%E9%81%93%E8%B7%AF&page=8"


def test_each_chip_takes_one_filter_away():
    query = Query(
        "道路",
        market=("land", "other"),
        region=("310115",),
        since=date(2026, 3, 1),
        amount_max=Decimal(5),
        code="E31",
    )
    chips = query.chips()
    assert [chip.label for chip in chips] == [
        "道路", "土地使用权", "其他交易", "浦东新区", "发布于 2026-03-01 起", "金额 不超过 5 元", "编号 E31",
    ]  # fmt: skip
    left = Query.parse(QueryDict(chips[1].url))
    assert left.market == ("other",)
    assert left.words == "道路"
