"""A sender, and a way to write a file of any kind and convert it."""

import gzip
import json
from pathlib import Path

import pytest

from ggzy.desks.exchange.convert import Sender, convert


@pytest.fixture
def sender():
    return Sender("12339900MB00000274", "12339900MB00000199")


@pytest.fixture
def converted(tmp_path: Path, sender: Sender):
    """Write content (text, bytes, or objects as lines) to a file and convert it."""

    def run(content, *, zipped=False, start=0):
        if isinstance(content, list):
            content = "\n".join(json.dumps(one, ensure_ascii=False) for one in content)
        raw = content.encode() if isinstance(content, str) else content
        path = tmp_path / "source"
        path.write_bytes(gzip.compress(raw) if zipped else raw)
        return [*convert(path, sender, start)]

    return run
