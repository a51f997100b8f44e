"""A notice that leaves out region, principal or market is found by those of its lot, procedure or project."""

from ggzy.desks.disclosure import index, parties
from ggzy.desks.disclosure.inherited import Inheritance

BUYER = ("principal:91310000DEM000001H", "party:91310000DEM000001H")
PARENT = {
    "kind": "procedure", "stage": "approval", "listed": False, "principal": "甲局",
    "codes": ("procedure:P", *BUYER),
}  # fmt: skip
LOT = {"kind": "lot", "stage": "approval", "listed": False, "region": "", "codes": ("lot:L", "procedure:P")}
RESULT = {"stage": "result", "region": "", "market": "other", "codes": ("lot:L", "winner:W", "party:W")}


def test_a_result_takes_what_it_lacks_from_its_lot_and_the_lot_from_its_procedure(entries):
    inheritance = Inheritance()
    *_, found = (inheritance.complete(entry) for entry in entries(PARENT, LOT, RESULT))
    assert (found.region, found.principal, found.market) == ("310115", "甲局", "construction")
    assert found.codes == (*RESULT["codes"], BUYER[0])


def test_what_a_record_says_itself_stands(entries):
    inheritance = Inheritance()
    own = {**RESULT, "region": "440100", "principal": "乙局", "market": "procurement"}
    *_, found = entries(PARENT, LOT, own)
    for entry in entries(PARENT, LOT):
        inheritance.complete(entry)
    assert inheritance.complete(found) == found


def test_a_parent_that_passed_by_long_ago_is_asked_of_the_index(entries):
    *_, result = entries(PARENT, {**RESULT, "codes": ("procedure:P",)})
    found = Inheritance().complete(result)
    assert (found.region, found.principal, found.market) == ("310115", "甲局", "construction")


def test_an_unknown_family_leaves_a_notice_as_it_is(entries):
    *_, result = entries(RESULT)
    assert Inheritance().complete(result) == result


def test_a_principal_that_is_taken_over_is_no_party_that_the_record_names(entries):
    """A penalty in a buyer's trade is on the record of whom it names, and not on the buyer's."""
    penalty = {"kind": "outside", "stage": "penalty", "codes": ("lot:L", "party:W")}
    inheritance = Inheritance()
    made = entries(PARENT, LOT, penalty, {**RESULT, "winner": "丙公司"})
    completed = [inheritance.complete(entry) for entry in made]
    writer = index.Writer(index.fresh())
    for one in completed:
        writer.put(one)
    writer.commit(len(completed))
    writer.close()
    index.switch(writer.path)
    assert completed[2].principal == "甲局"
    buyer, firm = parties.party(BUYER[0].partition(":")[2]), parties.party("W")
    assert (buyer.penalties.total, firm.penalties.total) == (0, 1)
    assert (buyer.roles, firm.name) == (["principal"], "丙公司")
    assert buyer.named.total == 0
