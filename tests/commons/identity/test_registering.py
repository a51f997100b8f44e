"""A party registers once, by its own representative, who lets staff act for it."""

from uuid import uuid4

import pytest

from ggzy import standard
from ggzy.commons.identity.models import Account, Membership
from ggzy.commons.identity.queries import hats
from ggzy.commons.parties import facts, published, queries
from ggzy.commons.parties.following import catch_up
from ggzy.commons.parties.models import Party
from ggzy.desks.exchange.demo.systems import credit_code
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Conflict, Forbidden, NotFound, Refusal, Unprocessable
from ggzy.kernel.ledger import feed

CODE = credit_code("91", 345678)
WANG, LI, QIAN = "310101199003070003", "310101198812120019", "31010119850505002X"
FIRM = {k: v for k, v in standard.example("100").items() if k not in ("PLATFORM_CODE", "PUB_SERVICE_PLAT_CODE", "DATA_TIMESTAMP")} | {
    "LEGAL_NAME": "示范市恒泰建设工程有限公司", "LEGAL_CODE": CODE, "LEGAL_REPRESENT": "王小明",
}  # fmt: skip
REGISTRAR = Act("account:registrar", "registrar", "web")


@pytest.fixture
def settle(sequence):
    """Let the register keep up with what was written."""

    def settled() -> None:
        sequence()
        catch_up()
        sequence()

    return settled


@pytest.fixture
def wang(account, acting, settle):
    """The representative of a firm that he has registered, acting for it."""
    number = account("wang", document=WANG)
    perform(acting(number), "party.register", data_set="100", fields=FIRM)
    settle()
    return acting(number, "恒泰")


def test_the_representative_registers_and_every_system_can_read_it(wang):
    party = Party.objects.get()
    assert (party.code, party.name, wang.role, wang.party) == (CODE, FIRM["LEGAL_NAME"], "representative", str(party.number))
    assert facts.held([party.pk])[0].sources == [published.source()]
    told = [one for one in feed.published(0, feed.end()) if one.data_set in ("100", "1910")]
    assert {one.data_set for one in told} == {"100", "1910"} and all(one.source == published.source() for one in told)


def test_who_is_only_known_by_his_own_word_registers_nothing(account, acting):
    with pytest.raises(Forbidden) as refused:
        perform(acting(account("wang")), "party.register", data_set="100", fields=FIRM)
    assert refused.value.code == "party.assurance"
    with pytest.raises(Forbidden):
        perform(Act("visitor", "visitor", "web"), "party.register", data_set="100", fields=FIRM)


def test_somebody_else_than_the_representative_waits_for_the_registrar(account, acting, settle):
    number = account("li", "李大为", LI)
    done = perform(acting(number), "party.register", data_set="100", fields=FIRM).result
    assert done["state"] == "claimed" and hats(Account.objects.get(number=number)) == []
    perform(REGISTRAR, "membership.admit", party=done["party"], place=done["place"], reason="核对授权书")
    assert acting(number, "恒泰").role == "representative"


def test_who_claims_a_firm_that_others_know_under_another_representative_waits_too(send, line, account, acting, settle):
    send(line("100", **FIRM | {"LEGAL_REPRESENT": "赵一"}))
    settle()
    done = perform(acting(account("wang", document=WANG)), "party.register", data_set="100", fields=FIRM).result
    settle()
    assert done["state"] == "claimed" and Party.objects.count() == 1, "it is the same firm, and somebody must look"


def test_a_party_is_registered_once(wang, account, acting):
    with pytest.raises(Conflict) as refused:
        perform(acting(account("li", "李大为", LI)), "party.register", data_set="100", fields=FIRM)
    assert refused.value.code == "party.registered"


def test_every_field_that_does_not_fit_is_named(account, acting):
    with pytest.raises(Unprocessable) as refused:
        perform(acting(account("wang", document=WANG)), "party.register", data_set="100", fields=FIRM | {"LEGAL_NAME": "", "REG_CAPITAL": "x"})
    assert {"LEGAL_NAME", "REG_CAPITAL"} <= set(refused.value.more["fields"])


def test_a_natural_person_registers_for_himself_alone(account, acting, settle):
    qian = {**standard.example("114"), "ID_CARD": QIAN, "PERSON_NAME": "钱多多"}
    number = account("qian", "钱多多", QIAN)
    with pytest.raises(Forbidden):
        perform(acting(number), "party.register", data_set="114", fields=qian | {"ID_CARD": WANG})
    perform(acting(number), "party.register", data_set="114", fields=qian)
    settle()
    assert acting(number, "钱多多").role == "representative"
    assert Party.objects.get().kind == "natural"


def test_the_party_says_more_of_itself_and_takes_it_back(wang, settle, acting):
    party = Party.objects.get()

    def report(number: str, **fields: str) -> int:
        return perform(wang, "party.report", party=wang.party, data_set=number, fields=standard.example(number) | fields).result

    record = report("103", LEGAL_CODE=credit_code("91", 5), QUAL_CERT_NO="D1")
    report("111", ID_CARD=LI, UNIT_CODE=credit_code("91", 5))
    settle()
    report("112", ID_CARD=LI)
    settle()
    told = queries.details(party)
    assert [one.told["party_code"] for one in told["qualification"]] == [CODE], "whose it is is filled in"
    assert len(told["practitioner"]) == 1
    with pytest.raises(NotFound):
        report("112", ID_CARD=QIAN)
    report("100", **FIRM | {"LEGAL_WEB": "https://example.com/"})
    perform(wang, "party.retract", party=wang.party, record=record, reason="证书到期")
    settle()
    assert "qualification" not in queries.details(party)
    with pytest.raises(NotFound):
        perform(wang, "party.retract", party=wang.party, record=record, reason="再撤一次")
    with pytest.raises(Unprocessable):
        report("503")


def test_staff_do_what_they_may_and_no_more(wang, account, acting):
    number = account("li", "李大为")
    place = perform(wang, "membership.invite", party=wang.party, account=number, allowed=["bid", "staff"]).result
    li = acting(number)
    with pytest.raises(StopIteration):
        acting(number, "恒泰")
    assert Account.objects.get(number=number).family == "", "an invitation binds nobody"
    perform(li, "membership.accept", party=wang.party, place=place)
    li = acting(number, "恒泰")
    assert (li.role, li.scope) == ("staff", ("bid", "staff"))
    refused = [
        ("party.report", {"party": wang.party, "data_set": "100", "fields": FIRM}),
        ("membership.invite", {"party": wang.party, "account": account("sun"), "allowed": ["pay"]}),
        ("membership.invite", {"party": wang.party, "account": account("zhou"), "allowed": [], "position": "representative"}),
        ("membership.end", {"party": wang.party, "place": Membership.objects.get(position="representative").pk, "reason": "x"}),
        ("membership.admit", {"party": wang.party, "place": place, "reason": "x"}),
    ]
    for name, given in refused:
        with pytest.raises(Forbidden):
            perform(li, name, **given)
    perform(wang, "membership.change", party=wang.party, place=place, allowed=["profile"])
    assert acting(number, "恒泰").scope == ("profile",)
    perform(acting(number), "membership.end", party=wang.party, place=place, reason="离职")
    assert hats(Account.objects.get(number=number)) == []


def test_the_last_representative_cannot_leave(wang, account, acting):
    place = Membership.objects.get().pk
    with pytest.raises(Conflict) as refused:
        perform(wang, "membership.end", party=wang.party, place=place, reason="离职")
    assert refused.value.code == "membership.last_representative"
    with pytest.raises(Conflict):
        perform(wang, "account.close", account=wang.actor.partition(":")[2], reason="离职")
    number = account("li", "李大为", LI)
    new = perform(wang, "membership.invite", party=wang.party, account=number, allowed=[], position="representative").result
    perform(acting(number), "membership.accept", party=wang.party, place=new)
    perform(wang, "membership.end", party=wang.party, place=place, reason="卸任")


def test_nobody_acts_for_another_party(wang, account, acting, settle):
    other = FIRM | {"LEGAL_CODE": credit_code("91", 777), "LEGAL_NAME": "示范市瑞丰商贸有限公司", "LEGAL_REPRESENT": "李大为"}
    number = account("li", "李大为", LI)
    perform(acting(number), "party.register", data_set="100", fields=other)
    settle()
    li = acting(number, "瑞丰")
    for name, given in [
        ("party.report", {"data_set": "100", "fields": FIRM}),
        ("party.retract", {"record": 1, "reason": "x"}),
        ("membership.invite", {"account": number, "allowed": []}),
        ("membership.change", {"place": 1, "allowed": []}),
    ]:
        with pytest.raises(Refusal) as refused:
            perform(li, name, party=wang.party, **given)
        assert refused.value.status == 403, name


def test_one_person_has_one_account(account):
    account("wang", document=WANG)
    with pytest.raises(Conflict) as refused:
        account("wang2", document=f" {WANG} ")
    assert refused.value.code == "account.document_taken"
    with pytest.raises(Conflict) as refused:
        account("WANG")
    assert refused.value.code == "account.login_taken"


@pytest.mark.parametrize("actor", ["system:91310000MA1K00001R", "visitor", "account:registrar", "operator:zhang"])
def test_who_is_no_account_is_refused_and_breaks_nothing(db, actor):
    for party in ("", "x", "0" * 36, str(uuid4())):
        for act, given in [(Act(actor, "system", "api"), {}), (REGISTRAR, {"reason": "x"})]:
            with pytest.raises(Refusal):
                perform(act, "membership.end", party=party, place=2**63 - 1, **{"reason": "x"} | given)
    with pytest.raises(Refusal):
        perform(Act(actor, "person", "api"), "membership.accept", party="x", place=1)
