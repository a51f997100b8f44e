"""`ggzy verify URL-or-folder`: is the log whole, and does it hold what a receipt promises? Needs no database.

`ggzy verify --database` is the operator's: it holds all tables of the ledger, and all stored files, against it.
"""

import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError
from tqdm import tqdm

from ggzy.kernel.oversight.examination.faults import Faults
from ggzy.kernel.oversight.examination.places import examine_all
from ggzy.kernel.oversight.examination.whole import Published
from ggzy.kernel.sequencing import witnesses
from ggzy.kernel.tlog import proof, quorum, verify
from ggzy.kernel.tlog.audit import Fetch, Missing, Progress
from ggzy.kernel.tlog.note import Verifier
from ggzy.kernel.tlog.policy import Policy

BESIDE = "没有给出{name}公钥（{option}），用的是日志旁边的 {file}：这只说明日志自身完整，不说明是谁的"


class Command(BaseCommand):
    help = "验证整本存证日志：签名、每一条、每一块、树根；不需要数据库。加 --database 时连同数据库和上传文件一起核对"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", nargs="?", help="网址（如 http://localhost:8000/evidence/2026）或文件夹")
        parser.add_argument(
            "--vkey",
            action="append",
            default=[],
            help="您信任的验证公钥，可给多把（各种算法），每把都须签过；不给时用日志旁边的 vkey",
        )
        parser.add_argument(
            "--policy", type=Path, help="您信任的见证策略文件：检查点须有足够的见证人签名，并与各见证人核对"
        )
        parser.add_argument("--event", type=Path, help="回执文件，或它的 .tlog-proof 证明文件：是否在日志中")
        parser.add_argument("--receipts-vkey", help="您信任的回执公钥；不给时用日志旁边的 receipts.vkey")
        parser.add_argument(
            "--database",
            action="store_true",
            help="运维人员用：把数据库的每一行与日志核对；给出地址时与那里公布的日志核对",
        )

    def handle(
        self,
        *args: Any,
        place: str | None,
        vkey: list[str],
        policy: Path | None,
        event: Path | None,
        receipts_vkey: str | None,
        database: bool,
        **options: Any,
    ) -> None:
        if not place and (event or not database):
            raise CommandError("请给出日志的网址或文件夹；运维人员只核对数据库时请加 --database")
        try:
            trusted = None if policy is None else Policy.parse(read(policy))
            judge = with_database if database else examine
            said = judge(place, vkey, event, trusted, receipts_vkey)
        except ValueError as fault:
            self.stdout.write(f"不通过：{fault}")
            sys.exit(1)
        self.stdout.write(said)


def with_database(
    place: str | None, vkeys: list[str], event: Path | None, trusted: Policy | None, receipts_vkey: str | None
) -> str:
    """What is to be said of the database and all that belongs to it; Damaged names everything that does not fit."""
    faults = Faults()

    def opened(at: str) -> Published:
        fetch = one_checkpoint(verify.source(at))
        key = verify.log_key(fetch, next(iter(keys_of(fetch)), None))
        return Published(at, fetch, verify.open_checkpoint(checkpoint_of(fetch), key))

    def verified(found: Published) -> str:
        return examine(found.place, keys_of(found.fetch), event, trusted, receipts_vkey, found.fetch)

    def keys_of(fetch: Fetch) -> list[str]:
        """One key signs each year under another name; who names a place means the log that is there."""
        return vkeys if place else named(vkeys, checkpoint_of(fetch).partition("\n")[0])

    key, policy = vkeys[0] if vkeys else None, trusted or witnesses.policy()
    try:
        with Bars() as bars:
            told = examine_all(place, opened, verified, key, policy, faults, bars.moved)
    except (DatabaseError, InterfaceError) as fault:
        raise verify.Damaged(
            f"数据库连不上或读不出来：{fault}\n请核对 DATABASE_URL，确认数据库已启动、表已建立（ggzy migrate）"
        ) from None
    said = "\n".join(told)
    if faults.count:
        raise verify.Damaged(f"{faults.count:,} 处不符\n{faults}\n已核对：\n{said}")
    return f"{said}\nOK 数据库、已公布的日志与上传文件一致"


def named(vkeys: list[str], origin: str) -> list[str]:
    """The same keys for the log of this name."""
    try:
        return [Verifier.parse(vkey).named(origin).vkey for vkey in vkeys]
    except ValueError:
        raise verify.Damaged(
            "给出的验证公钥无法读取：不是一行完整的 名称+编号+密钥，或不支持这种密钥"
        ) from None


class Bars:
    """A bar for one stretch of the work after the other."""

    def __init__(self) -> None:
        self._bar: tqdm | None = None

    def __enter__(self) -> "Bars":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def moved(self, title: str, steps: int) -> Callable[[], object]:
        """Begin the next stretch; what is given back says that one step is done."""
        self.__exit__()
        self._bar = tqdm(total=steps or None, desc=title, file=sys.stderr, mininterval=0.5)
        return self._bar.update


def examine(
    place: str | None,
    vkeys: list[str],
    event: Path | None,
    trusted: Policy | None = None,
    receipts_vkey: str | None = None,
    fetch: Fetch | None = None,
) -> str:
    """What is to be said of the log, and of the receipt or proof when there is one; Damaged when anything fails."""
    fetch = fetch or one_checkpoint(verify.source(str(place)))
    key = vkeys[0] if vkeys else quorum.log_key(checkpoint_of(fetch), trusted) if trusted else None
    given = None if event is None else read(event)
    is_proof = given is not None and given.startswith(proof.HEADER)
    wanted = verify.promised_leaf(given, fetch, receipts_vkey) if given is not None and not is_proof else None
    with tqdm(unit="条", desc="验证", file=sys.stderr, mininterval=0.5) as bar:
        report = verify.verify(fetch, key, moving(bar), wanted)
    said = f"{report.origin}\n条数 {report.size}\n树根 {report.root.hex()}\nOK 全部条目、哈希块与签名一致"
    if key is None:
        said += "\n" + BESIDE.format(name="日志", option="--vkey", file="vkey")
    if vkeys:
        said += f"\nOK 所给密钥都已签名：{'、'.join(quorum.require_keys(checkpoint_of(fetch), vkeys))}"
    if trusted is not None:
        names = quorum.require_quorum(checkpoint_of(fetch), trusted)
        said += f"\nOK 见证满足策略：{'、'.join(names) or '策略不要求见证'}"
        said += "".join(f"\n{line}" for line in quorum.compare(fetch, report, trusted))
    if is_proof and given is not None:
        place_of = verify.check_proof(given, fetch, verify.log_key(fetch, key), report)
        if trusted is not None:
            quorum.require_quorum(proof.Proof.parse(given).checkpoint, trusted)
        return f"{said}\nOK 证明成立：日志第 {place_of:,} 条（从 0 数起）"
    if wanted is not None:
        if receipts_vkey is None:
            said += "\n" + BESIDE.format(name="回执", option="--receipts-vkey", file="receipts.vkey")
        if report.found is None:
            raise verify.Damaged(
                f"日志中没有回执所承诺的条目。回执签发超过 60 秒仍没有，即证明平台失信，请保留回执投诉；"
                f"跨年时请再查下一年的日志（本日志为 {report.origin}）"
            )
        return f"{said}\nOK 回执兑现：日志第 {report.found:,} 条（从 0 数起）"
    return said


def one_checkpoint(fetch: Fetch) -> Fetch:
    """Read the checkpoint once, though a running log has a newer one by the time that it is judged again."""
    once = lru_cache(maxsize=1)(fetch)
    return lambda name: once(name) if name == "checkpoint" else fetch(name)


def checkpoint_of(fetch: Fetch) -> str:
    """The checkpoint as text."""
    try:
        return fetch("checkpoint").decode()
    except (Missing, UnicodeDecodeError):
        raise verify.Damaged("缺少文件 checkpoint，或它不是文本。请给出日志本身的网址或文件夹") from None


def read(path: Path) -> str:
    """The text of a file."""
    try:
        return path.read_text()
    except OSError as fault:
        raise verify.Damaged(f"读不到文件 {path}：{fault.strerror}") from None
    except UnicodeDecodeError:
        raise verify.Damaged(f"{path} 不是回执、证明或策略文件") from None


def moving(bar: tqdm) -> Progress:
    """Show on the bar how far the walk has come."""

    def progress(done: int, size: int) -> None:
        bar.total = size
        bar.update(done - bar.n)

    return progress
