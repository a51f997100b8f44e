"""One party in many registers: what links by itself, what a person is asked, and what is never put together."""

import random

import pytest
from msgspec.structs import replace

from ggzy.commons.parties.matching import AUTOMATIC, Entry, Ground, match, traits
from ggzy.commons.parties.matching.register import CROWD
from ggzy.commons.parties.matching.rules import misspelt, titles
from ggzy.desks.exchange.demo.systems import credit_code

CODE, OTHER = credit_code("91", 345678), credit_code("91", 876543)
FIRM = Entry("1", "construction", "示范市恒泰建设工程有限公司", CODE, "王小明", "13812345678", "示范市云汀区人民路18号")


def _second(**changed: str) -> tuple[bool, Ground | None, list[Ground]]:
    """Is a second entry with these changes the same party; by which ground, and what is suggested?"""
    first, second = list(match([FIRM, replace(FIRM, id="2", source="land", **changed)]))
    return first[2] == second[2], second[1].ground, [s.ground for s in second[1].suggestions]


@pytest.mark.parametrize(("ground", "changed"), [
    (Ground.CODE_AND_NAME, {"representative": "", "phone": "", "address": ""}),
    (Ground.CODE_AND_NAME, {"name": " 示范市恒泰建设工程有限责任公司", "code": f" {CODE.lower()} "}),
    (Ground.ORGANISATION_AND_NAME, {"code": f"{CODE[8:16]}-{CODE[16]}"}),
    (Ground.ORGANISATION_AND_NAME, {"code": credit_code("92", 345678), "representative": "李四"}),
    (Ground.CODE_AND_SPELLING, {"name": "示范市恒泰健设工程有限公司", "phone": ""}),
    (Ground.NAME_AND_PEOPLE, {"code": "", "phone": ""}),
    (Ground.NAME_AND_PEOPLE, {"code": CODE[:-1] + "?", "address": "云汀区人民路18号3楼301室", "phone": ""}),
])  # fmt: skip
def test_a_name_with_another_fact_links_by_itself(ground, changed):
    assert _second(**changed) == (True, ground, [])
    assert ground in AUTOMATIC


@pytest.mark.parametrize(("ground", "changed"), [
    (Ground.CODE_AND_PEOPLE, {"name": "示范市恒泰物业管理有限公司"}),
    (Ground.CODE_ALONE, {"name": "示范市瑞丰商贸有限公司", "representative": "李四"}),
    (Ground.CODE_ALONE, {"name": "示范市恒泰建设工程有限公司云汀分公司"}),
    (Ground.NEAR_CODE, {"name": "示范市恒泰建设集团有限公司", "code": CODE[:9] + CODE[10] + CODE[9] + CODE[11:]}),
    (Ground.ONE_NAME_TWO_CODES, {"code": OTHER}),
    (Ground.NAME_ALONE, {"code": "", "representative": "李四"}),
    (Ground.NAME_ALONE, {"code": "", "representative": "王某"}),
    (Ground.SPELLING, {"code": "", "name": "示范市恒泰健设工程有限公司", "representative": "李四"}),
    (Ground.PEOPLE, {"code": "", "name": "示范市瑞丰商贸有限公司"}),
])  # fmt: skip
def test_less_is_a_question_to_a_person(ground, changed):
    assert _second(**changed) == (False, None, [ground])
    assert ground not in AUTOMATIC


@pytest.mark.parametrize("changed", [
    {"code": OTHER, "name": "示范市恒泰物业管理有限公司"},
    {"code": OTHER, "representative": "李四"},
    {"code": "", "name": "示范市瑞丰商贸有限公司", "representative": "李四", "phone": ""},
    {"code": "", "name": "示范市恒泰建设工程有限公司云汀分公司", "representative": "李四", "address": ""},
])  # fmt: skip
def test_sisters_and_strangers_are_left_alone(changed):
    same, ground, suggested = _second(**changed)
    assert (same, ground, suggested) == (False, None, [])


def test_what_tells_firms_apart_is_no_slip_of_the_pen():
    assert misspelt("示范恒泰建设工程", "示范恒泰健设工程")
    assert misspelt("示范恒泰建设工程", "示范恒泰建工程")
    assert not misspelt("示范第一建设工程", "示范第二建设工程")
    assert not misspelt("示范华东建设工程", "示范华西建设工程")
    assert not misspelt("示范恒泰建设工程", "示范恒泰建筑装饰")


def test_two_parties_of_one_name_and_one_person_are_not_chosen_between():
    twins = [replace(FIRM, code=CODE), replace(FIRM, id="2", code=OTHER)]
    *_, (_, decision, party) = match([*twins, replace(FIRM, id="3", code="")])
    assert decision.party is None and party == 2
    assert [s.ground for s in decision.suggestions] == [Ground.NAME_AND_PEOPLE] * 2


def test_a_party_with_a_code_is_joined_to_no_other_code_through_an_entry_without():
    between = replace(FIRM, id="2", code="", source="land")
    parties = {entry.id: party for entry, _, party in match([FIRM, between, replace(FIRM, id="3", code=OTHER)])}
    assert parties["1"] != parties["3"]


def test_the_order_in_which_registers_come_does_not_matter():
    entries = [FIRM, *(replace(FIRM, id=str(n), code=code, name=name) for n, (code, name) in enumerate([
        ("", FIRM.name), (CODE[8:17], FIRM.name), (OTHER, "示范市恒泰物业管理有限公司"), (CODE, "示范市恒泰健设工程有限公司"),
    ], 2))]  # fmt: skip
    groups = set()
    for seed in range(10):
        random.Random(seed).shuffle(entries)
        held: dict[int, set[str]] = {}
        for entry, _, party in match(entries):
            held.setdefault(party, set()).add(entry.id)
        groups.add(frozenset(map(frozenset, held.values())))
    assert groups == {frozenset({frozenset("1235"), frozenset("4")})}


@pytest.mark.parametrize("changed", [
    {"code": CODE[:place] + ("0" if CODE[place] != "0" else "1") + CODE[place + 1 :]} for place in range(8, 17)
] + [{"code": CODE[8:15] + "?" + CODE[16], "phone": ""}])  # fmt: skip
def test_a_wrong_character_anywhere_leaves_a_code_to_be_found_by(changed):
    renamed = {"name": "示范市瑞丰商贸有限公司", "phone": "", "address": ""}
    assert _second(**renamed | changed) == (False, None, [Ground.NEAR_CODE])


def test_a_telephone_of_a_whole_crowd_suggests_nobody():
    firms = [
        replace(FIRM, id=str(n), code=credit_code("91", n), name=f"示范市{n}号商贸有限公司", address="")
        for n in range(CROWD + 2)
    ]
    *_, (_, decision, _) = match([*firms, replace(FIRM, id="last", code="", address="")])
    assert decision.suggestions == ()
    *_, (_, decision, _) = match([*firms[:3], replace(FIRM, id="last", code="", address="")])
    assert [s.ground for s in decision.suggestions] == [Ground.PEOPLE] * 3


@pytest.mark.parametrize(("address", "door"), [
    ("示范市云汀区人民路18号", "人民路18"),
    ("云汀区人民路１８号3楼301室", "人民路18"),
    ("临江新区产业园", "临江新区产业园"),
    ("", ""),
])  # fmt: skip
def test_a_house_is_its_road_and_number(address, door):
    assert traits(replace(FIRM, address=address)).door == door


def test_every_ground_has_its_words():
    assert titles().keys() == set(Ground)
