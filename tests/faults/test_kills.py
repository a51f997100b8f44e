"""kill -9 in the middle of the intake: what was answered is there once, and everything goes on by itself."""

from collections.abc import Iterator

import pytest

from tests.faults.installation import Installation
from tests.faults.storm import database, sequencer, storm, web_parent, web_workers

pytestmark = [pytest.mark.xdist_group("kills")]
KILLS = 5


@pytest.fixture
def installation(settings) -> Iterator[Installation]:
    running = Installation()
    settings.HOME = running.home  # so that this process reads the index and the keys of the installation
    try:
        yield running
    finally:
        running.stop()


def test_web(installation):
    storm(installation, [web_workers, web_parent] * KILLS)


def test_the_sequencer(installation):
    storm(installation, [sequencer] * KILLS)


def test_the_database(installation):
    storm(installation, [database] * KILLS)
