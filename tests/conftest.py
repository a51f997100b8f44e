"""A real PostgreSQL for every test: one embedded cluster a run, a clone of a migrated template a test.

Each test that asks for `db` gets a database of its own in which everything really commits, so processes that
the test starts see the same data, and nothing has to be rolled back or truncated (the ledger refuses both).
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from ggzy.kernel.database import Cluster

_cluster: Cluster | None = None

if "GGZY_TEST_HOME" not in os.environ:  # the controller of the run; workers inherit what it sets
    home = Path(tempfile.mkdtemp(prefix="ggzy-test-"))
    home.chmod(0o711)  # the server's user must be able to pass through
    _cluster = Cluster(home / "postgres")
    os.environ["GGZY_TEST_HOME"] = str(home)
    os.environ["GGZY_HOME"] = str(home / "home")
    os.environ["DATABASE_URL"] = _cluster.start(lambda line: None)

os.environ["DJANGO_SETTINGS_MODULE"] = "ggzy.web.settings"

import django  # noqa: E402 - the settings read the environment that was made above

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

TEMPLATE = "ggzy_template"
pytest_plugins = ["tests.reporting"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the controller started."""
    if _cluster is not None:
        _cluster.stop()
        shutil.rmtree(os.environ["GGZY_TEST_HOME"], ignore_errors=True)


def _admin(statement: str) -> list[tuple]:
    """Run one statement outside of all test databases."""
    import psycopg  # noqa: PLC0415 - only this needs it

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        cursor = admin.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def template(django_db_blocker) -> str:
    """The name of a migrated database; the first worker that needs it makes it."""
    lock = Path(os.environ["GGZY_TEST_HOME"]) / "template.lock"
    with lock.open("w") as handle, django_db_blocker.unblock():
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not _admin(f"SELECT 1 FROM pg_database WHERE datname = '{TEMPLATE}'"):
            _admin("CREATE DATABASE ggzy_template_new")
            _use("ggzy_template_new")
            call_command("migrate", verbosity=0)
            connections.close_all()
            _admin(f"ALTER DATABASE ggzy_template_new RENAME TO {TEMPLATE}")
    return TEMPLATE


def _use(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


@pytest.fixture
def _django_db_helper(request, template, django_db_blocker, worker_id, tmp_path, settings) -> Iterator[None]:
    """A database of the test's own; pytest-django's `db`, `transactional_db` and marker all end here."""
    name = f"ggzy_{worker_id}"
    _admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _admin(f"CREATE DATABASE {name} TEMPLATE {template}")
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    with django_db_blocker.unblock():
        _use(name)
        yield
        _use(template)
    _admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def database_url(db, worker_id) -> str:
    """The address of the test's own database, for processes that the test starts."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/ggzy_{worker_id}"))


@pytest.fixture
def environment(database_url, settings) -> dict[str, str]:
    """The environment of processes that the test starts."""
    return {**os.environ, "DATABASE_URL": database_url, "GGZY_HOME": str(settings.HOME)}


@pytest.fixture
def sequence(db):
    """Give all pending events their places in the log and publish it."""
    from ggzy.kernel.sequencing.sequencer import sequence  # noqa: PLC0415 - Django must be set up first

    return sequence
