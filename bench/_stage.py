"""The stage of every bench: an installation of its own in a temporary folder, thrown away afterwards."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path


@contextmanager
def installation() -> Iterator[Path]:
    """Start an embedded PostgreSQL, migrate it and set Django up on it; yields the home folder."""
    from ggzy.kernel.database import Cluster

    folder = Path(tempfile.mkdtemp(prefix="ggzy-bench-"))
    folder.chmod(0o711)
    cluster = Cluster(folder / "postgres")
    try:
        os.environ["DATABASE_URL"] = cluster.start(lambda line: None)
        os.environ["GGZY_HOME"] = str(folder / "home")
        os.environ["DJANGO_SETTINGS_MODULE"] = "ggzy.web.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)
        yield folder / "home"
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(*commands: tuple[str, ...]) -> Iterator[list[subprocess.Popen]]:
    """Run `ggzy …` commands beside the bench, as in life; they are stopped at the end."""
    children = [
        subprocess.Popen([sys.executable, "-m", "ggzy.web.cli", *command], stdout=subprocess.DEVNULL)
        for command in commands
    ]
    try:
        yield children
    finally:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


@contextmanager
def site() -> Iterator["Site"]:
    """The whole platform as `ggzy run` starts it, without demo data, on a free port."""
    folder = Path(tempfile.mkdtemp(prefix="ggzy-bench-"))
    folder.chmod(0o711)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {"GGZY_HOME": str(folder / "home"), "PORT": str(port)}
    run = subprocess.Popen(
        [sys.executable, "-m", "ggzy.web.cli", "run", "--no-demo"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        made = Site(port, folder / "home", environment)
        made.wait()
        yield made
    finally:
        run.send_signal(signal.SIGINT)
        run.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


class Site:
    """A running installation: where it listens, and its own commands."""

    def __init__(self, port: int, home: Path, environment: dict[str, str]) -> None:
        self.port, self.home, self.environment = port, home, environment

    def ggzy(self, *command: str) -> str:
        """Run one of its commands and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "ggzy.web.cli", *command], env=self.environment, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    def get(self, path: str, timeout: float = 30) -> bytes:
        """One page."""
        import httpx

        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=timeout).raise_for_status().content

    def links(self, paths: list[str], pattern: str) -> list[str]:
        """The addresses to which some pages lead, in the order in which they stand there."""
        return list(dict.fromkeys(found for path in paths for found in re.findall(pattern, self.get(path).decode())))

    def wait(self) -> None:
        """Until it answers."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self.get("/health", timeout=2)
                return
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def tokens(self) -> dict[str, str]:
        """A token for each of the demo city's systems, by the system's name in the demo."""
        from ggzy.desks.exchange import demo

        return {s.id: self.ggzy("token", "issue", s.code, "--name", s.name) for s in demo.systems()}


def all_different(paths: list[str], count: int) -> list[str]:
    """The addresses again and again, each time with a parameter that no page knows, so that none is kept already."""
    return [f"{path}{'&' if '?' in path else '?'}cold={n}" for n, path in enumerate(islice(cycle(paths), count))]


def hammer(port: int, paths: list[str], seconds: float, clients: int) -> tuple[float, list[float]]:
    """Ask for pages over kept connections from threads of this process; answers a second, and all latencies.

    The clients share the machine with the server, as the baseline's do. Each begins at another part of the list, so
    that a long list is asked once and not by all of them one after the other.
    """
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: keep-alive\r\n\r\n".encode() for path in paths
    ]
    taken: list[float] = []
    stop = time.perf_counter() + seconds

    def client(offset: int) -> None:
        own: list[float] = []
        with socket.create_connection(("127.0.0.1", port)) as connection:
            n = offset
            while (begun := time.perf_counter()) < stop:
                connection.sendall(requests[n % len(requests)])
                _read_answer(connection)
                own.append(time.perf_counter() - begun)
                n += 1
        taken.extend(own)

    threads = [threading.Thread(target=client, args=(i * len(requests) // clients,)) for i in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken) / seconds, sorted(taken)


def _read_answer(connection: socket.socket) -> None:
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionError("the server hung up")
        head += chunk
    header, _, body = head.partition(b"\r\n\r\n")
    lower = header.lower()
    if not header.startswith(b"HTTP/1.1 200"):
        raise ConnectionError(header.split(b"\r\n")[0].decode())
    if b"content-length:" in lower:
        left = int(lower.split(b"content-length:")[1].split(b"\r\n")[0]) - len(body)
        while left > 0:
            left -= len(connection.recv(min(left, 1 << 20)))
    else:
        while not body.endswith(b"0\r\n\r\n"):
            body += connection.recv(65536)


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the sorted values lies."""
    return values[min(len(values) - 1, int(share * len(values)))]
