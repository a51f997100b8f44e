"""A really running site with demo data, and a real Chromium that looks at it at two widths."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from ggzy.desks.exchange.demo import SHOWCASE_PROJECT_CODE

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCREENS = {"desktop": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 30_000  # milliseconds; two busy cores also run the other tests
OURS = ("GGZY_", "DATABASE_URL", "PORT", "DJANGO_")  # what this run of tests set for itself


expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Live:
    """The running site: where it answers, and the folder in which it keeps everything."""

    url: str
    home: Path

    def found(self, words: str, **filters: str) -> list[dict]:
        """What a search finds, as the list's own download says it."""
        answer = httpx.get(f"{self.url}/notices.json", params={"q": words, **filters}, timeout=30)
        return [httpx.Response(200, text=line).json() for line in answer.text.splitlines()]

    def showcase(self, kind: str) -> dict:
        """A record of this kind of the project that goes through every stage."""
        family = self.found("松溪两岸综合整治及滨水绿道", kind=kind)
        return next(row for row in family if any(SHOWCASE_PROJECT_CODE in code for code in row["codes"]))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker runs all of them, on one site."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def records() -> int:
    """How many demo records the site starts with."""
    return 800


@pytest.fixture(scope="package")
def live(records: int) -> Iterator[Live]:
    """Started once for all browser tests, as a user starts it; stopped as a user stops it."""
    top = Path(tempfile.mkdtemp(prefix="ggzy-live-"))
    top.chmod(0o711)  # the database's own account must be able to pass through
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    process = subprocess.Popen(
        [sys.executable, "-m", "ggzy.web.cli", "run", "--port", str(port), "--records", str(records)],
        cwd=ROOT,
        env={**environment, "GGZY_HOME": str(top / "home"), "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        bufsize=1,
    )
    try:
        _await_ready(process)
        site = Live(f"http://localhost:{port}", top / "home")
        _await_records(site)
        yield site
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(top, ignore_errors=True)


def _await_ready(process: subprocess.Popen) -> None:
    """Read what it says until it is ready; then keep its pipe empty."""
    patience = threading.Timer(90, process.kill)
    patience.start()
    said = []
    for line in process.stdout:
        said.append(line)
        if "就绪" in line:
            break
    else:
        raise AssertionError("the site did not start: " + "".join(said[-20:]))
    patience.cancel()
    threading.Thread(target=process.stdout.read, daemon=True).start()


def _await_records(site: Live) -> None:
    """Wait until the last demo record is found, too: the index follows the ledger a moment later."""
    until = time.monotonic() + 30
    counted = -1
    while time.monotonic() < until:
        now = httpx.get(f"{site.url}/notices/count", timeout=30).json()["total"]
        if now == counted > 0 and site.found("", kind="outside"):
            return
        counted = now
        time.sleep(0.7)
    raise AssertionError(f"the demo data did not become searchable: {counted} found")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's own Chromium; as root it runs only without its sandbox.

    It goes with the last of these tests: while Playwright is there, its event loop seems to run, and Django lets
    nobody at the database.
    """
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield started
        started.close()


@pytest.fixture(params=list(SCREENS))
def screen(request) -> str:
    """Every browser test runs at both widths unless it asks for one."""
    return request.param


@pytest.fixture
def context(browser: Browser, live: Live, screen: str) -> Iterator[BrowserContext]:
    """A visitor of its own: no cookies of others."""
    opened = browser.new_context(
        base_url=live.url, locale="zh-CN", timezone_id="Asia/Shanghai", viewport=SCREENS[screen]
    )
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complained about. A test that provokes complaints checks and clears them."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.set_default_timeout(PATIENCE)
    yield found
    assert found == []


@pytest.fixture(autouse=True)
def _no_complaints(request) -> None:
    if "page" in request.fixturenames:
        request.getfixturevalue("complaints")
