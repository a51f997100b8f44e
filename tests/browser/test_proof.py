"""A reader's browser recomputes a notice's proof; whatever a dishonest server changes, it must say so."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Live

at_desktop = pytest.mark.parametrize("screen", ["desktop"], indirect=True)

STEPS = ["record", "batch", "leaf", "root", "checkpoint"]
Evidence = dict[str, Any]


def test_an_honest_proof_turns_green(page: Page, live: Live) -> None:
    page.goto(f"/notices/{live.showcase('invitation')['id']}")
    page.get_by_role("link", name="验证", exact=True).first.click()
    expect(page.locator("#verdict")).to_have_class(re.compile(r"\bgood\b"))
    expect(page.locator("#verdict")).to_contain_text("第 2 版与收到时一致，一个字也没有变过")
    expect(page.locator(".steps > li.checked")).to_have_count(len(STEPS))
    evidence = page.request.get(page.locator(".steps").get_attribute("data-evidence")).json()
    size, root = evidence["log"]["checkpoint"].split("\n")[1:3]
    expect(_value(page, "root")).to_have_text(base64.b64decode(root).hex())
    expect(_value(page, "batch")).to_have_text(base64.b64decode(evidence["batch"]["root"]).hex())
    expect(_value(page, "checkpoint")).to_contain_text(f"共 {size} 条")
    page.get_by_text("看被验证的内容").click()
    expect(page.locator("[data-content]")).to_contain_text("松溪两岸综合整治及滨水绿道建设工程施工招标公告")


@at_desktop
def test_a_record_that_came_alone_is_proven_too(page: Page, live: Live) -> None:
    page.goto(f"/notices/{live.found('', kind='outside')[0]['id']}/proof")
    expect(page.locator("#verdict")).to_contain_text("验证通过")


@at_desktop
def test_every_version_has_a_proof_of_its_own(page: Page, live: Live) -> None:
    page.goto(f"/notices/{live.showcase('invitation')['id']}/proof")
    expect(page.locator("#verdict")).to_contain_text("验证通过")
    last = _value(page, "record").inner_text()
    page.get_by_role("link", name="第 1 版").click()
    expect(page.locator("#verdict")).to_contain_text("第 1 版与收到时一致")
    expect(page.locator("#history")).to_contain_text("之后改过 1 次")
    expect(page.locator(".band")).to_contain_text("第 1 版已存证")
    assert _value(page, "record").inner_text() != last


def _flipped(text: str) -> str:
    """The same base64 with one bit of its last whole byte changed."""
    raw = bytearray(base64.b64decode(text))
    raw[-1] ^= 1
    return base64.b64encode(raw).decode()


def _flip(part: str, name: str | int) -> Callable[[Evidence], None]:
    def change(evidence: Evidence) -> None:
        holder = evidence[part]
        if isinstance(name, int):
            holder["path"][name] = _flipped(holder["path"][name])
        else:
            holder[name] = _flipped(holder[name])

    return change


def _content(evidence: Evidence) -> None:
    evidence["record"]["content"] = evidence["record"]["content"].replace("招标公告", "招标公吿", 1)


def _spaced(evidence: Evidence) -> None:
    evidence["record"]["content"] = evidence["record"]["content"].replace(":", ": ", 1)


def _withdrawn(evidence: Evidence) -> None:
    evidence["record"]["withdrawn"] = True


def _other_root(evidence: Evidence) -> None:
    evidence["event"]["json"] = evidence["event"]["json"].replace('"root":"', '"root":"A', 1)


def _later(evidence: Evidence) -> None:
    evidence["event"]["json"] = re.sub(r'"at":"2\d', '"at":"19', evidence["event"]["json"], count=1)


def _entry(evidence: Evidence) -> None:
    entry = json.loads(evidence["event"]["entry"])
    entry["t"] += 1
    evidence["event"]["entry"] = json.dumps(entry, separators=(",", ":"))


def _hidden(evidence: Evidence) -> None:
    evidence["event"]["salt"] = None


def _place(evidence: Evidence) -> None:
    evidence["batch"]["index"] ^= 1


def _short(evidence: Evidence) -> None:
    evidence["log"]["path"].pop()


def _long(evidence: Evidence) -> None:
    evidence["log"]["path"].append(evidence["log"]["path"][0])


def _checkpoint(line: int, change: Callable[[str], str]) -> Callable[[Evidence], None]:
    def spoil(evidence: Evidence) -> None:
        lines = evidence["log"]["checkpoint"].split("\n")
        lines[line] = change(lines[line])
        evidence["log"]["checkpoint"] = "\n".join(lines)

    return spoil


def _forged_signature(line: str) -> str:
    head, _, signature = line.rpartition(" ")
    return f"{head} {_flipped(signature)}"


@at_desktop
@pytest.mark.parametrize(
    ("change", "step"),
    [
        pytest.param(_content, "record", id="content"),
        pytest.param(_spaced, "batch", id="spelling"),
        pytest.param(_flip("record", "salt"), "batch", id="record-salt"),
        pytest.param(_flip("record", "private"), "batch", id="private-part"),
        pytest.param(_withdrawn, "record", id="withdrawn"),
        pytest.param(_flip("batch", 0), "batch", id="batch-path"),
        pytest.param(_place, "batch", id="place-in-batch"),
        pytest.param(_other_root, "leaf", id="event-root"),
        pytest.param(_later, "leaf", id="event-time"),
        pytest.param(_hidden, "leaf", id="event-salt-missing"),
        pytest.param(_entry, "root", id="log-entry"),
        pytest.param(_flip("log", 0), "root", id="log-path"),
        pytest.param(_short, "root", id="log-path-short"),
        pytest.param(_long, "root", id="log-path-long"),
        pytest.param(_checkpoint(2, _flipped), "root", id="checkpoint-root"),
        pytest.param(_checkpoint(0, lambda origin: f"not-{origin}"), "checkpoint", id="checkpoint-origin"),
        pytest.param(_checkpoint(4, _forged_signature), "checkpoint", id="checkpoint-signature"),
        pytest.param(_checkpoint(4, lambda line: "— nobody AAAA"), "checkpoint", id="checkpoint-unsigned"),
    ],
)
def test_tampered_evidence_turns_red_at_its_step(page: Page, live: Live, change, step: str) -> None:
    def spoil(route: Route) -> None:
        evidence = route.fetch().json()
        before = json.dumps(evidence)
        change(evidence)
        assert json.dumps(evidence) != before
        route.fulfill(json=evidence)

    page.route("**/api/evidence/record/**", spoil)
    _expect_red(page, live, step)


@at_desktop
def test_content_that_is_not_the_proven_one_turns_red(page: Page, live: Live) -> None:
    def spoil(route: Route) -> None:
        shown = route.fetch().json()
        shown["data"]["TENDERER_NAME"] = "示范市另一家单位"
        route.fulfill(json=shown)

    page.route(re.compile(r"/api/records/\d+/\d+$"), spoil)
    _expect_red(page, live, "record")


@at_desktop
def test_a_checkpoint_signed_with_another_key_turns_red(page: Page, live: Live) -> None:
    def spoil(route: Route) -> None:
        name, number, key = route.fetch().text().strip().split("+", 2)
        route.fulfill(body=f"{name}+{number}+{_flipped(key)}\n", content_type="text/plain")

    page.route("**/evidence/*/vkey", spoil)
    _expect_red(page, live, "checkpoint")


@at_desktop
def test_a_browser_without_ed25519_says_that_the_signature_was_not_checked(page: Page, live: Live) -> None:
    page.add_init_script("SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))")
    page.goto(f"/notices/{live.showcase('invitation')['id']}/proof")
    expect(page.locator("#verdict")).to_contain_text("只有签名没有核对")
    expect(page.locator("li.unchecked")).to_have_attribute("data-step", "checkpoint")


@at_desktop
def test_what_is_not_in_the_log_yet_is_neither_green_nor_red(page: Page, live: Live) -> None:
    def early(route: Route) -> None:
        route.fulfill(json={**route.fetch().json(), "log": None})

    page.route("**/api/evidence/record/**", early)
    page.goto(f"/notices/{live.showcase('invitation')['id']}/proof")
    expect(page.locator("#verdict")).to_contain_text("还没有写进已签名的日志")
    expect(page.locator(".failed, .checked")).to_have_count(0)


def _expect_red(page: Page, live: Live, step: str) -> None:
    page.goto(f"/notices/{live.showcase('invitation')['id']}/proof")
    verdict = page.locator("#verdict")
    expect(verdict).to_have_class(re.compile(r"\bbad\b"))
    expect(verdict).to_contain_text("验证没有通过")
    expect(page.locator(".failed")).to_have_attribute("data-step", step)
    expect(verdict).to_contain_text(page.locator(".failed h3").inner_text())
    expect(page.locator(".checked")).to_have_count(STEPS.index(step))


def _value(page: Page, step: str):
    return page.locator(f"[data-step={step}] [data-value]")
