"""OCDS 1.1 releases and records become envelopes of data set 1900, one a stage, award and contract."""

import copy
import json
import random
import tracemalloc

import pytest

from ggzy import standard
from ggzy.desks.exchange.convert import Problem, convert, detect

OCID = "ocds-demo01-2026-0042"
PARTIES = [
    {
        "id": "CN-USCC-1",
        "name": "示范市云汀区图书馆",
        "roles": ["buyer"],
        "address": {"region": "浙江省", "countryName": "中国"},
    },
    {"id": "CN-USCC-2", "name": "示范天成招标代理有限公司", "roles": ["procuringEntity"]},
    {"id": "CN-USCC-3", "name": "示范恒达办公设备有限公司", "roles": ["supplier", "tenderer"]},
]
TENDER = {
    "id": "SFCG-42", "title": "阅览桌椅及书架采购", "description": "为新馆采购阅览家具。", "status": "active",
    "procuringEntity": {"id": "CN-USCC-2", "name": "示范天成招标代理有限公司"},
    "value": {"amount": 480000, "currency": "CNY"}, "procurementMethod": "open", "mainProcurementCategory": "goods",
    "tenderPeriod": {"startDate": "2026-03-01T00:00:00+08:00", "endDate": "2026-03-24T09:30:00+08:00"},
    "items": [{"id": "1", "description": "阅览椅", "quantity": 200, "unit": {"name": "把"}}],
    "documents": [{"id": "d1", "documentType": "tenderNotice", "url": "https://demo.invalid/notice/42"}],
}  # fmt: skip
AWARD = {
    "id": "aw-1", "title": "阅览桌椅及书架采购成交结果", "status": "active", "date": "2026-03-26T10:00:00+08:00",
    "value": {"amount": 455500.5, "currency": "CNY"},
    "suppliers": [{"id": "CN-USCC-3", "name": "示范恒达办公设备有限公司"}],
}  # fmt: skip
CONTRACT = {
    "id": "ct-1", "awardID": "aw-1", "title": "阅览桌椅采购合同", "status": "active", "dateSigned": "2026-04-02T00:00:00+08:00",
    "value": {"amount": 455500.5, "currency": "CNY"},
    "implementation": {"milestones": [{"id": "m1", "title": "到货验收", "status": "met"}]},
}  # fmt: skip


def release(tag, **more):
    """A release with a tag and all that a publisher usually repeats."""
    return {
        "ocid": OCID, "id": f"{OCID}-{tag}", "date": "2026-03-26T02:30:00Z", "tag": [tag], "initiationType": "tender",
        "parties": PARTIES, "buyer": {"id": "CN-USCC-1", "name": "示范市云汀区图书馆"}, "tender": TENDER, **more,
    }  # fmt: skip


def package(*releases, **more):
    """A release package."""
    return json.dumps({
        "uri": "https://demo.invalid/package", "version": "1.1", "publishedDate": "2026-03-27T00:00:00Z",
        "publisher": {"name": "示范市采购数据开放网"}, "releases": list(releases), **more,
    }, ensure_ascii=False)  # fmt: skip


def data_of(items):
    for item in items:
        assert not isinstance(item.content, Problem), str(item.content)
        checked = standard.check("1900", item.content["data"])
        assert (checked.faults, checked.warnings) == ((), ())
    return [item.content["data"] for item in items]


def test_a_tender_is_read_field_by_field(converted):
    (data,) = data_of(converted(package(release("tender"))))
    assert data["RECORD_ID"] == f"{OCID}:tender"
    assert data["TITLE"] == "阅览桌椅及书架采购"
    assert (data["MARKET"], data["STAGE"], data["INFO_TYPE"]) == ("02", "0201", "采购公告")
    assert (data["AMOUNT"], data["CURRENCY"]) == ("480000", "156")
    assert (data["ISSUER_NAME"], data["AGENT_NAME"]) == ("示范市云汀区图书馆", "示范天成招标代理有限公司")
    assert data["DATA_TIMESTAMP"] == "20260326103000"
    assert data["REGION_CODE"] == "330000"
    assert data["SOURCE_PLATFORM"] == "示范市采购数据开放网"
    assert data["URL"] == "https://demo.invalid/notice/42"
    assert data["CONTENT"] == "为新馆采购阅览家具。\n标的：阅览椅，数量 200把\n递交截止时间：2026-03-24 09:30"


def test_awards_and_contracts_each_get_their_own_record(converted):
    second = AWARD | {"id": "aw-2", "suppliers": [{"name": "甲公司"}, {"name": "乙公司"}]}
    data = data_of(converted(package(
        release("award", awards=[AWARD, second]), release("contract", awards=[AWARD], contracts=[CONTRACT]),
        release("implementation", awards=[AWARD], contracts=[CONTRACT]),
    )))  # fmt: skip
    assert [d["RECORD_ID"].removeprefix(OCID) for d in data] == [
        ":award:aw-1", ":award:aw-2", ":contract:ct-1", ":implementation:ct-1"
    ]  # fmt: skip
    assert [d["WINNER_NAME"] for d in data] == ["示范恒达办公设备有限公司", "甲公司;乙公司"] + [
        "示范恒达办公设备有限公司"
    ] * 2
    assert [d.get("STAGE") for d in data] == ["0202", "0202", "0203", None]
    assert data[0]["PUBLISH_TIME"] == "20260326100000"
    assert data[2]["PUBLISH_TIME"] == "20260402000000"
    assert data[3]["CONTENT"] == "履约节点：到货验收（met）"
    assert {d["PROJECT_CODE"] for d in data} == {OCID}


def test_an_update_is_a_new_version_of_the_same_record(converted):
    first, second = converted([release("tender"), release("tenderUpdate", date="2026-03-27T00:00:00Z")])
    assert first.content["key"] == second.content["key"]
    assert second.content["data"]["INFO_TYPE"] == "更正公告"
    assert first.content["data"]["DATA_TIMESTAMP"] < second.content["data"]["DATA_TIMESTAMP"]


def test_works_belong_to_construction_and_planning_has_its_budget(converted):
    works = release("planning", tender=TENDER | {"mainProcurementCategory": "works"},
                    planning={"rationale": "补齐短板", "budget": {"amount": {"amount": 1e6, "currency": "USD"}}})  # fmt: skip
    (data,) = data_of(converted([works]))
    assert (data["MARKET"], data["AMOUNT"], data["CURRENCY"], data["CONTENT"]) == (
        "01",
        "1000000",
        "840",
        "补齐短板",
    )


@pytest.mark.parametrize("value", [{"amount": -5, "currency": "CNY"}, {"amount": "12", "currency": "CNY"}, {"amount": True},
                                   {"amount": 1e30, "currency": "CNY"}, {"amount": 7, "currency": "XTS"}, [], None])  # fmt: skip
def test_an_amount_that_is_not_sure_is_left_out(converted, value):
    (data,) = data_of(converted([release("tender", tender=TENDER | {"value": value})]))
    assert "AMOUNT" not in data
    assert "CURRENCY" not in data


def test_a_record_gives_its_releases_or_its_compiled_release(converted):
    compiled = release("compiled", awards=[AWARD], contracts=[CONTRACT])
    linked = {
        "ocid": OCID,
        "releases": [{"url": "https://demo.invalid/r1", "date": "2026-03-01T00:00:00Z", "tag": ["tender"]}],
    }
    records = {"version": "1.1", "records": [
        linked | {"compiledRelease": compiled}, {"ocid": OCID, "releases": [release("tender")]}, linked,
    ]}  # fmt: skip
    items = converted(json.dumps(records, indent=1))
    assert [i.content["data"]["RECORD_ID"].removeprefix(OCID) for i in items[:4]] == [
        ":tender", ":award:aw-1", ":contract:ct-1", ":tender"
    ]  # fmt: skip
    assert items[4].content.code == "ocds.no_release"
    assert items[4].content.where == "records[2]"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"ocid": ""}, "ocds.no_ocid"), ({"date": "soon"}, "ocds.bad_date"), ({"date": None}, "ocds.bad_date"),
     ({"tag": []}, "ocds.no_tag"), ({"tag": [1]}, "ocds.no_tag"), ({"tag": ["feast"]}, "ocds.no_stage"),
     ({"tag": ["award"]}, "ocds.stage_without_content"), ({"tag": ["compiled"], "tender": None}, "ocds.no_stage")],
)  # fmt: skip
def test_a_bad_release_is_reported_with_its_place_and_the_others_go_on(converted, change, code):
    items = converted(package(release("tender"), release("tender") | change, release("tender")))
    problem = items[1].content
    assert (problem.code, problem.where) == (code, "releases[1]")
    assert problem.expected
    assert len(data_of([items[0], items[2]])) == 2


@pytest.mark.parametrize(
    "odd", [[], "text", 7, None, {"tender": 5, "awards": {}, "parties": "x", "buyer": []}]
)
def test_an_item_of_an_odd_shape_is_reported(converted, odd):
    good = release("tender")
    odd = good | odd if isinstance(odd, dict) else odd
    items = converted(json.dumps([good, odd, good]))
    assert len(items) == 3


def test_a_package_cut_short_gives_what_it_has_and_one_problem(converted):
    items = converted(package(*[release("tender")] * 50)[:-3000])
    assert len(items) > 30
    assert items[-1].content.code == "import.broken_off"
    assert all(not isinstance(item.content, Problem) for item in items[:-1])


@pytest.mark.parametrize("zipped", [False, True])
def test_an_import_goes_on_after_the_last_item_that_is_wholly_stored(converted, zipped):
    source = package(
        *[release("award", ocid=f"{OCID}-{n}", awards=[AWARD, AWARD | {"id": "b"}]) for n in range(5)]
    )
    whole = converted(source, zipped=zipped)
    assert [item.position for item in whole] == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5]
    rest = converted(source, zipped=zipped, start=whole[4].position)
    assert [item.content for item in rest] == [item.content for item in whole[4:]]


def test_a_large_package_is_never_held_in_memory(tmp_path, sender):
    path = tmp_path / "large.json"
    one = json.dumps(release("tender"), ensure_ascii=False)
    with path.open("w") as out:
        out.write('{"version":"1.1","releases":[' + one)
        out.writelines("," + one for _ in range(12_000))
        out.write('],"publisher":{"name":"某市"}}')
    assert detect(path).kind == "ocds-releases"
    tracemalloc.start()
    count = sum(1 for _ in convert(path, sender))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 12_001
    assert path.stat().st_size > 14_000_000
    assert peak < 4_000_000


def test_a_long_ocid_keeps_its_stages_apart(converted):
    data = data_of(
        converted([release("award", ocid="ocds-x-" + "长" * 120, awards=[AWARD, AWARD | {"id": "b"}])])
    )
    assert len({d["RECORD_ID"] for d in data}) == 2
    assert all(len(d["RECORD_ID"]) == 100 for d in data)


def test_a_title_that_is_too_long_is_cut(converted):
    (data,) = data_of(converted([release("tender", ocid="x" * 5000, tender={"title": None})]))
    assert len(data["TITLE"]) == 600


ODD = [None, [], {}, "", 0, -1, 1e300, True, "x" * 5000, [None], [[1]], {"id": {}}, "\x00\u2028", 10**400]


def spoilt(dice, value):
    """The value with something in it replaced by something odd."""
    if value and isinstance(value, dict | list) and dice.random() < 0.8:
        place = dice.choice(list(value)) if isinstance(value, dict) else dice.randrange(len(value))
        value[place] = spoilt(dice, value[place])
        return value
    return copy.deepcopy(dice.choice(ODD))


@pytest.mark.parametrize("packed", [False, True])
def test_whatever_is_spoilt_in_a_release_gives_a_right_envelope_or_a_problem(converted, packed):
    dice = random.Random(20160206)
    whole = release("compiled", planning={"rationale": "需要"}, awards=[AWARD], contracts=[CONTRACT])
    odd = [whole, *(spoilt(dice, spoilt(dice, copy.deepcopy(whole)) or {}) for _ in range(1500))]
    items = converted(json.dumps({"releases": odd}) if packed else odd)
    problems = [item.content for item in items if isinstance(item.content, Problem)]
    assert all(problem.what and problem.expected and problem.where for problem in problems)
    assert len(data_of([item for item in items if not isinstance(item.content, Problem)])) > 1000
