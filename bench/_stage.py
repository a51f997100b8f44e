"""The stage of every bench: an installation of its own in a temporary folder, thrown away afterwards."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def installation() -> Iterator[Path]:
    """Start an embedded PostgreSQL, migrate it and set Django up on it; yields the home folder."""
    from ggzy.kernel.database import Cluster

    folder = Path(tempfile.mkdtemp(prefix="ggzy-bench-"))
    folder.chmod(0o711)
    cluster = Cluster(folder / "postgres")
    try:
        os.environ["DATABASE_URL"] = cluster.start(lambda line: None)
        os.environ["GGZY_HOME"] = str(folder / "home")
        os.environ["DJANGO_SETTINGS_MODULE"] = "ggzy.web.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)
        yield folder / "home"
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(*commands: tuple[str, ...]) -> Iterator[list[subprocess.Popen]]:
    """Run `ggzy …` commands beside the bench, as in life; they are stopped at the end."""
    children = [
        subprocess.Popen([sys.executable, "-m", "ggzy.web.cli", *command], stdout=subprocess.DEVNULL)
        for command in commands
    ]
    try:
        yield children
    finally:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
