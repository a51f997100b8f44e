"""Widgets keep their contract (docs/widgets.md), may be framed by anybody, and never run what a notice says."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from ggzy.kernel import clock
from ggzy.web.reach import colours

ROOT = Path(__file__).resolve().parents[3]
PAGES, DATA = ("/widgets/list", "/widgets/count"), ("/widgets/list.json", "/widgets/count.json")


def test_only_widgets_may_be_framed_and_they_hold_nothing_to_misuse(client, trade):
    for address in PAGES:
        answer = client.get(address)
        policy, page = answer["Content-Security-Policy"], answer.content.decode()
        assert "frame-ancestors *" in policy and "default-src 'none'" in policy and "X-Frame-Options" not in answer
        assert not re.search(r"<script|<form|<input|\sstyle=|\son\w+=", page) and not answer.cookies
        assert all('target="_blank" rel="noopener"' in link for link in re.findall(r"<a [^>]+>", page))
        assert answer["X-Robots-Tag"] == "noindex"
    for address in ("/", "/notices", "/widgets/demo", f"/notices/{trade['notice']}", "/exchange/sign-in"):
        assert "frame-ancestors 'none'" in client.get(address)["Content-Security-Policy"]


def test_data_is_open_to_scripts_of_any_site_for_reading_only(client, trade):
    for address in DATA:
        answer = client.get(address, headers={"origin": "https://hall.example"})
        assert answer["Access-Control-Allow-Origin"] == "*" and "Access-Control-Allow-Credentials" not in answer
        assert answer["Content-Type"] == "application/json" and not answer.cookies
        assert client.post(address).status_code == 405
    assert "Access-Control-Allow-Origin" not in client.get("/exchange/sign-in")


def test_the_contract_says_every_member_and_nothing_else(client, trade):
    """The tables of docs/widgets.md are the contract: names stand there in code marks at the start of a row."""
    text = (ROOT / "docs" / "widgets.md").read_text()
    said = set(re.findall(r"^\| `([a-z_]+)`", text, re.MULTILINE))
    found = client.get("/widgets/list.json").json()
    assert found["version"] == 1 and found["total"] == 2 and found["problems"] == []
    assert found.keys() | found["items"][0].keys() <= said
    assert client.get("/widgets/count.json").json().keys() == found.keys() - {"items"}
    assert {"q", "market", "stage", "kind", "region", "since", "until", "days", "code", "size", "theme", "accent"} <= said


def test_a_widget_shows_its_list_and_leads_to_the_whole_of_it(client, entries):
    entries(*({"title": f"道路 {n}", "market": "land"} for n in range(30)), {"title": "学校"})
    found = client.get("/widgets/list.json?q=道路&market=land&size=5").json()
    assert [item["title"] for item in found["items"]] == [f"道路 {n}" for n in range(29, 24, -1)] and found["total"] == 30
    assert found["more"] == "http://testserver/notices?q=%E9%81%93%E8%B7%AF&market=land"
    assert len(client.get("/widgets/list.json").json()["items"]) == 8
    assert len(client.get("/widgets/list.json?size=100").json()["items"]) == 20
    assert "<b>30</b>" in client.get("/widgets/count?market=land").content.decode()


def test_days_are_the_citys_last_days_with_today(client, entries, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 5, 20, 17, tzinfo=UTC))  # 21 May, 01:00 in the city
    entries(*({"published_at": datetime(2026, 5, 20, 16, 30, tzinfo=UTC) - timedelta(days=back)} for back in range(5)))
    assert [client.get(f"/widgets/count.json?days={days}").json()["total"] for days in (1, 2, 366)] == [1, 2, 5]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("days=0", "天数“0”无法识别"), ("days=x", "天数“x”无法识别"), ("theme=pink", "没有“pink”这种主题"),
        ("accent=red", "颜色“red”无法识别"), ("accent=ffff00&theme=light", "颜色 ffff00 在背景上看不清"),
        ("since=x", "开始日期“x”无法识别"), ("accent=%3Cscript%3E", "颜色“"), ("days=" + "9" * 5000, "天数“"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_and_the_rest_is_shown(client, trade, asked, said):
    for address in PAGES:
        page = client.get(f"{address}?{asked}").content.decode()
        assert said in page and "<script" not in page
    assert said in client.get(f"/widgets/list.json?{asked}").json()["problems"][0]


def test_only_colours_that_can_be_read_reach_the_style_sheet(client, trade):
    assert "--accent: #8a1f2d" in client.get("/widgets/colours.css?theme=light&accent=%238A1F2D").content.decode()
    for asked in ("accent=ffff00", "accent=}body{display:none", "accent=8a1f2d&theme=dark", "accent=url(//evil)"):
        assert "--accent" not in client.get(f"/widgets/colours.css?{asked}").content.decode()
    for theme, ground in colours.GROUNDS.items():
        style = Path(finders.find("widget.css")).read_text()
        assert f"#{ground}" in style, theme
    assert colours.can_be_read("000000", "ffffff") and not colours.can_be_read("777777", "888888")


def test_no_script_of_a_notice_is_markup(client, hostile):
    for address in PAGES:
        page = client.get(f"{address}?q=alert").content.decode()
        assert "<script" not in page and "<img" not in page
    body = client.get("/widgets/list.json").content
    assert json.loads(body)["items"][0]["title"] == hostile.title


def test_the_script_never_writes_markup():
    script = Path(finders.find("widget.js")).read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|createContextualFragment", script)
    assert len(script.encode()) < 8_000
