import pytest

from ggzy import standard


@pytest.mark.parametrize(
    ("deal", "role", "market"),
    [
        ("A07-12339900MB00000279-20240101-000001-8", "", "construction"),
        ("B01-1", "03", "land"),
        ("B02-1", "", "minerals"),
        ("C02-1", "", "property"),
        ("D01-1", "03", "procurement"),
        ("", "03", "construction"),
        ("Z99-1", "06", "procurement"),
        ("", "09", ""),
        ("", "", ""),
    ],
)
def test_a_deal_code_or_else_a_role_tells_the_market(deal, role, market):
    assert standard.market_of(deal, role) == market


@pytest.mark.parametrize("number", ["102", "103", "106"])
def test_a_qualification_is_public_with_its_holder(number):
    assert standard.data_set(number).field("LEGAL_CODE").public
    assert standard.data_set(number).field("LEGAL_CODE").origin["scope"] == "政务公开"
