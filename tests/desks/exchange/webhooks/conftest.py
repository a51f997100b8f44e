"""A receiver, a webhook that leads to it, and a courier that runs in a thread."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connections

from ggzy.desks.exchange.webhooks import actions, backoff, delivery  # noqa: F401 - registers the actions
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from tests.desks.exchange.webhooks.receiver import Receiver


@pytest.fixture(autouse=True)
def _loopback(settings) -> None:
    """The test's receivers stand in a network that the operator has named."""
    settings.WEBHOOK_NETWORKS = ("127.0.0.0/8",)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver().live()
    yield made
    made.die()


@pytest.fixture
def owner(building) -> Act:
    """The trading system whose webhooks they are."""
    return Act(building.actor, "system", "console")


@pytest.fixture
def hook(token, owner, building) -> Callable[..., tuple[int, str]]:
    """Set a webhook up: its number and its secret."""

    def made(address: str, **more: object) -> tuple[int, str]:
        result = perform(owner, "webhook.create", source=building.source, address=address, **more).result
        return result["webhook"], result["secret"]

    return made


@contextmanager
def delivering(patience: float = 5.0) -> Iterator[None]:
    """The process that delivers, as a thread with a database connection of its own."""
    stop = threading.Event()

    def run() -> None:
        delivery.deliver(stop, patience)
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()
