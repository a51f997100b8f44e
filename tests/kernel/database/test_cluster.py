"""The embedded database under bad treatment: real servers, real kills."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ggzy.kernel.database import Cluster, DatabaseBusy, DatabaseFailed
from ggzy.kernel.database.residents import residents

SOURCE = Path(__file__).resolve().parents[3] / "src"
OWNER = """
import sys, time
from pathlib import Path
from ggzy.kernel.database import Cluster
cluster = Cluster(Path(sys.argv[1]))
url = cluster.start(lambda text: None)
print(url, flush=True)
sys.stdin.read()
cluster.stop()
"""


def quiet(_: str) -> None:
    """Progress that nobody needs to see."""


def await_that(holds: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "did not come true in time"
        time.sleep(0.02)


def make_folder() -> Iterator[Path]:
    """A folder that any account may pass through, as pytest's own is not."""
    top = Path(tempfile.mkdtemp(prefix="ggzy-"))
    top.chmod(0o711)
    yield top / "postgres"
    shutil.rmtree(top)


# Making a cluster syncs a thousand files: most tests share one folder, each with an owner of its own.
folder = pytest.fixture(scope="module")(make_folder)
fresh = pytest.fixture(make_folder)


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    with Cluster(folder) as cluster:
        yield cluster


def test_first_start_makes_the_database_and_the_second_finds_it(cluster: Cluster, folder: Path) -> None:
    with psycopg.connect(cluster.start(quiet)) as connection:
        facts = connection.execute(
            "SELECT current_setting('server_version_num')::int / 10000, current_setting('data_checksums'),"
            " current_setting('timezone'), current_database(), uuidv7() IS NOT NULL,"
            " (SELECT datlocprovider = 'b' FROM pg_database WHERE datname = current_database())"
        ).fetchone()
        connection.execute("CREATE TABLE kept (n int)")
    assert facts == (18, "on", "UTC", "ggzy", True, True)
    server = cluster.pid
    cluster.stop()
    assert not cluster.alive()
    assert not Path(f"/proc/{server}").exists()

    with psycopg.connect(cluster.start(quiet)) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_no_acknowledged_row_is_lost_when_the_server_is_killed(cluster: Cluster) -> None:
    url = cluster.start(quiet)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE row (n int PRIMARY KEY)")
    acknowledged: list[int] = []

    def write(first: int, url: str) -> None:
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                for n in range(first, first + 100_000):
                    connection.execute("INSERT INTO row VALUES (%s)", [n])
                    acknowledged.append(n)
        except psycopg.Error:
            return

    for life in range(3):
        before = len(acknowledged)
        writer = threading.Thread(target=write, args=(life * 100_000, url))
        writer.start()
        await_that(lambda before=before: len(acknowledged) > before + 200)
        assert cluster.pid
        os.kill(cluster.pid, signal.SIGKILL)
        writer.join()
        url = cluster.start(quiet)
    with psycopg.connect(url) as connection:
        kept = {n for (n,) in connection.execute("SELECT n FROM row")}
    assert set(acknowledged) <= kept


def test_a_session_that_outlives_its_killed_server_is_evicted(cluster: Cluster, folder: Path) -> None:
    connection = psycopg.connect(cluster.start(quiet))
    session = connection.info.backend_pid
    os.kill(session, signal.SIGSTOP)  # it cannot notice that its server is gone, and keeps the shared memory
    assert cluster.pid
    os.kill(cluster.pid, signal.SIGKILL)
    with psycopg.connect(cluster.start(quiet)) as after:
        assert after.execute("SELECT 1").fetchone() == (1,)
    assert session not in residents(folder / "data")


def test_a_second_owner_is_refused_and_told_who_the_first_is(cluster: Cluster, folder: Path) -> None:
    cluster.start(quiet)
    done = subprocess.run(
        [sys.executable, "-c", OWNER, folder], env={"PYTHONPATH": str(SOURCE)}, capture_output=True, text=True
    )
    assert "DatabaseBusy" in done.stderr
    assert str(os.getpid()) in done.stderr
    with pytest.raises(DatabaseBusy):
        Cluster(folder).start(quiet)
    assert cluster.alive()


def test_the_server_ends_with_its_owner_even_by_kill_9(cluster: Cluster, folder: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, folder],
        env={"PYTHONPATH": str(SOURCE)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert owner.stdout and owner.stdout.readline().startswith(b"postgresql://")
    assert residents(folder / "data")
    owner.kill()
    owner.communicate()
    cluster.start(quiet)  # at once: the lock is free, the old server perhaps still writing
    cluster.stop()
    assert not residents(folder / "data")


def test_a_taken_port_is_left_to_its_taker(cluster: Cluster, folder: Path) -> None:
    cluster.start(quiet)
    cluster.stop()
    port = int((folder / "port").read_text())
    with socket.create_server(("127.0.0.1", port)):
        url = cluster.start(quiet)
    assert f":{port}/" not in url


def test_the_password_is_needed_and_nowhere_to_be_seen(cluster: Cluster, folder: Path) -> None:
    url = cluster.start(quiet)
    password = (folder / "password").read_text().strip()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace(password, "wrong"))
    commands = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in residents(folder / "data")]
    logs = [path.read_bytes() for path in (folder / "log").iterdir()]
    assert not any(password.encode() in text for text in commands + logs)
    assert (folder / "password").stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_explained_in_chinese(fresh: Path) -> None:
    fresh.touch()
    with pytest.raises(DatabaseFailed, match="请检查") as refused:
        Cluster(fresh).start(quiet)
    assert refused.value.code == "database.disk"


def test_a_failed_start_leaves_nothing_running_and_nothing_locked(cluster: Cluster, folder: Path) -> None:
    cluster.start(quiet)
    cluster.stop()
    password = (folder / "password").read_text()
    (folder / "password").unlink()
    with pytest.raises(DatabaseFailed, match="password"):
        cluster.start(quiet)
    assert not residents(folder / "data")
    (folder / "password").write_text(password)
    with Cluster(folder) as another:
        assert another.start(quiet).endswith("/ggzy")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can change accounts")
def test_below_a_private_folder_of_root_the_data_lie_elsewhere(fresh: Path) -> None:
    fresh.parent.chmod(0o700)
    cluster = Cluster(fresh)
    with psycopg.connect(cluster.start(quiet)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    place = (fresh / "place").resolve()
    assert fresh.parent.stat().st_mode & 0o777 == 0o700
    assert place.is_dir() and (place / "data").stat().st_uid != 0
    cluster.remove()
    assert not place.exists() and not fresh.exists()


def _as(user: pwd.struct_passwd) -> dict[str, Any]:
    """How to start a process that is this user's and finds our packages."""
    path = f"{SOURCE}:{Path(psycopg.__file__).parents[1]}"
    account = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return {**account, "env": {"PYTHONPATH": path}, "cwd": "/"}


def _interpreter(user: pwd.struct_passwd) -> str | None:
    """A Python that this user may run: root's own may lie in /root."""
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            subprocess.run([python, "-c", "import psycopg"], check=True, capture_output=True, **_as(user))
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    return None


@pytest.mark.skipif(os.geteuid() != 0, reason="is an ordinary user already")
def test_an_ordinary_user_runs_it_under_his_own_name(fresh: Path) -> None:
    user = pwd.getpwnam("nobody")
    python = _interpreter(user)
    if python is None:
        pytest.skip("no Python here that an ordinary user may run")
    os.chown(fresh.parent, user.pw_uid, user.pw_gid)
    owner = subprocess.Popen(
        [python, "-c", OWNER, fresh],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **_as(user),
    )
    assert owner.stdout
    with psycopg.connect(owner.stdout.readline().strip()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert (fresh / "data").stat().st_uid == user.pw_uid
    owner.communicate("")
    assert owner.returncode == 0
    assert not residents(fresh / "data")
