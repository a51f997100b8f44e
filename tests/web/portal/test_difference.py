"""What differs between two versions is shown as a reader would mark it with a pen."""

import time

from hypothesis import given
from hypothesis import strategies as st

from ggzy.web.portal import difference as difference_module
from ggzy.web.portal.difference import brief, difference

texts = st.text(st.sampled_from("投标截止时间为2026年3月17日\n ,.元AB"), max_size=80)


def test_a_date_is_replaced_whole():
    assert difference("截止2026-03-17，请按时", "截止2026-03-27，请按时") == [
        ("same", "截止"),
        ("del", "2026-03-17"),
        ("ins", "2026-03-27"),
        ("same", "，请按时"),
    ]


def test_an_amount_is_replaced_whole():
    parts = difference("预算 1,234,567.89 元", "预算 1,234,568.89 元")
    assert ("del", "1,234,567.89") in parts
    assert ("ins", "1,234,568.89") in parts


def test_a_term_is_replaced_whole():
    assert difference("正常公告", "更正公告") == [("del", "正常公告"), ("ins", "更正公告")]


def test_what_was_not_there_is_inserted():
    assert difference("", "新") == [("ins", "新")]
    assert difference("旧", "") == [("del", "旧")]
    assert difference("同", "同") == [("same", "同")]


@given(texts, texts)
def test_both_wordings_can_be_read_back(old, new):
    parts = difference(old, new)
    assert "".join(text for verb, text in parts if verb in ("same", "del")) == old
    assert "".join(text for verb, text in parts if verb in ("same", "ins")) == new


@given(texts, texts)
def test_brief_leaves_out_only_what_did_not_change(old, new):
    whole, short = difference(old * 5, new * 5), brief(difference(old * 5, new * 5))
    left_out = sum(int(text) for verb, text in short if verb == "gap")
    assert [part for part in short if part[0] in ("del", "ins")] == [p for p in whole if p[0] in ("del", "ins")]
    shown = sum(len(text) for verb, text in short if verb == "same")
    assert shown + left_out == sum(len(text) for verb, text in whole if verb == "same")


def test_long_stretches_are_cut_beside_the_change():
    short = brief(difference("前" * 500 + "甲" + "后" * 500, "前" * 500 + "乙" + "后" * 500))
    assert short == [
        ("gap", "460"),
        ("same", "前" * 40),
        ("del", "甲"),
        ("ins", "乙"),
        ("same", "后" * 40),
        ("gap", "460"),
    ]


def test_two_long_wordings_without_a_common_line_cost_little():
    began = time.perf_counter()
    difference("甲乙丙丁" * 20_000, "丙丁甲乙" * 20_000)
    assert time.perf_counter() - began < 1


def test_many_long_changed_lines_cost_no_more_than_one(monkeypatch):
    compared = []

    class Counted(difference_module.SequenceMatcher):
        def __init__(self, junk: None, a: list[str], b: list[str], autojunk: bool) -> None:
            compared.append(len(a) * len(b))
            super().__init__(junk, a, b, autojunk=autojunk)

    monkeypatch.setattr(difference_module, "SequenceMatcher", Counted)
    old = "".join(f"{'甲' * 1000}{line}\n" for line in range(50))
    parts = difference(old, old.replace("甲", "乙"))
    assert sum(compared) <= difference_module.PATIENCE
    assert "".join(text for verb, text in parts if verb != "ins") == old
