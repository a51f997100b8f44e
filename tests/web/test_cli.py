"""Bare `ggzy` says in Chinese what it can do."""

import subprocess
import sys
from pathlib import Path

from ggzy.web import cli

SOURCE = Path(cli.__file__).parents[2]


def test_bare_ggzy_lists_our_own_commands_with_a_line_each():
    said = cli.listing()
    for name in ("run", "verify", "import", "token", "demo", "reindex"):
        assert f"  ggzy {name} " in said
    assert "migrate" not in said and "runserver" not in said
    assert all(len(line.split(maxsplit=2)) == 3 for line in said.splitlines() if line.startswith("  "))


def test_a_command_still_explains_itself(tmp_path):
    asked = [sys.executable, "-m", "ggzy.web.cli"]
    own = {"PYTHONPATH": str(SOURCE), "GGZY_HOME": str(tmp_path)}
    bare = subprocess.run(asked, env=own, capture_output=True, text=True, timeout=60, check=True)
    assert bare.stdout == cli.listing()
    one = subprocess.run([*asked, "verify", "--help"], env=own, capture_output=True, text=True, timeout=60, check=True)
    assert "--vkey" in one.stdout
