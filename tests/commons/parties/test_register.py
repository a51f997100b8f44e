"""The register out of what several systems send: who is whom, what a person decides, and how it is taken back."""

from datetime import date

import pytest

from ggzy import standard
from ggzy.commons.parties import actions, facts, queries
from ggzy.commons.parties.following import catch_up
from ggzy.commons.parties.models import Entry, Link, Party
from ggzy.desks.exchange.demo.systems import credit_code
from ggzy.desks.exchange.prepare import Reporter
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Conflict, Forbidden, Unprocessable
from ggzy.kernel.ledger import feed
from ggzy.kernel.ledger.models import Event, Head

CODE, OTHER = credit_code("91", 345678), credit_code("91", 876543)
NAME = "示范市恒泰建设工程有限公司"
LAND = Reporter("91310000MA1K00002N", "system:91310000MA1K00002N")
FIRM = {"LEGAL_NAME": NAME, "LEGAL_CODE": CODE, "LEGAL_REPRESENT": "王小明", "LEGAL_CONTACT_PHONE": "13812345678",
        "LEGAL_UNIT_ADDRESS": "示范市云汀区人民路18号", "DATA_TIMESTAMP": "20260301090000"}  # fmt: skip
REGISTRAR = Act("account:registrar", "registrar", "web")


@pytest.fixture
def register(send, line, sequence, building):
    """Report parties (and other records) and let the register catch up; returns the records' numbers."""

    def reported(*records: tuple[str, dict], reporter: Reporter = building) -> list[int]:
        lines = [line(n, **{**fields, "PLATFORM_CODE": reporter.source}) for n, fields in records]
        answers = send(*lines, reporter=reporter)
        assert {answer["status"] for answer in answers} == {"accepted"}, answers
        sequence()
        catch_up()
        return [answer["id"] for answer in answers]

    return reported


def _do(name: str, **given):
    return perform(REGISTRAR, name, **given).result


def _parties() -> list[list[str]]:
    return [sorted(e.name for e in party.entries.all()) for party in Party.objects.order_by("pk") if party.state == "registered"]


def test_one_party_in_two_systems_is_one_with_the_ground_on_the_ledger(register):
    (first,) = register(("100", FIRM))
    (second,) = register(("100", FIRM | {"LEGAL_CODE": f"{CODE[8:16]}-{CODE[16]}"}), reporter=LAND)
    (party,) = Party.objects.all()
    assert (party.name, party.code, party.state) == (NAME, CODE, "registered")
    assert [link.ground for link in Link.objects.order_by("pk")] == ["new", "organisation_and_name"]
    told = Event.objects.filter(type="party.enter").order_by("idx").last().body
    assert f'"ground":"organisation_and_name","party":"{party.number}","record":{second}' in told
    assert facts.held([party.pk])[0].sources == sorted([LAND.source, standard.example("100")["PLATFORM_CODE"]])
    assert queries.by_code(f" {CODE.lower()} ") == party


def test_all_systems_are_told_by_a_record_like_any_other(register, sequence):
    register(("100", FIRM))
    register(("100", FIRM), reporter=LAND)
    sequence()
    head = Head.objects.get(data_set="1910")
    first, second = feed.versions(head.pk)
    party = Party.objects.get()
    assert f'"PARTY_NO":"{party.number}"' in first.public and LAND.source not in first.public
    assert LAND.source in second.public and CODE in second.public


def test_taking_the_same_in_again_changes_nothing(register, sequence):
    heads = register(("100", FIRM), ("100", FIRM | {"LEGAL_CODE": OTHER, "LEGAL_NAME": "示范市瑞丰商贸有限公司"}))
    before = Link.objects.count(), Head.objects.filter(data_set="1910").values_list("version", flat=True).first()
    perform(Act("clock", "clock", "clock"), "party.enter", heads=heads)
    assert (Link.objects.count(), Head.objects.filter(data_set="1910").values_list("version", flat=True).first()) == before
    assert catch_up() == 0


def test_a_likeness_is_asked_about_and_a_person_decides(register):
    register(("100", FIRM))
    register(("100", FIRM | {"LEGAL_NAME": "示范市恒泰物业管理有限公司"}), reporter=LAND)
    assert len(_parties()) == 2
    (question,) = queries.duplicates()
    assert question.ground == "code_and_people"
    step = _do("duplicate.confirm", duplicate=question.pk, reason="营业执照显示曾用名，证件 310101199003070000")
    assert _parties() == [[NAME, "示范市恒泰物业管理有限公司"]]
    assert not queries.duplicates()
    assert "310101199003070000" not in Event.objects.filter(type="duplicate.confirm").get().body
    merged = Party.objects.get(state="merged")
    assert queries.by_number(merged.number).state == "registered"
    _do("party.undo", step=step, reason="营业执照系伪造")
    assert len(_parties()) == 2 and len(queries.duplicates()) == 1
    _do("duplicate.dismiss", duplicate=question.pk, reason="两家公司")
    assert not queries.duplicates()
    newer = {"LEGAL_NAME": "示范市恒泰物业管理有限公司", "DATA_TIMESTAMP": "20260401090000", "LEGAL_WEB": "https://example.com/"}
    register(("100", FIRM | newer), reporter=LAND)
    assert len(_parties()) == 2 and not queries.duplicates(), "who was told that they are two is not asked again"


def test_an_entry_is_taken_out_and_the_step_can_be_undone(register):
    register(("100", FIRM))
    (second,) = register(("100", FIRM), reporter=LAND)
    party = Party.objects.get()
    number = _do("party.separate", entry=second, reason="同名不同企业")
    assert len(_parties()) == 2 and Entry.objects.get(pk=second).party.number.hex == number.replace("-", "")
    with pytest.raises(Unprocessable):
        _do("party.separate", entry=second, reason="再分一次")
    step = str(Link.objects.order_by("-pk").first().step)
    _do("party.undo", step=step, reason="核对后确为同一企业")
    assert Entry.objects.get(pk=second).party == party and _parties() == [[NAME, NAME]]
    with pytest.raises(Conflict):
        _do("party.undo", step=step, reason="撤销已撤销的步骤")
    with pytest.raises(Unprocessable):
        _do("party.undo", step=str(Link.objects.order_by("pk").first().step), reason="撤销首次登记")


def test_sources_that_differ_are_shown_field_by_field_and_settled(register, building):
    (first,) = register(("100", FIRM))
    (second,) = register(("100", FIRM | {"LEGAL_REPRESENT": "李大为", "DATA_TIMESTAMP": "20260501090000"}), reporter=LAND)
    party = Party.objects.get()
    fact = next(f for f in queries.disputed(party) if f.field.name == "LEGAL_REPRESENT")
    assert [(s.source, s.value) for s in fact.sayings] == [(building.source, "王小明"), (LAND.source, "李大为")]
    assert fact.chosen.value == "李大为", "until a person decides, the newest stands"
    _do("fact.settle", party=str(party.number), field="LEGAL_REPRESENT", entry=first, reason="登记机关的变更通知")
    assert facts.held([party.pk])[0].fact("representative") == "王小明"
    assert "LEGAL_REPRESENT" not in [f.field.name for f in queries.disputed(party)]
    _do("fact.unsettle", party=str(party.number), field="LEGAL_REPRESENT", reason="通知作废")
    assert facts.held([party.pk])[0].fact("representative") == "李大为"
    _do("fact.settle", party=str(party.number), field="LEGAL_REPRESENT", entry=first, reason="登记机关的变更通知")
    register(("100", FIRM | {"LEGAL_REPRESENT": "赵一", "DATA_TIMESTAMP": "20260601090000"}))
    assert "LEGAL_REPRESENT" in [f.field.name for f in queries.disputed(party)], "a newer version opens the question again"


def test_a_renamed_firm_stays_the_party_that_it_is(register):
    register(("100", FIRM))
    party = Party.objects.get()
    register(("100", FIRM | {"LEGAL_NAME": "示范市恒泰建设集团有限公司", "DATA_TIMESTAMP": "20260501090000"}))
    party.refresh_from_db()
    assert party.name == "示范市恒泰建设集团有限公司" and Party.objects.count() == 1
    assert queries.by_name("建设集团") == [party] and queries.by_name("恒泰建设工程") == []


def test_a_party_is_found_by_any_part_of_its_name(register):
    register(("100", FIRM), ("100", FIRM | {"LEGAL_CODE": OTHER, "LEGAL_NAME": "示范市瑞丰商贸有限公司"}))
    assert [p.name for p in queries.by_name("瑞丰")] == ["示范市瑞丰商贸有限公司"]
    assert [p.name for p in queries.by_name("恒")] == [NAME]
    assert len(queries.by_name("有限公司")) == 2 and queries.by_name("丰瑞") == [] and queries.by_name("（）") == []


def test_natural_persons_are_one_by_document_and_name_and_are_told_to_nobody(register, sequence):
    person = {"ID_CARD": "310101199003070003", "PERSON_NAME": "钱多多"}
    register(("114", person))
    register(("114", person), reporter=LAND)
    register(("114", {"ID_CARD": "310101199003070003", "PERSON_NAME": "孙三"}), reporter=Reporter("91310000MA1K00003L", "system:91310000MA1K00003L"))
    one, other = Party.objects.order_by("pk")
    assert one.entries.count() == 2 and other.entries.count() == 1, "one number with two names is a question for a person"
    assert [d.ground for d in queries.duplicates()] == ["code_alone"]
    sequence()
    assert not Head.objects.filter(data_set="1910").exists()
    assert "310101199003070003" not in str(list(Party.objects.values_list())) + str(list(Entry.objects.values_list()))


def test_what_is_said_besides_is_found_with_its_party(register):
    register(("100", FIRM), ("103", {"LEGAL_CODE": CODE, "QUAL_CERT_END_DATE": "20261231"}), ("101", {"LEGAL_CODE": CODE}))
    register(("111", {"UNIT_CODE": CODE, "ID_CARD": "310101199003070003"}))
    party = Party.objects.get()
    found = queries.details(party)
    assert list(found) == ["role", "qualification", "practitioner"]
    assert {"01", "03"} <= set(facts.held([party.pk])[0].roles)
    ends = [(day.isoformat(), one.kind.what) for day, one in queries.expiring(party, date(2027, 1, 1))]
    assert ("2026-12-31", "qualification") in ends
    assert not queries.expiring(party, date(2026, 1, 1))


def test_a_withdrawn_entry_no_longer_speaks(register, send, line, sequence, building):
    register(("100", FIRM))
    register(("100", FIRM | {"LEGAL_REPRESENT": "李大为", "DATA_TIMESTAMP": "20260501090000"}), reporter=LAND)
    send(line("100", key=CODE, op="3", DATA_TIMESTAMP="20260601090000", PLATFORM_CODE=LAND.source), reporter=LAND)
    sequence()
    catch_up()
    party = Party.objects.get()
    assert facts.held([party.pk])[0].fact("representative") == "王小明" and not queries.disputed(party)
    assert facts.held([party.pk])[0].sources == [building.source]


def test_only_a_registrar_decides(register):
    (head,) = register(("100", FIRM))
    with pytest.raises(Forbidden):
        perform(Act("account:x", "operator", "web"), "party.separate", entry=head, reason="x")
    with pytest.raises(Unprocessable):
        _do("party.separate", entry=head, reason="  ")
    assert actions.is_registrar.roles == {"registrar"}


def test_a_party_that_was_merged_meanwhile_stands_for_the_one_into_which(register):
    register(("100", FIRM))
    other = FIRM | {"LEGAL_NAME": "示范市恒泰物业管理有限公司"}
    third = FIRM | {"LEGAL_NAME": "示范市恒泰园林绿化有限公司"}
    register(("100", other), reporter=LAND)
    register(("100", third), reporter=Reporter("91310000MA1K00003L", "system:91310000MA1K00003L"))
    first, *rest = queries.duplicates()
    _do("duplicate.confirm", duplicate=first.pk, reason="曾用名")
    for question in rest:
        if len(_parties()) > 1:
            _do("duplicate.confirm", duplicate=question.pk, reason="曾用名")
        else:
            with pytest.raises(Conflict):
                _do("duplicate.confirm", duplicate=question.pk, reason="曾用名")
    assert [len(names) for names in _parties()] == [3]
    assert Party.objects.filter(state="registered").count() == 1
