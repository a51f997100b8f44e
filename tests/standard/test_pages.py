"""The standard as pages and files: every one answers, and says what the standard says."""

import json

import pytest
from jsonschema import Draft202012Validator

from ggzy import standard
from ggzy.desks.exchange.prepare import Line, Reporter, prepare
from ggzy.kernel import clock


@pytest.fixture(autouse=True)
def _no_index(settings, tmp_path):
    settings.HOME = tmp_path


def _text(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("number", standard.DATA_SETS)
def test_a_data_sets_page_has_every_field_under_its_own_name(client, number):
    text = _text(client, standard.page_address(number))
    for field in standard.data_set(number).fields:
        assert f'<tr id="{field.name}">' in text


@pytest.mark.parametrize("id", standard.CODE_LISTS)
def test_a_code_lists_page_has_every_code(client, id):
    text = _text(client, f"/standard/codes/{id}")
    assert all(f'id="v-{code}"' in text for code in standard.code_list(id).values)
    assert json.loads(_text(client, f"/standard/codes/{id}.json"))["values"] == standard.code_list(id).values


def test_every_address_in_the_listing_answers(client):
    listing = json.loads(_text(client, "/standard.json"))
    assert len(listing["data_sets"]) == len(standard.DATA_SETS)
    for entry in listing["data_sets"]:
        schema = json.loads(_text(client, entry["schema"].removeprefix("http://testserver")))
        assert schema["$id"] == entry["schema"]
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate(standard.example(entry["number"]))
    Draft202012Validator.check_schema(json.loads(_text(client, "/standard/schema.json")))


def test_the_catalogue_finds_by_name_number_and_code(client):
    assert 'href="/standard/503"' in _text(client, "/standard?q=503")
    assert 'href="/standard/513#BID_AMOUNT"' in _text(client, "/standard?q=bid_amount")
    assert 'href="/standard/codes/deal_class#v-A01"' in _text(client, "/standard?q=房屋建筑")
    assert "没有找到" in _text(client, "/standard?q=<b>甲乙丙丁</b>")
    assert "<b>甲乙丙丁" not in _text(client, "/standard?q=<b>甲乙丙丁</b>")
    assert "\0" not in _text(client, "/standard?q=%00503")


def test_the_versions_page_compares_and_survives_an_unknown_version(client):
    assert "本数据集由每条记录的公开范围" in _text(client, "/standard/versions")
    assert "两个版本没有差异" in _text(client, "/standard/versions?from=national&to=national")
    assert "没有您指定的版本" in _text(client, "/standard/versions?from=9.9")


def test_an_old_number_leads_to_the_new_one_and_an_unknown_one_is_told(client):
    assert client.get("/standard/800")["Location"] == "/standard/1800"
    for address in (
        "/standard/9999",
        "/standard/9999.schema.json",
        "/standard/codes/nothing",
        "/standard/codes/nothing.json",
    ):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "目录" in answer.content.decode()


def test_our_own_intake_takes_the_example_of_every_page(client):
    """As the page gives it: only the token must be that of the system which the example names."""
    source = standard.example("500")["PLATFORM_CODE"]
    reporter = Reporter(source, "system:example")
    for number, entry in standard.DATA_SETS.items():
        if entry.kind == "register":
            continue  # the platform's own: nobody sends it
        line = json.dumps({"data_set": number, "op": "1", "data": standard.example(number)}).encode()
        prepared = prepare(reporter, Line(1, line), clock.now())
        assert prepared.faults == [] and prepared.candidate is not None, (number, prepared.faults)


def test_sent_one_after_the_other_all_examples_are_accepted(send, line):
    """What hangs on a project, procedure, lot or opening comes after the example that declares it."""
    waiting = {number: entry for number, entry in standard.DATA_SETS.items() if entry.kind != "register"}
    while waiting:
        needed = {(entry.market, kind) for entry in waiting.values() for kind, _ in entry.declares}
        ready = [
            number
            for number, entry in waiting.items()
            if not any(
                (entry.market, kind) in needed - {(entry.market, k) for k, _ in entry.declares}
                for kind, _ in entry.parents
            )
        ]
        assert ready, waiting
        for number in ready:
            (answer,) = send(line(number))
            assert answer["status"] == "accepted", (number, answer)
            del waiting[number]
