"""What receivers get: everything, in the order of its subject, whatever they do meanwhile."""

import socket
import threading
import time
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from hashlib import sha256
from hmac import digest
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection

from ggzy.desks.exchange.published import line as as_line
from ggzy.desks.exchange.webhooks import backoff
from ggzy.desks.exchange.webhooks.delivery import tidy
from ggzy.desks.exchange.webhooks.models import Delivery, Webhook
from ggzy.kernel import clock
from ggzy.kernel.actions import perform
from ggzy.kernel.ledger import feed
from tests.desks.exchange.webhooks.conftest import delivering
from tests.desks.exchange.webhooks.receiver import Message, Receiver


def report(send, line, sequence, records: int, versions: int = 1, first: int = 0) -> None:
    """So many projects, each in so many versions."""
    for version in range(versions):
        lines = [
            line("500", key=f"P-{first + i}", PROJECT_CODE=f"E3100000001{first + i:06}", DATA_TIMESTAMP=f"202601010000{version:02}",
                 PROJECT_NAME=f"项目 {i} 第 {version + 1} 版")
            for i in range(records)
        ]  # fmt: skip
        assert {answer["status"] for answer in send(*lines)} == {"accepted"}
    sequence()


def assert_in_order(taken: list[Message]) -> None:
    """Of each record the versions arrived in their order; what came again came with the same id."""
    by_record: dict[int, list[int]] = defaultdict(list)
    for message in taken:
        change = message.change
        assert message.id == f"msg_{change['id']}_{change['version']}"
        by_record[change["id"]].append(change["version"])
    for versions in by_record.values():
        assert all(later >= earlier for earlier, later in pairwise(versions)), by_record


def fails_at_first(times: int, status: int = 500):
    """Refuses each message so many times before it takes it."""
    refused: dict[str, int] = defaultdict(int)

    def behave(message: Message) -> int:
        refused[message.id] += 1
        return status if refused[message.id] <= times else 200

    return behave


def test_a_change_comes_signed_as_the_feed_writes_it(hook, receiver, send, line, sequence):
    number, secret = hook(receiver.url)
    report(send, line, sequence, 1)
    with delivering():
        receiver.await_taken(1)
    (message,) = receiver.taken
    assert message.body == as_line(next(feed.published(0)))
    signed = f"{message.id}.{message.timestamp}.".encode() + message.body
    expected = b64encode(digest(b64decode(secret.removeprefix("whsec_")), signed, sha256)).decode()
    assert secret.startswith("whsec_") and message.signature == f"v1,{expected}"
    assert abs(clock.now().timestamp() - int(message.timestamp)) < 30
    assert Delivery.objects.get().state == "delivered"
    assert Webhook.objects.get(pk=number).succeeded_at is not None


def test_it_begins_with_what_comes_after_it(hook, receiver, send, line, sequence):
    report(send, line, sequence, 3)
    hook(receiver.url)
    report(send, line, sequence, 2, first=3)
    with delivering():
        receiver.await_taken(2)
        time.sleep(0.5)
    assert len(receiver.taken) == 2


def test_only_what_was_asked_for_comes(hook, receiver, send, line, sequence):
    hook(receiver.url, data_sets=["50"], markets=["construction"], kinds=["procedure"])
    report(send, line, sequence, 2)
    send(line("501", key="T-1", PROJECT_CODE="E3100000001000000"))
    sequence()
    with delivering():
        receiver.await_taken(1)
        time.sleep(0.5)
    assert [message.change["data_set"] for message in receiver.taken] == ["501"]


def test_after_a_rotation_both_secrets_sign_for_a_day(hook, receiver, owner, send, line, sequence):
    number, old = hook(receiver.url)
    new = perform(owner, "webhook.rotate", webhook=number).result["secret"]
    assert new != old
    report(send, line, sequence, 1)
    with delivering():
        receiver.await_taken(1)
    (message,) = receiver.taken
    signed = f"{message.id}.{message.timestamp}.".encode() + message.body
    keys = [b64decode(secret.removeprefix("whsec_")) for secret in (new, old)]
    assert message.signature.split() == ["v1," + b64encode(digest(key, signed, sha256)).decode() for key in keys]


def test_a_later_version_waits_for_the_one_that_is_refused(hook, receiver, send, line, sequence):
    hook(receiver.url)
    receiver.behave = fails_at_first(1)
    report(send, line, sequence, 4, versions=3)
    with delivering():
        receiver.await_taken(12)
    assert_in_order(receiver.seen)
    assert_in_order(receiver.taken)


def test_what_hangs_on_a_project_waits_for_it(hook, receiver, send, line, sequence):
    hook(receiver.url)
    receiver.behave = fails_at_first(2)
    report(send, line, sequence, 1)
    send(line("501", key="T-1", PROJECT_CODE="E3100000001000000"))
    sequence()
    with delivering():
        receiver.await_taken(2)
    assert [message.change["data_set"] for message in receiver.taken] == ["500", "501"]


def test_nothing_is_lost_when_the_receiver_dies_and_comes_back(hook, receiver, send, line, sequence):
    hook(receiver.url)
    report(send, line, sequence, 100, versions=3)
    with delivering():
        receiver.await_taken(40)
        receiver.die()
        time.sleep(3)
        receiver.live()
        receiver.await_taken(300, 60)
    assert len({message.id for message in receiver.taken}) == 300
    assert_in_order(receiver.taken)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_a_slow_receiver_holds_nobody_up(hook, receiver, send, line, sequence):
    slow = Receiver(lambda message: time.sleep(3) or 200).live()
    hook(slow.url)
    hook(receiver.url)
    report(send, line, sequence, 60)
    with delivering(patience=1):
        receiver.await_taken(60, 8)
        assert await_fault() == "1 秒内没有答复完"
    slow.die()


def test_a_receiver_that_drips_its_answer_is_cut_off(hook, send, line, sequence):
    with answering(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", drip=b"x") as url:
        hook(url)
        report(send, line, sequence, 1)
        with delivering(patience=1):
            assert await_fault() == "1 秒内没有答复完"


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"\x16\x03\x01 no http at all\r\n\r\n", "答复不是有效的 HTTP"),
        (b"", "答复不是有效的 HTTP"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n", "答复不是有效的 HTTP"),
        (b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", "接收方拒收（HTTP 404）"),
        (b"HTTP/1.1 200 " + b"a" * 30_000, "答复不是有效的 HTTP"),
    ],
)
def test_whatever_a_receiver_answers_is_said_in_words(hook, send, line, sequence, answer, fault):
    with answering(answer) as url:
        hook(url)
        report(send, line, sequence, 1)
        with delivering(patience=3):
            assert await_fault() == fault


def test_an_endless_answer_counts_by_its_status_and_is_not_read(hook, send, line, sequence):
    with answering(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_000_000) as url:
        hook(url)
        report(send, line, sequence, 1)
        with delivering(patience=3):
            await_state("delivered")


def test_a_redirect_is_not_followed(hook, receiver, send, line, sequence):
    receiver.behave = lambda message: 307 if message.path == "/hook" else 200
    hook(receiver.url)
    report(send, line, sequence, 1)
    with delivering():
        assert "不跟随转向" in await_fault()
    assert {message.path for message in receiver.seen} == {"/hook"}


def test_a_receiver_that_is_gone_for_good_halts_its_webhook_at_once(hook, receiver, send, line, sequence):
    receiver.behave = lambda message: 410
    number, _ = hook(receiver.url)
    report(send, line, sequence, 1)
    with delivering():
        await_halt(number)
    assert "HTTP 410" in Webhook.objects.get(pk=number).reason
    assert Delivery.objects.get().state == "waiting"


def test_after_long_failure_it_is_halted_says_why_and_goes_on_when_resumed(
    hook, receiver, owner, send, line, sequence, monkeypatch
):
    monkeypatch.setattr(backoff, "STEPS", (timedelta(milliseconds=50),) * 3)
    receiver.behave = lambda message: 503
    number, _ = hook(receiver.url)
    report(send, line, sequence, 5, versions=2)
    with delivering():
        await_halt(number)
        assert "接收方拒收（HTTP 503）" in Webhook.objects.get(pk=number).reason
        report(send, line, sequence, 5, first=5)
        receiver.behave = lambda message: 200
        perform(owner, "webhook.resume", webhook=number)
        receiver.await_taken(15)
    assert_in_order(receiver.taken)


def test_what_the_database_forgets_for_a_moment_is_not_lost(hook, receiver, send, line, sequence):
    hook(receiver.url)
    receiver.behave = lambda message: time.sleep(0.02) or 200
    report(send, line, sequence, 30, versions=3)
    with delivering():
        receiver.await_taken(20)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 1
        receiver.await_taken(90)
    assert_in_order(receiver.taken)


def test_only_one_process_delivers(hook, receiver, send, line, sequence):
    hook(receiver.url)
    report(send, line, sequence, 30)
    with delivering(), delivering():
        receiver.await_taken(30)
    assert len(receiver.taken) == 30


def test_done_deliveries_are_forgotten_after_a_week(hook, receiver, send, line, sequence):
    hook(receiver.url)
    report(send, line, sequence, 2)
    with delivering():
        receiver.await_taken(2)
    tidy(clock.now() + timedelta(days=6))
    assert Delivery.objects.count() == 2
    tidy(clock.now() + timedelta(days=8))
    assert not Delivery.objects.exists()


@contextmanager
def answering(answer: bytes, drip: bytes = b"") -> Iterator[str]:
    """A server that answers whatever comes with these bytes and hangs up, or drips on; its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    caller, _ = server.accept()
                    with caller, suppress(OSError):
                        _hear_out(caller)
                        caller.sendall(answer)
                        while drip:
                            caller.sendall(drip)
                            time.sleep(0.1)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hook"


def _hear_out(caller: socket.socket) -> None:
    """Read a whole request: whoever hangs up on unread bytes resets the connection, and the answer may be lost."""
    with caller.makefile("rb") as request:
        length = 0
        while line := request.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        request.read(length)


def await_fault() -> str:
    """What was wrong with the one delivery, as soon as it is said."""
    return _await(lambda: Delivery.objects.exclude(fault="").values_list("fault", flat=True).first())


def await_state(state: str) -> None:
    _await(lambda: Delivery.objects.filter(state=state).exists())


def await_halt(number: int) -> None:
    _await(lambda: Webhook.objects.filter(pk=number, state="halted").exists())


def _await(ask: Callable[[], Any], seconds: float = 20) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found
