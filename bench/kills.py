"""Claim: no fork, no lost receipt, no gap, however often web, sequencer and database are killed while records come in.

    KILLS=200 .venv/bin/python bench/kills.py

kill -9 at random moments of a random one of the three; then every record, receipt, place and checkpoint is held
against what was answered. The baseline is the same stream of the same length without a kill: what the falls cost.
"""

import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
KILLS = int(os.environ.get("KILLS", "200"))
os.environ["DJANGO_SETTINGS_MODULE"] = "ggzy.web.settings"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402

from tests.faults.installation import Installation  # noqa: E402
from tests.faults.storm import Victims, database, sequencer, storm, web_parent, web_workers  # noqa: E402
from tests.faults.stream import Stream  # noqa: E402


def main() -> None:
    calm = _calm(30.0)
    victims = [random.choice((web_workers, web_parent, sequencer, database)) for _ in range(KILLS)]
    begun = time.monotonic()
    stream = _through(victims)
    rate = stream.answered / (time.monotonic() - begun)
    print(
        f"{KILLS} kills: {len(stream.expected):,} records, {len(stream.receipts):,} receipts; 0 forks, 0 lost receipts,"
        f" 0 gaps; {rate:.1f} requests/s answered, {calm:.1f}/s without kills, ratio {rate / calm:.2f};"
        f" what senders met meanwhile: {dict(stream.failures)}"
    )


def _calm(seconds: float) -> float:
    """Requests answered a second when nothing is killed."""
    installation = Installation()
    try:
        with Stream(installation, installation.token(), seed=1) as stream:
            time.sleep(seconds)
        return stream.answered / seconds
    finally:
        installation.stop()


def _through(victims: list[Victims]) -> Stream:
    installation = Installation()
    settings.HOME = installation.home
    try:
        return storm(installation, victims)
    finally:
        installation.stop()


if __name__ == "__main__":
    main()
