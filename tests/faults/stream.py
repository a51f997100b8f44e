"""A stream of records over HTTP that does not give up, and what it was told about each of them."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from ggzy import standard
from tests.faults.installation import RECORDS, Installation, until

Record = tuple[str, str]  # data set and key
THREADS = 4
PER_ROUND = (*[20] * 24, 1200)  # now and then more than one batch takes, and one release frees
_numbers = count(1)
PAUSE = 0.25  # seconds between two requests of a thread: a stream, not a flood


def line(number: str, **fields: str) -> bytes:
    """A line for a data set, made from the standard's example with some fields changed."""
    data = {**standard.example(number), **fields}
    return json.dumps({"data_set": number, "data": data}, ensure_ascii=False).encode()


def new(**fields: str) -> bytes:
    """A line for a project that no platform has seen yet."""
    return line("500", PROJECT_CODE=f"E3300{next(_numbers):012}", **fields)


class Stream:
    """Threads that send round after round: children, their parents at the same time, and corrections.

    A request is sent again, with the same key, until it is answered in full.
    """

    def __init__(self, installation: Installation, token: str, seed: int) -> None:
        self.expected: dict[Record, int] = {}  # how many versions there must be in the end
        self.told: dict[Record, set[str]] = {}  # every status that an answer gave
        self.receipts: list[str] = []
        self.answered = 0  # requests
        self.failures: Counter[str] = Counter()
        self._installation, self._token = installation, token
        self._random = random.Random(seed)
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._tasks = self._rounds()

    def __enter__(self) -> "Stream":
        self._pool = ThreadPoolExecutor(THREADS)
        self._working: list[Future[None]] = [self._pool.submit(self._work) for _ in range(THREADS)]
        return self

    def __exit__(self, *_: object) -> None:
        """Send what has been begun, and wait for the last answer."""
        self._ended.set()
        self._pool.shutdown()
        for work in self._working:
            work.result()

    def goes_on(self, seconds: float) -> None:
        """Wait until a few more requests have been answered."""
        enough = self.answered + THREADS
        until(lambda: self.answered >= enough, seconds, lambda: f"no answers any more: {self.failures}")

    def _rounds(self) -> Iterator[list[bytes]]:
        """Tasks: requests that one thread sends in this order."""
        number = 0
        while not self._ended.is_set():
            parents, children, corrections = [], [], []
            for _ in range(self._random.choice(PER_ROUND)):
                number += 1
                project = f"E310000{number:010}"
                corrected = self._random.random() < 0.2
                self.expected["500", project] = 2 if corrected else 1
                self.expected["501", project + "001"] = 1
                parents.append(line("500", PROJECT_CODE=project, PROJECT_NAME=f"第 {number} 个项目（演示）"))
                children.append(line("501", PROJECT_CODE=project, TENDER_PROJECT_CODE=project + "001"))
                if corrected:
                    corrections.append(
                        line("500", PROJECT_CODE=project, PROJECT_NAME="已更正（演示）", DATA_TIMESTAMP="20260401000000")
                    )
            self._random.shuffle(children)
            yield [b"\n".join(children)]
            yield [b"\n".join(parents), *([b"\n".join(corrections)] if corrections else [])]

    def _work(self) -> None:
        client = self._installation.client(self._token)
        while True:
            with self._lock:
                task = next(self._tasks, None)
            if task is None:
                return
            for body in task:
                self._note(self._deliver(client, body))
                time.sleep(PAUSE)

    def _deliver(self, client: httpx.Client, body: bytes) -> list[dict[str, Any]]:
        headers = {"Idempotency-Key": str(uuid4())}
        deadline = time.monotonic() + 60
        while True:
            try:
                response = client.post(RECORDS, content=body, headers=headers)
                if response.status_code == 200:
                    return [json.loads(answer) for answer in response.content.splitlines()]
                failure = f"{response.status_code} {response.json().get('code')}"
            except httpx.HTTPError as error:
                failure = type(error).__name__
            with self._lock:
                self.failures[failure] += 1
            assert time.monotonic() < deadline, f"no answer in a minute: {self.failures}"
            time.sleep(0.2)

    def _note(self, answers: list[dict[str, Any]]) -> None:
        *answers, summary = answers
        with self._lock:
            self.answered += 1
            for answer in answers:
                if "receipt" in answer:
                    self.receipts.append(answer["receipt"])
                else:
                    self.told.setdefault((answer["data_set"], answer["key"]), set()).add(answer["status"])
        assert summary["lines"] == sum(summary["summary"].values()) - summary["summary"].get("released", 0)
