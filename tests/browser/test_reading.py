"""What a reader does: find a notice, follow its project, compare versions, filter, with or without a mouse or scripts."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from ggzy.desks.exchange.demo import SHOWCASE_PROJECT_CODE, SHOWCASE_PROJECT_NAME
from tests.browser.conftest import SCREENS, Live

at_desktop = pytest.mark.parametrize("screen", ["desktop"], indirect=True)
at_phone = pytest.mark.parametrize("screen", ["phone"], indirect=True)

REAL = "上海市竞技体育训练管理中心乒乓球队赞助项目"
STAGES = ["立项与审批", "交易公告", "答疑澄清", "开标", "候选人公示", "结果公告", "合同", "履约", "质疑投诉", "信用奖惩"]


def test_a_real_notice_is_found_by_two_words(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox").fill("乒乓球 赞助")
    page.get_by_role("button", name="搜索").click()
    row = page.locator(".found > li", has_text=REAL)
    expect(row.locator("a mark")).to_have_text(["乒乓球", "赞助"])
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(REAL)
    expect(page.locator(".proof")).to_contain_text(re.compile(r"已存证 · 第 [\d,]+ 条"))


@at_desktop
def test_two_words_lead_to_the_time_line_as_the_readme_says(page: Page) -> None:
    page.goto("/notices?q=松溪 绿道")
    page.locator(".found a.title", has_text="绿道").first.click()
    page.get_by_role("link", name="看这个项目的全过程").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SHOWCASE_PROJECT_NAME)


def test_a_project_code_leads_straight_to_its_time_line(page: Page) -> None:
    page.goto("/about")
    page.get_by_role("searchbox").fill(SHOWCASE_PROJECT_CODE)
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url(f"**/projects/{SHOWCASE_PROJECT_CODE}")
    expect(page.get_by_role("heading", level=1)).to_have_text(SHOWCASE_PROJECT_NAME)


def test_a_project_shows_every_stage_and_folds_what_would_bury_them(page: Page, live: Live) -> None:
    page.goto(f"/notices/{live.showcase('invitation')['id']}")
    page.get_by_role("link", name="看这个项目的全过程").click()
    stages = page.locator(".timeline > li")
    expect(stages.get_by_role("heading", level=2)).to_have_text(STAGES)
    for stage in stages.all():
        assert 1 <= stage.get_by_role("link").count() <= 6
    bidders = stages.nth(STAGES.index("开标")).locator("details")
    announced = int(re.search(r"投标人名单：(\d+) 条", bidders.locator("summary").inner_text())[1])
    assert announced > 3
    expect(bidders.get_by_role("link").first).to_be_hidden()
    bidders.locator("summary").click()
    expect(bidders.get_by_role("link")).to_have_count(announced)
    bidders.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("投标人名单")


def test_versions_are_compared_word_by_word(page: Page, live: Live) -> None:
    page.goto(f"/notices/{live.showcase('invitation')['id']}")
    page.get_by_role("link", name="对比第 2 版与前一版").click()
    deadline = page.locator(".difference > li", has=page.get_by_role("heading", name="递交截止时间"))
    old, new = deadline.locator("del").all_inner_texts(), deadline.locator("ins").all_inner_texts()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", old[0])
    assert old[0] < new[0]
    text = page.locator(".difference > li", has_text="更正说明")
    expect(text.locator("ins").last).to_contain_text("更正")
    assert page.evaluate("getComputedStyle(document.querySelector('del')).textDecorationLine") == "line-through"
    assert page.evaluate("getComputedStyle(document.querySelector('ins')).borderBottomWidth") != "0px"


def _total(page: Page) -> int:
    return int(page.locator(".bar-top .count b").inner_text().replace(",", ""))


def _beside(page: Page, group: str, value: str) -> int:
    return int(page.locator(f".choice:has([name={group}][value={value}]) .count").inner_text().replace(",", ""))


@at_desktop
def test_filters_combine_and_chips_take_them_off(page: Page) -> None:
    page.goto("/notices")
    everything, market, stage = _total(page), _beside(page, "market", "procurement"), _beside(page, "stage", "result")
    assert everything > market > 0
    with page.expect_navigation():
        page.get_by_role("checkbox", name="政府采购").check()
    assert _total(page) == market
    both = _beside(page, "stage", "result")
    with page.expect_navigation():
        page.get_by_role("checkbox", name="结果公告").check()
    assert "market=procurement" in page.url and "stage=result" in page.url
    assert _total(page) == both < min(market, stage)
    assert set(page.locator(".found .market").all_inner_texts()) == {"政府采购"}
    assert page.locator(".filters .choice", has_text="-").filter(has_text=re.compile(r"^\s*-")).count() == 0
    page.get_by_role("link", name=re.compile(r"去掉条件：\s*政府采购")).click()
    expect(page.locator(".chip")).to_have_count(1)
    assert _total(page) == stage
    page.get_by_role("link", name=re.compile(r"去掉条件：\s*结果公告")).click()
    expect(page.locator(".chip")).to_have_count(0)
    assert _total(page) == everything


@at_phone
def test_filters_are_a_sheet_on_a_phone(page: Page) -> None:
    page.goto("/notices?q=示范市&all=1")
    expect(page.get_by_role("checkbox", name="土地使用权")).to_be_hidden()
    page.get_by_role("link", name="筛选（1）").click()
    land = _beside(page, "market", "land")
    page.get_by_role("checkbox", name="土地使用权").check()
    page.get_by_role("button", name="按条件筛选").click()
    expect(page.locator(".chip")).to_have_count(2)
    assert _total(page) == land > 0
    expect(page.get_by_role("link", name="筛选（2）")).to_be_visible()


def test_an_empty_list_says_what_to_do(page: Page) -> None:
    page.goto("/notices?q=不存在的词语组合甲乙丙&market=land")
    expect(page.get_by_role("heading", name="没有符合这些条件的公告")).to_be_visible()
    page.locator(".empty").get_by_role("link", name="去掉“不存在的词语组合甲乙丙”").click()
    assert _total(page) > 0


@at_desktop
def test_a_notice_is_reached_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("乒乓球 赞助")
    page.keyboard.press("Enter")
    page.wait_for_url("**/notices?q=*")
    for _ in range(120):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "(() => { const at = document.activeElement, shown = e => getComputedStyle(e).outlineStyle !== 'none';"
            " return [at === document.body ? 'body' : at.className || at.outerHTML.slice(0, 90), shown(at) || shown(at.closest('li') ?? at)]; })()"
        )
        assert seen[1], f"nobody sees that the focus is on {seen[0]!r}"
        if seen[0] == "title":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(REAL)


def test_everything_can_be_read_without_scripts(browser: Browser, live: Live, screen: str) -> None:
    context = browser.new_context(base_url=live.url, viewport=SCREENS[screen], java_script_enabled=False)
    page = context.new_page()
    page.goto("/notices?q=松溪两岸&kind=invitation")
    page.locator(".found a.title").first.click()
    expect(page.get_by_role("heading", name="一、项目概况")).to_be_visible()
    page.locator("details.fold > summary").click()
    expect(page.locator(".fields tr", has_text="招标人名称")).to_be_visible()
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    page.get_by_role("link", name="验证", exact=True).first.click()
    expect(page.locator("#verdict")).to_contain_text("开启浏览器脚本后")
    page.goto(f"/projects/{SHOWCASE_PROJECT_CODE}")
    expect(page.locator(".timeline > li")).to_have_count(len(STAGES))
    context.close()


@at_desktop
def test_on_paper_a_notice_is_a_document(page: Page, live: Live) -> None:
    page.goto(f"/notices/{live.showcase('invitation')['id']}")
    row = page.locator(".fields tr", has_text="招标人名称")
    assert not row.evaluate("e => e.checkVisibility({contentVisibilityAuto: true})")
    page.emulate_media(media="print")
    assert row.evaluate("e => e.checkVisibility({contentVisibilityAuto: true})")
    assert row.bounding_box()["height"] > 10
    for gone in (".masthead nav", ".masthead .find", ".actions", ".contents", ".copy"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator(".brand")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    text, rail = page.locator(".doc > .text").bounding_box(), page.locator(".rail.first").bounding_box()
    assert abs(text["width"] - rail["width"]) < 2
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_stranger_gets_from_a_proof_to_the_log_and_its_program(page: Page, live: Live) -> None:
    page.goto(f"/notices/{live.showcase('invitation')['id']}/proof")
    expect(page.locator("#whole ~ ol pre").nth(1)).to_contain_text(f"ggzy verify {live.url}/evidence/")
    page.get_by_role("link", name="这本日志的说明、检查点和文件").click()
    size = page.locator(".figures dd").first.inner_text()
    assert int(size.replace(",", "")) > 0
    expect(page.locator("pre", has_text="pip install")).to_contain_text(f"{live.url}/evidence/ggzy.tar.gz")
    with page.expect_download() as got:
        page.get_by_role("link", name="源代码").first.click()
    assert got.value.suggested_filename == "ggzy.tar.gz"


def test_an_error_says_what_it_means_and_what_to_do(page: Page, complaints) -> None:
    page.goto("/projects/E9999999999999999")
    page.get_by_role("link", name="这个错误代码的说明").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("没有这个项目")
    expect(page.get_by_role("heading", name="接下来怎么办")).to_be_visible()
    page.get_by_role("link", name="错误代码表").click()
    expect(page.get_by_role("link", name="request.bad_gzip")).to_be_visible()
    assert [c for c in complaints if "404" in c]
    complaints.clear()


@at_desktop
def test_a_contract_says_that_it_gives_no_date(page: Page, live: Live) -> None:
    page.goto(f"/notices/{live.showcase('contract')['id']}")
    expect(page.locator(".band")).to_contain_text("未载明日期 · 入库于")
    page.goto("/notices?kind=contract&market=construction")
    expect(page.locator(".found .at").first).to_contain_text("未载明日期 · 入库于")


@at_desktop
def test_turning_pages_of_a_code_stays_in_the_list(page: Page, live: Live) -> None:
    page.goto(f"/notices?q={SHOWCASE_PROJECT_CODE}001&all=1&size=2")
    page.get_by_role("link", name="下一页").click()
    page.wait_for_url("**all=1**")
    expect(page.locator(".pages [aria-current]")).to_have_text("2")
