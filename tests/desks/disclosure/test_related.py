"""Notices like this one."""

from ggzy.desks.disclosure.related import related


def test_titles_that_share_what_is_rare_are_related_and_the_own_trade_not_at_all(entries):
    one, *_ = entries(
        {"title": "浦东新区第三中学教学楼改造工程招标公告", "codes": ("project:A",), "market": "construction"},
        {"title": "浦东新区第三中学教学楼改造工程变更公告", "codes": ("project:A",), "market": "construction"},
        {"title": "黄浦区第三中学教学楼改造工程招标公告", "codes": ("project:B",), "market": "construction"},
        {"title": "静安区教学楼加固工程招标公告", "codes": ("project:C",), "market": "construction"},
        {"title": "污水处理厂扩建招标公告", "codes": ("project:D",), "market": "construction"},
        {"title": "第三中学教学楼改造工程招标公告", "codes": ("project:E",), "market": "procurement"},
        {"title": "第三中学教学楼改造工程", "codes": ("project:F",), "market": "construction", "listed": False},
    )
    assert [hit.code("project") for hit in related(one)] == ["B"]


def test_a_title_that_shares_nothing_has_no_relations(entries):
    one, *_ = entries({"title": "甲"}, {"title": "乙丙丁"}, {"title": "戊己庚辛壬癸"})
    assert related(one) == []
