"""Readers of the ledger say how far they are; who writes does not run ahead of them."""

import time
from datetime import timedelta

import pytest
from django.db import transaction

from ggzy.kernel import clock
from ggzy.kernel.ledger import followers
from ggzy.kernel.ledger.emit import emit, hold
from ggzy.kernel.ledger.models import Follower

MINUTE = timedelta(minutes=1)


@pytest.fixture
def a_minute_ago(db, sequence):
    """Two events that happened a minute ago."""
    for _ in range(2):
        with transaction.atomic():
            emit(hold("lot/1"), type="lot.test", actor="clock", at=clock.now() - MINUTE, body={})
    sequence()


def test_a_cursor_is_kept_and_begins_at_the_beginning(db):
    assert followers.cursor("desk") == 0
    followers.reached("desk", 7)
    followers.reached("desk", 9)
    assert followers.cursor("desk") == 9


def test_the_slowest_living_follower_counts(a_minute_ago):
    assert not followers.behind()
    followers.reached("quick", 2)
    assert not followers.behind()
    followers.reached("slow", 1)
    assert followers.behind() >= MINUTE


def test_nobody_waits_for_one_that_has_stopped(a_minute_ago):
    followers.reached("stopped", 0)
    Follower.objects.update(at=clock.now() - MINUTE)
    assert not followers.behind()


def test_who_writes_waits_but_not_for_ever(a_minute_ago):
    followers.reached("stuck", 0)
    begun = time.monotonic()
    followers.let_catch_up(timedelta(seconds=1), 0.2)
    assert 0.2 <= time.monotonic() - begun < 5
    followers.reached("stuck", 2)
    begun = time.monotonic()
    followers.let_catch_up(timedelta(seconds=1), 30)
    assert time.monotonic() - begun < 10
