"""Webhooks under a receiver that is slow, refuses and dies: nothing lost, order kept; against a plain loop of POSTs.

    python bench/webhooks.py [DELIVERIES]        10,000 when none is given

Baseline: one connection that posts the same number of messages of the same kind one after the other to a receiver that
is always good. Measured: the process `ggzy webhooks` delivers records in four versions each to

  good   a receiver that takes everything at once
  bad    one that answers late (a tenth of its answers by 30 ms), refuses (a twentieth with 503) and is dead for some
         seconds three times; `ggzy webhooks` itself is killed once (SIGKILL) on the way

Both get the same changes at the same time. Printed: messages a second and the ratio to the baseline for either, how many
were lost, how often the order of a record was broken, and how many came more than once (at least once is promised).
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from bench._stage import installation
from tests.desks.exchange.webhooks.receiver import Message, Receiver

VERSIONS = 4
DEATHS = 3
DEAD_SECONDS = 3.0
LATE, LATE_SECONDS = 0.10, 0.03
REFUSED = 0.05


def main() -> None:
    """Print the figures."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    os.environ["GGZY_WEBHOOK_NETWORKS"] = "127.0.0.0/8"
    with installation():
        good, bad = Receiver().live(), Receiver(_bad).live()
        _set_up(good, bad)
        print(f"publishing {wanted} versions of {wanted // VERSIONS} records …", flush=True)
        _publish(wanted)
        baseline = _baseline(min(wanted, 2000))
        print(f"baseline, one POST after the other to a good receiver: {baseline:,.0f}/s", flush=True)
        with _courier() as courier:
            began = time.perf_counter()
            deaths = threading.Thread(target=_die_and_live, args=(bad, wanted))
            deaths.start()
            killed = threading.Thread(target=courier.kill_once, args=(bad, wanted // 2))
            killed.start()
            taken = {}
            for name, receiver in (("good", good), ("bad", bad)):
                receiver.await_taken(wanted, 1800)
                taken[name] = time.perf_counter() - began
            deaths.join()
            killed.join()
        for name, receiver in (("good", good), ("bad", bad)):
            _report(name, receiver, wanted, taken[name], baseline)


def _bad(message: Message) -> int:
    chance = random.random()
    if chance < LATE:
        time.sleep(LATE_SECONDS)
    return 503 if chance > 1 - REFUSED else 200


def _set_up(*receivers: Receiver) -> None:
    from ggzy.desks.exchange.webhooks import actions  # noqa: F401 - registers the actions
    from ggzy.kernel.act import Act
    from ggzy.kernel.actions import perform

    perform(Act("operator:bench", "operator", "console"), "system.admit", platform_code=_platform(), name="bench")
    for receiver in receivers:
        owner = Act(f"system:{_platform()}", "system", "console")
        perform(owner, "webhook.create", source=_platform(), address=receiver.url)


def _platform() -> str:
    from ggzy import standard

    return standard.example("500")["PLATFORM_CODE"]


def _publish(wanted: int) -> None:
    """Each record in all its versions, version by version, as corrections come in life."""
    from ggzy import standard
    from ggzy.desks.exchange.intake import Tally, take_in
    from ggzy.desks.exchange.prepare import Line, Reporter
    from ggzy.kernel.sequencing.sequencer import sequence

    reporter = Reporter(_platform(), f"system:{_platform()}")
    example = standard.example("500")
    for version in range(VERSIONS):
        lines = []
        for i in range(wanted // VERSIONS):
            data = {**example, "PROJECT_CODE": f"E31{i:014}", "DATA_TIMESTAMP": f"2026010100{version:02}00"}
            data["PROJECT_NAME"] = f"项目 {i} 第 {version} 版"
            lines.append(Line(i + 1, json.dumps({"data_set": "500", "key": f"P-{i}", "data": data}, ensure_ascii=False).encode()))
        for answers in take_in(reporter, lines, Tally()):
            assert b'"refused"' not in answers, answers[:500]
    sequence()


def _baseline(count: int) -> float:
    """Messages a second of a plain loop."""
    from ggzy.desks.exchange.published import line
    from ggzy.kernel.ledger import feed

    body = line(next(feed.published(0, feed.end())))
    receiver = Receiver().live()
    connection = http.client.HTTPConnection("127.0.0.1", receiver.port)
    headers = {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,x", "content-type": "application/json"}
    began = time.perf_counter()
    for _ in range(count):
        connection.request("POST", "/hook", body, headers)
        connection.getresponse().read()
    rate = count / (time.perf_counter() - began)
    connection.close()
    receiver.die()
    return rate


class _Courier:
    """The process that delivers."""

    def __init__(self) -> None:
        self.process = self._start()

    def _start(self) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-m", "ggzy.web.cli", "webhooks"], stdout=subprocess.DEVNULL)

    def kill_once(self, receiver: Receiver, after: int) -> None:
        """Kill it when so many were taken, and start its successor."""
        while len(receiver.taken) < after:
            time.sleep(0.01)
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = self._start()


@contextmanager
def _courier() -> Iterator[_Courier]:
    courier = _Courier()
    try:
        yield courier
    finally:
        courier.process.terminate()
        courier.process.wait(20)


def _die_and_live(receiver: Receiver, wanted: int) -> None:
    for death in range(1, DEATHS + 1):
        while len(receiver.taken) < wanted * death // (DEATHS + 1):
            time.sleep(0.01)
        receiver.die()
        time.sleep(DEAD_SECONDS)
        receiver.live()


def _report(name: str, receiver: Receiver, wanted: int, seconds: float, baseline: float) -> None:
    first: dict[str, Message] = {}
    newest: dict[int, int] = {}
    broken = 0
    for message in receiver.taken:
        first.setdefault(message.id, message)
        change = message.change
        broken += change["version"] < newest.get(change["id"], 0)
        newest[change["id"]] = max(change["version"], newest.get(change["id"], 0))
    rate = wanted / seconds
    again = len(receiver.taken) - len(first)
    print(
        f"{name:5} {rate:7,.0f}/s  ratio {rate / baseline:5.2f}  lost {wanted - len(first)}  order broken {broken}  "
        f"twice {again}  refused or cut off {len(receiver.seen) - len(receiver.taken)}"
    )
    if len(first) != wanted or broken:
        raise SystemExit(f"{name}: something was lost or out of order")


if __name__ == "__main__":
    main()
