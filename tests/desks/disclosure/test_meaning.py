"""What readers mean: other words for the same, and names by their initials."""

import pytest

from ggzy.desks.disclosure.initials import initials
from ggzy.desks.disclosure.query import Query, search


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("上海市第一人民医院", "shsdyrmyy dyrmyy"),
        ("重庆市渝中区教育委员会", "cqsyzqjywyh jywyh"),
        ("中国建设银行股份有限公司上海市分行", "zgjsyhgfyxgsshsfh"),
        ("ABC（中国）有限公司", "abczgyxgs"),
        ("长江", "cj"),
        ("、", ""),
    ],
)
def test_initials_as_people_type_them(name, found):
    assert initials(name) == found


def test_a_name_is_found_by_its_initials_with_or_without_its_place(entries):
    entries({"title": "改造工程", "principal": "上海市第一人民医院"}, {"title": "别的", "principal": "浦东建设"})
    for asked in ("shsdyrmyy", "dyrm", "SHSDYR", "改造 dyrmyy"):
        assert [hit.title for hit in search(Query(words=asked)).hits] == ["改造工程"], asked
    assert search(Query(words="rmyy")).total == 0
    assert search(Query(words="dyr")).total == 0


def test_words_that_say_the_same_are_found_and_marked_unless_quoted(entries):
    entries({"title": "计算机采购"}, {"title": "办公电脑采购"}, {"title": "桌椅采购"})
    page = search(Query(words="电脑 采购"))
    assert {hit.title for hit in page.hits} == {"计算机采购", "办公电脑采购"}
    assert page.also == ["计算机", "微机"]
    assert "<mark>计算机</mark>" in "".join(hit.title_html for hit in page.hits)
    assert [hit.title for hit in search(Query(words="“电脑”")).hits] == ["办公电脑采购"]


def test_an_installation_has_its_own_words(entries, settings, tmp_path):
    entries({"title": "甲水厂大修"}, {"title": "乙水站大修"})
    assert search(Query(words="水厂")).total == 1
    settings.HOME = tmp_path / "other"
    settings.HOME.mkdir()
    (settings.HOME / "synonyms.csv").write_text("水厂，水站\n\n,\n", "utf-8-sig")
    page = search(Query(words="水厂"))
    assert (page.total, page.also) == (2, ["水站"])
