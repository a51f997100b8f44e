"""The whole platform, started as people start it, in a home of its own; tests send to it and kill parts of it."""

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg

from ggzy import standard

SOURCE = Path(__file__).resolve().parents[2] / "src"
GGZY = (sys.executable, "-m", "ggzy.web.cli")
PLATFORM = standard.example("500")["PLATFORM_CODE"]
RECORDS = "/api/exchange/records"
logging.getLogger("httpx").setLevel(logging.WARNING)  # a line a request would bury what a failure prints
_FOREIGN = ("DATABASE_URL", "GGZY_TEST_HOME", "DJANGO_SETTINGS_MODULE", "PORT")


class Installation:
    """A running `ggzy run`."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="ggzy-faults-"))
        self.home.chmod(0o711)  # the database server's own user must be able to pass through
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
        self.environment = {**kept, "PYTHONPATH": str(SOURCE), "GGZY_HOME": str(self.home)}
        self.said: list[str] = []
        self._process = subprocess.Popen(
            [*GGZY, "run", "--port", str(self.port), "--no-demo"],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        threading.Thread(target=self._listen, daemon=True).start()
        until(lambda: any("就绪" in line for line in self.said), 60, lambda: f"never ready: {self.said}")

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `ggzy` command on the same home and wait for its end."""
        return subprocess.run([*GGZY, *arguments], env=self.environment, capture_output=True, text=True, timeout=60)

    def token(self, *more: str, code: str = PLATFORM) -> str:
        """A bearer token, as the operator issues it."""
        issued = self.command("token", "issue", code, "--name", "示范市建设工程交易系统", *more)
        assert issued.returncode == 0, issued.stderr
        return issued.stdout.strip()

    def client(self, token: str = "", **options: Any) -> httpx.Client:
        """A client of its own connection, signed in with the token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, **options)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a query gives, read past the platform."""
        url = (self.home / "database.url").read_text().strip()
        with psycopg.connect(url, autocommit=True) as connection:
            return connection.execute(statement, values).fetchall()

    def programs(self, *words: str) -> list[psutil.Process]:
        """The processes whose command line has all these words, the guards before them left out."""
        found = []
        for process in psutil.Process(self._process.pid).children(recursive=True):
            try:
                command = process.cmdline()
            except psutil.Error:
                continue
            if not any("leash.py" in part for part in command) and all(w in " ".join(command) for w in words):
                found.append(process)
        return found

    def stop(self) -> None:
        """Ask all of it to end, say how it went (pytest shows it when the test failed), and remove the home."""
        print("\n".join(self.said))
        for log in sorted((self.home / "log").glob("*.log")):
            print(f"--- {log.name}", log.read_text(errors="replace")[-6000:], sep="\n")
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(40)
        finally:
            self._process.kill()
            shutil.rmtree(self.home, ignore_errors=True)

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self.said.append(line.rstrip())


def until(holds: Callable[[], Any], seconds: float, why: Callable[[], str] = lambda: "waited in vain") -> Any:
    """Wait until something holds and give it back; the test fails when it does not in time."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, why()
        time.sleep(0.05)
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
