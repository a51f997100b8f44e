"""The portal's tests publish records in a real ledger and read them through the real index."""

import pytest

from tests.desks.disclosure.conftest import _own_reader, caught_up, ledger

__all__ = ["_own_reader", "caught_up", "ledger", "trade"]

PROJECT = "E3100000001000001"
PROCEDURE = "E3100000001000001001"
LOT = "E3100000001000001001001"
WINNER = "91310000DEM000777X"
LONG = "示范市云汀区松溪两岸综合整治及滨水绿道建设工程（含桥梁、涵闸、泵站、景观照明及智慧水务配套设施）施工总承包招标公告"


@pytest.fixture
def trade(ledger, caught_up) -> dict[str, int]:
    """A trade from its project to its result, its notice corrected once; the address of each record."""
    own = {"TENDER_PROJECT_CODE": PROCEDURE}
    notice = {**own, "BID_SECTION_CODES": LOT, "NOTICE_NAME": LONG, "NOTICE_CONTENT": "一、概况\n治理河段<9.9>公里\n二、要求\n甲级\n三、联系"}
    heads = ledger.publish(
        ("500", "p", {"PROJECT_CODE": PROJECT, "PROJECT_NAME": "松溪综合整治"}),
        ("501", "t", {**own, "PROJECT_CODE": PROJECT, "TENDER_PROJECT_NAME": "松溪综合整治施工"}),
        ("502", "l", {**own, "BID_SECTION_CODE": LOT, "BID_SECTION_NAME": "一标段"}),
        ("503", "n", notice),
        ("513", "r", {**own, "BID_SECTION_CODE": LOT, "NOTICE_NAME": "=中标结果", "BID_AMOUNT": "12345.678901", "PRICE_UNIT": "1",
                      "WIN_BIDDER_NAME": "示范建工", "WIN_BIDDER_CODE": WINNER, "NOTICE_SEND_TIME": "20260317090000"}),
    )  # fmt: skip
    ledger.publish(("503", "n", {**notice, "NOTICE_CONTENT": "一、概况\n治理河段<9.8>公里\n二、要求\n甲级\n三、联系"}))
    caught_up()
    return dict(zip(("project", "procedure", "lot", "notice", "result"), heads, strict=True))
