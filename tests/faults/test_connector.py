"""The connector guide's examples do what they say, against the running platform."""

import subprocess
import sys
from pathlib import Path

from ggzy import standard
from ggzy.desks.exchange.packages import Enclosure, Outgoing, write
from tests.faults.installation import PLATFORM

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_python_example_runs_to_its_end(site, token):
    said = _run(sys.executable, str(EXAMPLES / "connector.py"), site.url, token, PLATFORM)
    assert "第一条：accepted" in said
    assert "变更流：读到本次示例的" in said


def test_the_curl_example_runs_to_its_end(site, token, tmp_path):
    package = tmp_path / "20260317-000001-1900.zip"
    package.write_bytes(
        write([Outgoing("1900", standard.example("1900"), enclosures=(Enclosure("公告.pdf", b"x"),))])
    )
    said = _run("sh", str(EXAMPLES / "connector.sh"), site.url, token, PLATFORM, str(package))
    assert [line.split("：")[0] for line in said.splitlines()] == [
        "第一条", "重复发送", "批量、压缩", "更正", "缺标题", "附件", "数据包", "撤回", "变更流",
    ]  # fmt: skip


def test_our_own_feed_conforms(site, token):
    _run(sys.executable, str(EXAMPLES / "connector.py"), site.url, token, PLATFORM)
    checked = site.command("conform", f"{site.url}/api/feed", "--partial")
    assert checked.returncode == 0, checked.stdout
    assert "1900 外来公告" in checked.stdout
