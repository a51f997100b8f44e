"""The national portal's notices become envelopes of data set 1900, without a guess."""

from importlib.resources import files

import pytest

from ggzy import standard
from ggzy.desks.exchange.convert import Problem, convert, detect, portal, values

DEMO = files("ggzy.desks.exchange.demo") / "national-portal-notices.jsonl"
NOTICE = {
    "record_id": "00a1", "title": "云汀区图书馆阅览桌椅采购项目成交公告", "publish_date": "2026-03-16 17:05", "region": "北京",
    "issuer": "（盖章）", "agency": "/", "budget": "23.5 万元", "content_text": "成交供应商名称：\n示范恒达办公设备有限公司\n地址：某路",
    "project_code": "SF-1", "source_platform": "某平台", "business_type": "政府采购", "info_type": "中标公告",
}  # fmt: skip


def test_all_fifty_public_notices_pass_the_standard(sender):
    assert detect(str(DEMO)).kind == "portal"
    items = [*convert(str(DEMO), sender)]
    assert len(items) == 50
    for item in items:
        checked = standard.check("1900", item.content["data"])
        assert (checked.faults, checked.warnings) == ((), ())
        assert item.content["data"]["MARKET"] in ("01", "02", "90")
        assert item.content["data"]["REGION_CODE"].endswith("0000")


def test_a_notice_is_read_field_by_field(converted):
    data = converted([NOTICE])[0].content["data"]
    assert data["PUBLISH_TIME"] == data["DATA_TIMESTAMP"] == "20260316170500"
    assert (data["MARKET"], data["STAGE"], data["REGION_CODE"]) == ("02", "0202", "110000")
    assert (data["AMOUNT"], data["CURRENCY"], data["BUDGET_TEXT"]) == ("235000", "156", "23.5 万元")
    assert data["WINNER_NAME"] == "示范恒达办公设备有限公司"
    assert "ISSUER_NAME" not in data
    assert "AGENT_NAME" not in data


@pytest.mark.parametrize(
    ("written", "yuan"),
    [("0元 人民币", ""), ("750000.00 元", "750000"), ("23.5 万元", "235000"), ("1,436,000.00元", "1436000"), ("30.0", ""),
     ("28.38万元 人民币", "283800"), ("1.2亿元", "120000000"), ("1,43元", ""), ("约30万元", ""), ("286.6元/工日", ""),
     ("-5元", ""), ("98%", ""), ("9" * 30 + "元", ""), ("", "")],
)  # fmt: skip
def test_an_amount_is_taken_only_with_a_sure_unit(written, yuan):
    assert values.amount(written) == yuan


@pytest.mark.parametrize(
    ("title", "content", "expected"),
    [
        ("结果公告", "中标人:\n示范宏业建设工程有限公司\n金额", "示范宏业建设工程有限公司"),
        ("结果公告", "一标段\n中标人：示范甲建设有限公司\n二标段\n中标人：示范乙建设有限公司", ""),
        ("结果公告", "中标供应商名称\n中标供应商地址\n1\n示范甲有限公司", ""),
        ("中标候选人公示", "中标人：示范甲建设有限公司", ""),
        ("结果公告", "中标人：王某", ""),
    ],
)
def test_a_winner_is_taken_only_when_it_is_certain(title, content, expected):
    assert portal.winner(title, content) == expected


@pytest.mark.parametrize(
    ("change", "code"),
    [({"record_id": ""}, "import.field_missing"), ({"title": None}, "import.field_missing"),
     ({"publish_date": "昨天"}, "import.bad_time"), ({"publish_date": 20260316}, "import.bad_time"),
     ({"business_type": "月球采购"}, "import.unknown_market")],
)  # fmt: skip
def test_a_notice_that_lacks_something_is_reported_and_the_others_go_on(converted, change, code):
    bad, good = converted([NOTICE | change, NOTICE])
    assert isinstance(bad.content, Problem)
    assert bad.content.code == code
    assert bad.content.where == "第 1 行"
    assert good.content["key"] == "00a1"


def test_an_unknown_kind_keeps_its_words_and_gets_no_code(converted):
    data = converted([NOTICE | {"info_type": "其他公告", "region": "某星球"}])[0].content["data"]
    assert data["INFO_TYPE"] == "其他公告"
    assert "STAGE" not in data
    assert "REGION_CODE" not in data
