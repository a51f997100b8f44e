"""The supervisor over stand-in programs: everything is a real process, and nothing of it may stay behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from ggzy.web.supervisor.child import Falls

STANDIN = Path(__file__).with_name("standin.py")
SOURCE = Path(__file__).resolve().parents[2] / "src"
SLEEP = "import time; time.sleep(600)"


class Run:
    """A supervisor in a process of its own, and what it said so far."""

    def __init__(self, home: Path, port: int, **programs: str) -> None:
        self.home = home
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [
                sys.executable,
                STANDIN,
                home,
                str(port),
                *(f"{name}={code}" for name, code in programs.items()),
            ],
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.patience = threading.Timer(30, self.process.kill)  # a silent run fails its test, not the suite
        self.patience.start()

    def until(self, words: str) -> str:
        """The line with these words, said already or next."""
        assert self.process.stdout
        for line in self.said:
            if words in line:
                return line
        for line in self.process.stdout:
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError(f"ended without {words!r}: {self.said}")

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal, wait for the end, return the exit code."""
        self.process.send_signal(number)
        return self.end()

    def end(self) -> int:
        self.said += self.process.communicate()[0].splitlines(keepends=True)
        self.patience.cancel()
        return self.process.returncode


def running(home: Path) -> dict[int, str]:
    """All processes that belong to this home: by their environment, or by a path on their command line."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            marked = f"GGZY_SUPERVISED={home}".encode() in (process / "environ").read_bytes()
        except OSError:
            continue
        if marked or str(home).encode() in command:
            found[int(process.name)] = command.replace(b"\0", b" ").decode()
    return found


def await_that(holds: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "did not come true in time"
        time.sleep(0.05)


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that any account may pass through, as pytest's own folders are not."""
    top = Path(tempfile.mkdtemp(prefix="ggzy-run-"))
    top.chmod(0o711)
    yield top / "home"
    for pid in running(top):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(top)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_everything_comes_up_in_order_and_ctrl_c_leaves_nothing(home: Path, port: int) -> None:
    run = Run(home, port, before="print('tables')", first="print('half of the demo')", worker=SLEEP)
    run.until(f"就绪：http://localhost:{port}")
    told = "".join(run.said)
    steps = ("启动数据库", "before", "启动网站、worker", "网站已可访问", "half of the demo", "就绪")
    assert [told.index(step) for step in steps] == sorted(told.index(step) for step in steps)
    url = (home / "database.url").read_text().strip()
    assert (home / "database.url").stat().st_mode & 0o077 == 0
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("ggzy",)
    assert not any(url in command for command in running(home).values())
    assert run.stop() == 0
    assert running(home) == {}

    begun = time.monotonic()
    run = Run(home, port, first="print('half of the demo')", worker=SLEEP)
    run.until("就绪")
    assert time.monotonic() - begun < 5
    assert "half of the demo" not in "".join(run.said)
    assert run.stop(signal.SIGTERM) == 0
    assert running(home) == {}


def test_children_and_database_come_back(home: Path, port: int) -> None:
    run = Run(home, port, frail="import sys; sys.exit('no paper')", worker=SLEEP)
    run.until("frail意外退出（退出码 1：no paper），1 秒后")
    run.until("frail意外退出（退出码 1：no paper），2 秒后")
    run.until("就绪")
    server = int((home / "postgres/data/postmaster.pid").read_text().split()[0])
    os.kill(server, signal.SIGKILL)
    run.until("数据库已恢复")
    with psycopg.connect((home / "database.url").read_text().strip()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert run.stop() == 0
    assert running(home) == {}


def test_nothing_outlives_a_supervisor_killed_with_9(home: Path, port: int) -> None:
    stubborn = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
    run = Run(home, port, stubborn=stubborn)
    run.until("就绪")
    await_that(lambda: any("SIG_IGN" in command for command in running(home).values()))
    run.process.kill()
    run.end()
    await_that(lambda: running(home) == {})


def test_what_lost_supervisor_and_guard_is_swept_at_the_next_start(home: Path, port: int) -> None:
    run = Run(home, port, worker=SLEEP)
    run.until("就绪")
    guards = [
        pid for pid, command in running(home).items() if "leash.py" in command or "standin.py" in command
    ]
    for number in (signal.SIGSTOP, signal.SIGKILL):  # stopped first: none may react to another's death
        for pid in guards:
            os.kill(pid, number)
    run.end()
    assert any("http.server" in command for command in running(home).values())
    run = Run(home, port, worker=SLEEP)
    run.until("清理了上次遗留的")
    run.until("就绪")
    assert run.stop() == 0
    assert running(home) == {}


def test_a_taken_port_is_said_before_anything_is_started(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        command = [sys.executable, "-m", "ggzy.web.cli", "run", "--port", str(port)]
        environment = {**os.environ, "PYTHONPATH": str(SOURCE), "GGZY_HOME": str(home)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert f"端口 {port} 已被" in done.stderr
    assert f"PORT={port + 1}" in done.stderr
    assert not (home / "postgres").exists()


def test_a_second_run_in_the_same_home_is_refused(home: Path, port: int) -> None:
    run = Run(home, port)
    run.until("启动数据库")
    second = Run(home, port)
    assert second.end() == 1
    assert f"进程 {run.process.pid}" in second.said[-1]
    run.until("就绪")
    assert run.stop() == 0


def test_a_failed_step_ends_the_start_with_its_reason(home: Path, port: int) -> None:
    run = Run(home, port, before="raise SystemExit('the tables are wrong')", worker=SLEEP)
    assert run.end() == 1
    assert "the tables are wrong" in run.said[-1]
    assert running(home) == {}


def test_pauses_grow_to_half_a_minute() -> None:
    falls = Falls()
    assert [falls.down() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
