"""docs/connector.md cannot rot: each of its examples is run as it stands, and each code, path and status that it names is real."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.urls import Resolver404, resolve

from ggzy.desks.exchange import intake
from tests.faults.installation import PLATFORM

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "connector.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
PACKAGES = ROOT / "src" / "ggzy" / "desks" / "exchange" / "packages"
CHANGING = {"id", "event", "n", "receipt"}
"""What an answer says anew each time; the guide shows that it is there."""


@pytest.fixture
def reader(site, token, tmp_path):
    """Somebody who types the guide's examples in one folder, in their order."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "ggzy").write_text(f'#!/bin/sh\nexec {sys.executable} -m ggzy.web.cli "$@"\n')
    (programs / "ggzy").chmod(0o755)
    (programs / "python").symlink_to(sys.executable)
    environment = site.environment | {
        "PATH": f"{programs}:{os.environ['PATH']}", "URL": site.url, "TOKEN": token, "CODE": PLATFORM,
    }  # fmt: skip

    def run(language: str, example: str) -> str:
        command = ["sh", "-euc", example] if language == "sh" else [sys.executable, "-c", example]
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{example}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


def shape(answers: str) -> list[dict[str, Any]]:
    """Answers, their changing members shown only as being there."""
    lines = [json.loads(line) for line in answers.splitlines()]
    return [{name: ... if name in CHANGING else value for name, value in line.items()} for line in lines]


def test_each_example_does_what_the_guide_says(reader):
    said = ""
    for language, example in BLOCKS:
        if language in ("sh", "python"):
            said = reader(language, example)
        elif language == "json":
            assert shape(said) == shape(example)
    assert "N-4" not in said and "1900 外来公告" in said  # the last one: what the feed gave


def test_the_package_that_is_shown_is_taken_in(site, token):
    (document,) = [example for language, example in BLOCKS if language == "xml"]
    (listing,) = [example for language, example in BLOCKS if not language]
    name, guid = re.findall(r"── (\S+)", listing)
    content = re.search(r"says `(\w+)`", listing)[1].encode()
    assert hashlib.md5(content).hexdigest().upper() in document
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr(name, document.replace("$CODE", PLATFORM).encode("gbk"))
        package.writestr(guid, content)
    with site.client(token) as client:
        answer, _, summary = map(json.loads, client.post("/api/exchange/packages", content=packed.getvalue()).content.splitlines())
    assert (answer["status"], answer.get("warnings"), answer["file"]) == ("accepted", None, name)
    assert (summary["attachments"], summary["ignored"]) == (1, [])


def test_it_names_every_code_of_a_package_and_no_other():
    told = {
        f"package.{code}" for row in re.findall(r"^\| `package\..*?\|", GUIDE, re.MULTILINE) for code in re.findall(r"`(?:package)?\.(\w+)`", row)
    }  # fmt: skip
    sources = [*PACKAGES.glob("*.py"), PACKAGES.parent / "guids.py", *(ROOT / "src" / "ggzy" / "web").glob("*/packages.py")]
    code = "".join(path.read_text() for path in sources)
    made = set(re.findall(r'"(package\.\w+)"', code))
    assert told == made


def test_it_names_every_status_and_no_other():
    told = set(re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE))
    assert told == intake.WORDS.keys() - {"released"}


def test_each_path_that_it_names_is_there():
    missing = []
    for path in sorted(set(re.findall(r"(?:`(?:POST |GET )?|\$URL)(/(?:api|exchange)/[\w./-]*)", GUIDE))):
        try:
            resolve(path)
        except Resolver404:
            missing.append(path)
    assert missing == []
