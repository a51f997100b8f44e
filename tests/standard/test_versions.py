"""Versions side by side; a further one is a file and nothing else."""

import json

import pytest

from ggzy import standard


@pytest.fixture
def own_standard():
    yield standard.load
    standard.load()


def test_the_national_text_keeps_every_cell_that_was_changed():
    known = standard.versions()
    assert len(known["national"].tables) == 104 and len(known["in-force"].tables) == 106
    found = {
        (d.number, d.field, d.cell): d for d in standard.differences(known["national"], known["in-force"])
    }
    assert found["656", "QT_DESIGN_SCOPE", "数据格式"].new == "N..20,6"
    assert found["1800", "", "编号"].old == "800"
    assert found["1900", "", ""].old == "" and "21" in found["1900", "", ""].new
    changed = sum(len(set(f.origin) - {"why"}) for e in standard.DATA_SETS.values() for f in e.fields)
    assert sum(bool(d.cell and d.field) for d in found.values()) == changed


def test_a_version_differs_not_from_itself():
    for version in standard.versions().values():
        assert standard.differences(version, version) == []


def test_a_further_version_is_a_file(tmp_path, own_standard):
    (tmp_path / "versions").mkdir()
    fields = [
        {
            "name": "BID_SECTION_CODE",
            "title": "标段编号",
            "format": "C..50",
            "required": True,
            "scope": "public",
        },
        {"name": "NEW_FIELD", "title": "新字段", "format": "C1", "required": False, "scope": "public"},
    ]
    draft = {"version": "3.0", "title": "数据规范 V3.0（征求意见稿）", "since": "2027-01-01", "data_sets": [
        {"number": "502", "table": "SECTION", "title": "标段", "fields": fields},
    ]}  # fmt: skip
    (tmp_path / "versions" / "national-3.0.json").write_text(json.dumps(draft))
    own_standard(tmp_path)
    known = standard.versions()
    assert known["3.0"].since == "2027-01-01" and len(standard.DATA_SETS) == 106
    found = standard.differences(known["in-force"], known["3.0"])
    cells = {(d.field, d.cell): (d.old, d.new) for d in found if d.number == "502"}
    assert cells["BID_SECTION_CODE", "数据格式"] == ("C23", "C..50")
    assert cells["NEW_FIELD", ""] == ("", "新字段 C1")
    assert cells["UNIFIED_DEAL_CODE", ""][1] == ""
    assert [d.number for d in found if d.new == "" and not d.field][:2] == ["100", "101"]


def test_a_citys_codes_are_told_apart(tmp_path, own_standard):
    (tmp_path / "codes").mkdir()
    ours = {
        "id": "deal_class",
        "extends": True,
        "version": "本市 2026",
        "since": "2026-01-01",
        "values": {"A97": "海洋渔港"},
    }
    (tmp_path / "codes" / "deal_class.json").write_text(json.dumps(ours))
    own_standard(tmp_path)
    known = standard.code_list("deal_class")
    assert (known.own, known.version, known.since) == (("A97",), "本市 2026", "2026-01-01")
