"""What a reader sees of large and incomplete things: all of it, page by page, and what was taken from elsewhere."""

import csv
import re
from html import unescape

import pytest

from ggzy.desks.disclosure import parties, projects
from tests.web.portal.conftest import LOT, PROCEDURE, PROJECT, WINNER
from tests.web.portal.test_pages import text_of


def links(page: str) -> list[str]:
    """The addresses of a page's links, as a browser follows them."""
    return [unescape(address) for address in re.findall(r'href="([^"]+)"', page)]


def test_links_of_a_list_keep_everything_that_its_address_says(client, trade):
    page = client.get("/notices?q=松溪&market=construction&size=1&all=1&from=mail").content.decode()
    filters = re.search(r'<form class="filters".*?</form>', page, re.DOTALL)[0]
    assert 'name="all" value="1"' in filters and 'name="from" value="mail"' in filters
    changing = [address for address in links(page) if address.startswith("?")]
    assert len(changing) >= 3
    assert [address for address in changing if "all=1" not in address or "from=mail" not in address] == []


def test_pages_of_a_list_of_an_exact_code_stay_a_list(client, trade):
    page = client.get("/notices", {"q": PROCEDURE, "size": "1", "all": "1"}).content.decode()
    following = next(address for address in links(page) if "page=2" in address)
    assert client.get(f"/notices{following}").status_code == 200


def test_a_record_without_a_date_says_so_everywhere(client, trade, ledger, caught_up):
    own = {"TENDER_PROJECT_CODE": PROCEDURE, "BID_SECTION_CODE": LOT}
    (contract,) = ledger.publish(("512", "c", {**own, "CONTRACT_NAME": "施工合同", "BIDDER_CODE": WINNER, "BIDDER_NAME": "示范建工"}))
    caught_up()
    for address in (f"/notices/{contract}", "/notices?stage=contract", f"/projects/{PROJECT}"):
        assert re.search(r"施工合同.*未载明日期 · 入库于", text_of(client.get(address))), address
    head, row = csv.reader(client.get("/notices.csv?stage=contract").getvalue().decode("utf-8-sig").splitlines())
    assert dict(zip(head, row, strict=True))["发布时间"] == ""
    assert dict(zip(head, row, strict=True))["入库时间（未载明日期的）"]


def test_a_notice_shows_what_it_takes_from_its_project(client, ledger, caught_up):
    own = {"TENDER_PROJECT_CODE": PROCEDURE}
    _, _, result = ledger.publish(
        ("500", "p", {"PROJECT_CODE": PROJECT, "PROJECT_NAME": "松溪"}),
        ("501", "t", {**own, "PROJECT_CODE": PROJECT, "TENDERER_NAME": "浦东水务局"}),
        ("511", "c", {**own, "BID_SECTION_CODES": LOT, "PUBLICITY_NAME": "候选人公示"}),
    )
    caught_up()
    seen = text_of(client.get(f"/notices/{result}"))
    assert re.search(r"招标人 浦东水务局 \S+ 公告没有写，取自所属项目", seen)
    assert seen.count("取自所属项目") == 1  # its region stands in its own code


def test_a_large_stage_is_folded_with_its_count_and_leads_to_all(client, trade, ledger, caught_up, monkeypatch):
    monkeypatch.setattr(projects, "OPEN", 5)
    monkeypatch.setattr(projects, "PART", 4)
    own = {"TENDER_PROJECT_CODE": PROCEDURE, "BID_SECTION_CODE": LOT}
    ledger.publish(*(("507", f"b{n}", {**own, "BIDDER_NAME": f"示范{n}公司"}) for n in range(9)))
    caught_up()
    page = client.get(f"/projects/{PROJECT}")
    assert "投标人名单：9 条" in text_of(page)
    assert "这里是最早的 5 条，共 9 条。" in text_of(page)
    part = f"/projects/{PROJECT}?part=opening.bidders"
    assert "?part=opening.bidders" in links(page.content.decode())
    seen = [text_of(client.get(f"{part}&page={number}")) for number in (1, 2, 3)]
    assert "共 9 条，本页是第 5 至 8 条" in seen[1]
    assert all(any(f"示范{n}公司" in one for one in seen) for n in range(9))
    assert client.get(f"{part}&page=4").status_code == 404
    for bad in ("opening.<b>", "x", "lots", "opening", "."):
        assert client.get(f"/projects/{PROJECT}", {"part": bad, "page": "-3"}).status_code == 404


def test_a_party_turns_the_pages_of_each_list_and_shows_who_only_names_it(client, trade, ledger, caught_up, monkeypatch):
    monkeypatch.setattr(parties, "ON_A_PAGE", 2)
    own = {"TENDER_PROJECT_CODE": PROCEDURE, "BID_SECTION_CODE": LOT, "WIN_BIDDER_NAME": "示范建工"}
    ledger.publish(
        *(("513", f"r{n}", {**own, "NOTICE_NAME": f"结果{n}", "WIN_BIDDER_CODE": WINNER}) for n in range(4)),
        ("513", "x", {**own, "NOTICE_NAME": "另一份结果", "WIN_BIDDER_CODE": "91310000DEM000666X"}),
    )
    caught_up()
    first = client.get(f"/parties/{WINNER}")
    assert "共 5 项，这里是第 1 至 2 项，新的在前" in text_of(first)
    assert "?won=3#won" in links(first.content.decode())
    assert "共 5 项，这里是第 5 至 5 项" in text_of(client.get(f"/parties/{WINNER}?won=3&penalties=1"))
    seen = text_of(first)
    assert "写有“示范建工”这个名称的公告共 6 条，其中 1 条没有写上面这个代码" in seen
    assert re.search(r"另一份结果 .* 中标（成交）人一栏写着这个名称", seen)
    everything = next(address for address in links(first.content.decode()) if address.startswith("/notices?q="))
    assert '共 <b class="num">6</b> 条' in client.get(everything).content.decode()


@pytest.mark.parametrize("asked", ["won=x", "won=-1", "won=99999999999", "named=2", "won=²"])
def test_a_bad_page_of_a_party_is_one_that_there_is(client, trade, asked):
    assert client.get(f"/parties/{WINNER}?{asked}").status_code == 200
