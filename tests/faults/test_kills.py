"""kill -9 in the middle of the intake: what was answered is there once, and everything goes on by itself."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx
import psutil
import psycopg
import pytest

from tests.faults.after import (
    Seen,
    all_is_sequenced_and_verified,
    followers_caught_up,
    records_are_there_once,
)
from tests.faults.installation import Installation, until
from tests.faults.stream import Stream

pytestmark = [pytest.mark.xdist_group("kills")]
KILLS = 5
PATIENCE = 60  # seconds: after five falls in a row the supervisor waits 16 s
Victims = Callable[[], list[psutil.Process]]


@pytest.fixture
def installation(settings) -> Iterator[Installation]:
    running = Installation()
    settings.HOME = running.home  # so that this process reads the index and the keys of the installation
    try:
        yield running
    finally:
        running.stop()


def test_web(installation):
    def granian(parents: bool) -> list[psutil.Process]:
        found = installation.programs("granian")
        pids = {process.pid for process in found}
        try:
            return [process for process in found if (process.ppid() not in pids) == parents]
        except psutil.NoSuchProcess:
            return []

    storm(installation, lambda: granian(parents=False), lambda: granian(parents=True))


def test_the_sequencer(installation):
    storm(installation, lambda: installation.programs("ggzy.web.cli", "sequencer"))


def test_the_database(installation):
    def serving() -> list[psutil.Process]:
        try:
            installation.rows("SELECT 1")
        except psycopg.OperationalError:
            return []
        return installation.programs("postgres", "-D")

    storm(installation, serving)


def storm(installation: Installation, *victims: Victims) -> None:
    """Kill each victim five times while records come in, then hold everything against what was answered."""
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # shown by pytest when the test fails
    chance = random.Random(seed)
    with watched(installation) as seen, Stream(installation, installation.token(), seed) as stream:
        for _ in range(KILLS):
            for victim in victims:
                stream.goes_on(PATIENCE)
                time.sleep(chance.uniform(0, 1))
                kill(chance, victim)
    print(f"{len(stream.expected)} records; {dict(stream.failures)}")
    assert len(stream.expected) > 200
    assert not [failure for failure in stream.failures if failure.startswith("500")], stream.failures
    records_are_there_once(installation, stream)
    all_is_sequenced_and_verified(installation, stream, seen)
    followers_caught_up(installation)


def kill(chance: random.Random, victim: Victims) -> None:
    while True:
        process = chance.choice(until(victim, PATIENCE, lambda: "the victim did not come back"))
        with suppress(psutil.NoSuchProcess):  # it was just about to be replaced
            process.kill()
            break
    psutil.wait_procs([process], timeout=10)


@contextmanager
def watched(installation: Installation) -> Iterator[Seen]:
    """Every checkpoint that a reader sees meanwhile."""
    seen: Seen = {}
    ended = threading.Event()

    def watch() -> None:
        with installation.client() as client:
            while not ended.wait(0.3):
                for log in (installation.home / "evidence").glob("[0-9]*"):
                    with suppress(httpx.HTTPError):
                        text = client.get(f"/evidence/{log.name}/checkpoint").raise_for_status().text
                        seen.setdefault(log.name, set()).add(text)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()
