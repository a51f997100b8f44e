"""Real witnesses, each a process of its own behind HTTP, for the log of the test."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from django.db import transaction

from ggzy.kernel import clock
from ggzy.kernel.ledger import keys, years
from ggzy.kernel.ledger.emit import emit, hold
from ggzy.kernel.sequencing import witnesses
from ggzy.kernel.tlog import note
from ggzy.web.witness import setup

PROGRAM = (sys.executable, "-m", "ggzy.web.witness")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """A witness that runs, can be stopped, and started again on the same address."""

    def __init__(self, home: Path, name: str, vkey: str) -> None:
        self.home, self.name, self.port = home, name, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        home.mkdir(parents=True)
        (home / "witness.toml").write_text(
            f'name = "{name}.example/witness"\n[[log]]\nvkey = "{vkey}"\nnext_years = true\n'
        )
        self.verifier = setup.read(home).signers[0].verifier
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [*PROGRAM, "--home", self.home, "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=(self.home / "log").open("ab"),
        )
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with suppress(httpx.HTTPError):
                if httpx.get(self.url, timeout=2).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError((self.home / "log").read_text())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def post(self, path: str, body: str) -> httpx.Response:
        return httpx.post(f"{self.url}/{path}", content=body.encode(), timeout=10)


@pytest.fixture
def log_vkey(db) -> str:
    """The key of this year's log."""
    return keys.log_signer().named(years.origin(years.year(clock.now()))).verifier.vkey


@pytest.fixture
def witness(tmp_path, log_vkey) -> Iterator[Callable[[str], Running]]:
    """Start witnesses by name."""
    running: list[Running] = []

    def start(name: str) -> Running:
        running.append(Running(tmp_path / name, name, log_vkey))
        return running[-1]

    yield start
    for one in running:
        one.stop()


def trust(places: dict[str, tuple[note.Verifier, str]], least: int) -> None:
    """Write the operator's policy."""
    lines = [f"witness {name} {verifier.vkey} {url}" for name, (verifier, url) in places.items()]
    lines += [f"group all-of-them {least} {' '.join(places)}", "quorum all-of-them"]
    witnesses.place().parent.mkdir(parents=True, exist_ok=True)
    witnesses.place().write_text("\n".join(lines) + "\n")


@pytest.fixture
def three(witness) -> list[Running]:
    """Three witnesses, two of which are enough."""
    running = [witness(name) for name in ("jiancha", "shenji", "gongzheng")]
    trust({one.name: (one.verifier, one.url) for one in running}, 2)
    return running


@pytest.fixture
def happen(db):
    """Let events happen on a subject."""

    def happened(count: int = 1, subject: str = "lot/1") -> None:
        for _ in range(count):
            with transaction.atomic():
                emit(hold(subject), type="lot.test", actor="clock", at=clock.now(), body={"n": 1})

    return happened
