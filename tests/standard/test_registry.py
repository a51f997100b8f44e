import json

import pytest

from ggzy import standard
from ggzy.standard.layout import layout_of

KINDS = {"project", "procedure", "lot", "opening"}


@pytest.fixture
def own_standard():
    yield standard.load
    standard.load()


def test_all_national_sets_and_ours_are_there():
    assert len(standard.DATA_SETS) == 106
    assert sum(len(entry.fields) for entry in standard.DATA_SETS.values()) > 2000
    assert standard.data_set("503").title == "招标公告与资格预审公告"
    assert standard.VERSION == "2.0"


def test_old_numbers_find_the_new_sets():
    assert standard.data_set("800") is standard.data_set("1800")
    assert standard.data_set("801").number == "1801"


def test_an_unknown_number_is_named():
    with pytest.raises(standard.UnknownDataSet, match="9999"):
        standard.data_set("9999")


@pytest.mark.parametrize("number", standard.DATA_SETS)
def test_every_set_tells_who_sent_it_and_when(number):
    entry = standard.data_set(number)
    assert entry.key
    assert entry.meanings["platform_code"] == ("PLATFORM_CODE",)
    assert entry.meanings["timestamp"] == ("DATA_TIMESTAMP",)
    assert {kind for kind, _ in (*entry.declares, *entry.parents, *entry.mentions)} <= KINDS
    assert entry.stage is None or entry.stage in standard.stages()
    assert not entry.field("PLATFORM_CODE").public


def test_every_parent_is_declared_somewhere_in_its_market():
    declared = {(entry.market, kind) for entry in standard.DATA_SETS.values() for kind, _ in entry.declares}
    for entry in standard.DATA_SETS.values():
        for kind, name in entry.parents:
            assert (entry.market, kind) in declared, (entry.number, kind, name)


def test_credit_and_supervision_sets_are_never_held():
    for number in ("208", "300", "302", "303", "304", "305", "306", "400", "402", "404"):
        assert standard.data_set(number).parents == ()


def test_changed_cells_keep_what_stood_there():
    unit = standard.data_set("510").field("PRICE_UINT")
    assert unit.origin["required"] == "是" and not unit.required
    assert standard.data_set("656").field("QT_DESIGN_SCOPE").notation == "N..20,6"
    assert standard.data_set("1000").field("CA_QUOTA_CODE").title == "公告编号"
    assert standard.data_set("1050").field("POLLUTION_RIGHTS_PERIOD").title == "排污权期限"


def test_code_lists():
    assert standard.code_list("tender_mode").values == {"1": "公开招标", "2": "邀请招标"}
    assert standard.code_list("region").values["310115"] == "浦东新区"
    assert standard.code_list("price_form").closed and not standard.code_list("party_role").closed
    with pytest.raises(KeyError):
        standard.code_list("nothing")


def test_a_record_in_house_words():
    entry = standard.data_set("652")
    told = entry.told(standard.example("652"))
    assert told["amount"] == "100" and told["amount_unit"] == "1"
    assert told["winner_name"].startswith("演示")


def test_a_city_lays_its_own_lists_over_the_standard(tmp_path, own_standard):
    (tmp_path / "codes").mkdir()
    ours = {"id": "deal_class", "extends": True, "values": {"A97": "海洋渔港"}}
    (tmp_path / "codes" / "deal_class.json").write_text(json.dumps(ours))
    (tmp_path / "catalogue.json").write_text(
        json.dumps({"aliases": {"99": "503"}, "data_sets": {"503": {"key": ["URL"]}}})
    )
    record = standard.example("501") | {"TENDER_PROJECT_TYPE": "A97"}
    assert standard.check("501", record).warnings
    own_standard(tmp_path)
    assert standard.check("501", record).warnings == ()
    assert standard.data_set("99").key == ("URL",)
    assert standard.code_list("deal_class").values["A01"] == "房屋建筑"
    assert standard.check("503", standard.example("503")).key == "https://example.com/"


def test_a_city_adds_a_data_set(tmp_path, own_standard):
    entry = json.loads(json.dumps({"number": "1901", "table": "OURS", "title": "本市数据", "fields": []}))
    for name, form in (("PLATFORM_CODE", "C18"), ("DATA_TIMESTAMP", "yyyyMMddHHmmss"), ("NOTE", "C..5")):
        field = {"name": name, "title": name, "format": form, "required": True, "scope": "public"}
        entry["fields"].append(field)
    (tmp_path / "ours.json").write_text(json.dumps({"data_sets": [entry]}))
    own_standard(tmp_path)
    record = {
        "PLATFORM_CODE": "12350100MB02709751",
        "DATA_TIMESTAMP": "20260317093000",
        "NOTE": "六个字太长了",
    }
    assert [fault.code for fault in standard.check("1901", record).faults] == ["record.field_too_long"]


@pytest.mark.parametrize("meaning", [{"key": ["NOWHERE"]}, {"meanings": {"title": ["NOWHERE"]}}])
def test_a_file_that_names_no_field_is_refused_and_nothing_changes(tmp_path, own_standard, meaning):
    (tmp_path / "catalogue.json").write_text(json.dumps({"data_sets": {"503": meaning}}))
    before = standard.data_set("503")
    with pytest.raises(ValueError, match="NOWHERE"):
        own_standard(tmp_path)
    assert standard.data_set("503") is before


def test_a_layout_is_made_once():
    assert layout_of(standard.data_set("503")) is layout_of(standard.data_set("503"))


@pytest.mark.parametrize("number", ["505", "507", "515", "516", "519", "523", "557"])
def test_what_names_a_bidder_waits_for_the_opening(number):
    """招标投标法 22: nobody may learn before the opening who takes part, nor how many do."""
    assert "opening" in dict(standard.DATA_SETS[number].parents)


def test_no_set_of_bidders_or_guarantees_is_forgotten():
    waiting = [known for known in standard.DATA_SETS.values() if known.kind in ("bidders", "guarantee")]
    assert waiting and all("opening" in dict(known.parents) for known in waiting)
