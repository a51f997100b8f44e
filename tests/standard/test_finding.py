"""Looking something up in the standard."""

import pytest

from ggzy import standard


def test_a_number_a_table_and_a_title_find_their_data_set_first():
    for text in ("503", "tender_ann_qua_inquery_ann", "招标公告与资格预审公告", "５０３"):
        assert standard.find(text).data_sets[0] == "503"


def test_a_field_is_found_in_all_its_sets_under_one_line():
    (found, *_others) = standard.find("UNIFIED_DEAL_CODE").fields
    assert found.name == "UNIFIED_DEAL_CODE" and {"300", "502", "650"} <= set(found.numbers)
    assert [f.numbers for f in standard.find("503 公告标题").fields] == [("503",)]


def test_codes_are_found_by_code_and_by_value():
    assert ("deal_class", "A01", "房屋建筑") in standard.find("a01").codes
    assert standard.find("房屋建筑").codes[0] == ("deal_class", "A01", "房屋建筑")
    assert standard.find("notice_nature").code_lists == ("notice_nature",)


@pytest.mark.parametrize("text", ["", "   ", "没有的词语", "%", "x" * 10_000, "\0"])
def test_anything_gets_an_answer(text):
    assert standard.find(text).total == 0 or text == "%"
