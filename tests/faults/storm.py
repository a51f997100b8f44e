"""kill -9 at random moments while records come in, then everything held against what was answered."""

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

import httpx
import psutil
import psycopg

from tests.faults.after import (
    Seen,
    all_is_sequenced_and_verified,
    followers_caught_up,
    records_are_there_once,
)
from tests.faults.installation import Installation, until
from tests.faults.stream import Stream

PATIENCE = 60  # seconds: after five falls in a row the supervisor waits 16 s
Victims = Callable[[Installation], list[psutil.Process]]


def web_workers(installation: Installation) -> list[psutil.Process]:
    """The processes that answer requests."""
    return _granian(installation, parents=False)


def web_parent(installation: Installation) -> list[psutil.Process]:
    """The process that watches over them."""
    return _granian(installation, parents=True)


def _granian(installation: Installation, parents: bool) -> list[psutil.Process]:
    found = installation.programs("granian", "ggzy.web.wsgi")
    pids = {process.pid for process in found}
    try:
        return [process for process in found if (process.ppid() not in pids) == parents]
    except psutil.NoSuchProcess:
        return []


def sequencer(installation: Installation) -> list[psutil.Process]:
    """The process that gives events their places."""
    return installation.programs("ggzy.web.cli", "sequencer")


def database(installation: Installation) -> list[psutil.Process]:
    """The database, once it serves."""
    try:
        installation.rows("SELECT 1")
    except psycopg.OperationalError:
        return []
    return installation.programs("postgres", "-D")


def storm(installation: Installation, victims: Iterable[Victims]) -> Stream:
    """Kill one victim after the other while records come in, then hold everything against what was answered."""
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # shown by pytest when the test fails
    chance = random.Random(seed)
    with watched(installation) as seen, Stream(installation, installation.token(), seed) as stream:
        for victim in victims:
            stream.goes_on(PATIENCE)
            time.sleep(chance.uniform(0, 1))
            kill(chance, installation, victim)
    print(f"{len(stream.expected)} records; {dict(stream.failures)}")
    assert len(stream.expected) > 200
    assert not [failure for failure in stream.failures if failure.startswith("500")], stream.failures
    records_are_there_once(installation, stream)
    all_is_sequenced_and_verified(installation, stream, seen)
    followers_caught_up(installation)
    return stream


def kill(chance: random.Random, installation: Installation, victim: Victims) -> None:
    """Kill one of the victim's processes, as soon as there is one."""
    while True:
        found = partial(victim, installation)
        process = chance.choice(until(found, PATIENCE, lambda: "the victim did not come back"))
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
