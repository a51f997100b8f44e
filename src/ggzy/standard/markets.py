"""To which market a record belongs that several markets share: a penalty, an award, an approval."""

from __future__ import annotations

_BY_CLASS = {"A": "construction", "B01": "land", "B02": "minerals", "C": "property", "D": "procurement"}
"""交易分类 (V2.0, 4.3), as every 统一交易标识码 begins with one."""
_BY_ROLE = {
    **dict.fromkeys(("01", "02", "03"), "construction"),
    **dict.fromkeys(("04", "05", "06"), "procurement"),
}
"""主体角色 (12.1.5.3.3) that only one market knows: 招标投标 has 招标人…投标人, 政府采购 has 采购人…供应商."""


def market_of(deal_code: str, role: str) -> str:
    """The market that a deal code tells, or else a party's role in the trade; "" when neither does."""
    return _BY_CLASS.get(deal_code[:3]) or _BY_CLASS.get(deal_code[:1]) or _BY_ROLE.get(role, "")
