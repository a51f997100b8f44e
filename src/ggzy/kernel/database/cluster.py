"""Our own PostgreSQL: made, started, watched and stopped by the process that owns its folder."""

import os
import secrets
import shutil
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from ggzy.kernel.database.errors import DatabaseBusy, DatabaseFailed
from ggzy.kernel.database.leash import Leash
from ggzy.kernel.database.ownership import Ownership, Taken
from ggzy.kernel.database.place import Place, run, settle
from ggzy.kernel.database.residents import evict
from ggzy.kernel.database.tuning import MB, settings

NAME = "ggzy"  # of the database and of its owner
MAJOR = "18"
ROOM = 300 * MB  # a new cluster takes some 40 MB; less than this and intake would soon stop


class Cluster:
    """The PostgreSQL in one folder, which holds data/, log/, password, port and lock (docs/operations.md)."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder).absolute()
        self._ownership: Ownership | None = None
        self._leash: Leash | None = None
        self._place: Place | None = None

    def start(self, progress: Callable[[str], object] = print) -> str:
        """Bring the database up, making it on first use, and return its URL.

        Also brings it up again after a crash. Raises `DatabaseBusy` when another process owns the folder and
        `DatabaseFailed` for everything that a person must put right.
        """
        try:
            return self._bring_up(progress)
        except PermissionError as error:
            self.stop()
            raise DatabaseFailed(
                f"没有权限读写 {error.filename or self.folder}。请检查目录归属，并以创建它的用户启动。",
                code="database.permission",
            ) from error
        except OSError as error:
            self.stop()
            raise DatabaseFailed(
                f"无法读写 {error.filename or self.folder}：{error.strerror}。请检查磁盘空间和目录。",
                code="database.disk",
            ) from error
        except BaseException:  # Ctrl-C during a long recovery, too, leaves nothing running
            self.stop()
            raise

    def stop(self) -> None:
        """Stop it, letting running statements be cancelled, and give up the folder."""
        if self._leash:
            self._leash.end()
            self._leash = None
        if self._ownership:
            self._ownership.release()
            self._ownership = None

    def remove(self) -> None:
        """Stop it and delete its folder with all data, wherever they lie; for tests and trials."""
        self.stop()
        link = self.folder / "place"
        if link.is_dir():
            shutil.rmtree(link.resolve())
        shutil.rmtree(self.folder)

    def alive(self) -> bool:
        """Whether the server process runs."""
        return self._leash is not None and self._leash.exit_code() is None

    @property
    def pid(self) -> int | None:
        """The server's process number, or None when it does not run."""
        return self._status()[0] if self.alive() else None

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- steps of a start, in order

    def _bring_up(self, progress: Callable[[str], object]) -> str:
        self._own()
        if self._leash:
            self._leash.end()
        place = self._place = settle(self.folder)
        evict(place.data, progress)
        if not place.data.exists():
            self._make(place, progress)
        version = (place.data / "PG_VERSION").read_text().strip()
        if version != MAJOR:
            raise DatabaseFailed(
                f"{place.data} 是 PostgreSQL {version} 的数据，本版本需要 {MAJOR}。请先用 pg_upgrade 升级。",
                code="database.version",
            )
        self._launch(place, progress)
        return self._with_database()

    def _own(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        ownership = Ownership(self.folder / "lock")
        if self._ownership is None:
            try:
                ownership.take()
            except Taken as taken:
                raise DatabaseBusy(
                    f"数据库目录 {self.folder} 正由进程 {taken.pid or '（未知）'} 使用。"
                    "请先停止它，或用 GGZY_HOME 指定另一个目录。"
                ) from None
            self._ownership = ownership

    def _make(self, place: Place, progress: Callable[[str], object]) -> None:
        """Make a new cluster beside its place and move it there when it is whole."""
        free = shutil.disk_usage(self.folder).free
        if free < ROOM:
            raise DatabaseFailed(
                f"{self.folder} 所在磁盘只剩 {free // MB} MB，建立数据库至少需要 {ROOM // MB} MB。"
                "请先腾出空间。",
                code="database.disk",
            )
        progress("建立数据库")
        password = secrets.token_urlsafe(32)
        new, note = place.data.with_name("data.new"), place.data.with_name("password.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        _write_secret(note, password)
        if place.account:
            place.account.give(new, 0o700)
            place.account.give(note, 0o600)
        try:
            done = run(
                [
                    *(place.programs / "initdb", "--pgdata", new, "--username", NAME, "--pwfile", note),
                    *("--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--data-checksums"),
                    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                ],
                place.account,
            )
        finally:
            note.unlink()
        if done.returncode:
            raise _failure("建立数据库时出错", done.stderr)
        with (new / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude 'ggzy.conf'\n# Your own settings below this line.\n")
        _write_secret(self.folder / "password", password)
        new.rename(place.data)

    def _launch(self, place: Place, progress: Callable[[str], object]) -> None:
        """Start the server and wait for it; its port may be snatched between our look and its own bind."""
        (place.data / "ggzy.conf").write_text(settings(place.log))
        if place.account:
            place.account.give(place.data / "ggzy.conf", 0o600)
        account = (place.account.uid, place.account.gid) if place.account else None
        said = place.log / "start.log"
        for _ in range(3):
            port = _free_port(self.folder / "port")
            options = ("listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=")
            command: list[str | Path] = [place.programs / "postgres", "-D", place.data]
            command += [f"--{option}" for option in options]
            with said.open("wb") as output:
                self._leash = Leash(
                    command,
                    output=output,
                    account=account,
                    env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
                    stop=signal.SIGINT,  # "fast": cancel what runs, checkpoint, exit
                    grace=60,
                )
            if self._wait_until_ready(progress):
                return
            (self.folder / "port").unlink(missing_ok=True)
            if "could not bind" not in said.read_text(errors="replace"):
                break
        raise _failure("数据库启动后随即退出", self._last_words(place.log))

    def _wait_until_ready(self, progress: Callable[[str], object]) -> bool:
        """True when it takes connections, False when it ended. Recovery takes as long as it takes."""
        begun = said = time.monotonic()
        while self.alive():
            if self._status()[1] == "ready":
                return True
            if time.monotonic() - said > 5:
                said = time.monotonic()
                progress(f"数据库正在恢复上次未落盘的数据，已用 {said - begun:.0f} 秒，请勿中断")
            time.sleep(0.02)
        return False

    def _with_database(self) -> str:
        """The URL of our database, which is made when it is not there."""
        password = (self.folder / "password").read_text().strip()
        address = f"postgresql://{NAME}:{password}@127.0.0.1:{(self.folder / 'port').read_text().strip()}"
        try:
            with psycopg.connect(f"{address}/postgres", autocommit=True, connect_timeout=30) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                    connection.execute(f"CREATE DATABASE {NAME}")
        except psycopg.Error as error:
            raise _failure("数据库已启动，但连接不上", str(error).replace(password, "***")) from None
        return f"{address}/{NAME}"

    # --- what the server itself says

    def _status(self) -> tuple[int | None, str]:
        """(process number, `starting` | `ready` | `stopping` …) as the server writes into postmaster.pid."""
        try:
            lines = (self._place.data / "postmaster.pid").read_text().splitlines()  # type: ignore[union-attr]
        except FileNotFoundError:
            return None, ""
        return (int(lines[0]) if lines else None), (lines[7].strip() if len(lines) > 7 else "")

    def _last_words(self, log: Path) -> str:
        """The end of the two newest logs: what came before the log collector ran, and after."""
        newest = sorted(log.glob("*.log"), key=lambda file: file.stat().st_mtime)[-2:]
        return "\n".join(file.read_text(errors="replace")[-4000:] for file in newest)


def _failure(what: str, said: str) -> DatabaseFailed:
    """Turn the server's words into a sentence that says what to do."""
    if "No space left on device" in said:
        return DatabaseFailed(f"{what}：磁盘已满。请腾出空间后再启动，数据不会丢失。", code="database.disk")
    grave = [line for line in said.splitlines() if any(word in line for word in ("FATAL", "PANIC", "error"))]
    reason = (grave or said.splitlines() or ["没有输出"])[-1].strip()
    return DatabaseFailed(f"{what}：{reason}。详见数据库目录下的 log/。")


def _write_secret(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _free_port(memory: Path) -> int:
    """The port of last time if nobody has taken it, else any free one, which is remembered."""
    known = int(memory.read_text()) if memory.exists() else 0
    for port in (known, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            chosen = int(probe.getsockname()[1])
        memory.write_text(f"{chosen}\n")
        return chosen
    raise OSError("no free port")
