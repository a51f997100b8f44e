"""`ggzy verify URL-or-folder`: is the log whole, and does it hold what a receipt promises? Needs no database."""

import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from ggzy.kernel.ledger import proof, quorum, verify
from ggzy.kernel.ledger.audit import Fetch, Missing, Progress
from ggzy.kernel.ledger.policy import Policy


class Command(BaseCommand):
    help = "验证整本存证日志：签名、每一条、每一块、树根；不需要数据库"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", help="网址（如 http://localhost:8000/evidence/2026）或文件夹")
        parser.add_argument(
            "--vkey", action="append", default=[], help="您信任的验证公钥，可给多把（各种算法），每把都须签过；不给时用日志旁边的 vkey"
        )
        parser.add_argument("--policy", type=Path, help="您信任的见证策略文件：检查点须有足够的见证人签名，并与各见证人核对")
        parser.add_argument("--event", type=Path, help="回执文件，或它的 .tlog-proof 证明文件：是否在日志中")

    def handle(
        self, *args: Any, place: str, vkey: list[str], policy: Path | None, event: Path | None, **options: Any
    ) -> None:
        try:
            trusted = None if policy is None else Policy.parse(read(policy))
            said = examine(place, vkey, event, trusted)
        except ValueError as fault:
            self.stdout.write(f"不通过：{fault}")
            sys.exit(1)
        self.stdout.write(said)


def examine(place: str, vkeys: list[str], event: Path | None, trusted: Policy | None = None) -> str:
    """What is to be said of the log, and of the receipt or proof when there is one; Damaged when anything fails."""
    fetch = one_checkpoint(verify.source(place))
    key = vkeys[0] if vkeys else quorum.log_key(checkpoint_of(fetch), trusted) if trusted else None
    given = None if event is None else read(event)
    is_proof = given is not None and given.startswith(proof.HEADER)
    wanted = verify.promised_leaf(given, fetch) if given is not None and not is_proof else None
    with tqdm(unit="条", desc="验证", file=sys.stderr, mininterval=0.5) as bar:
        report = verify.verify(fetch, key, moving(bar), wanted)
    said = f"{report.origin}\n条数 {report.size}\n树根 {report.root.hex()}\nOK 全部条目、哈希块与签名一致"
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
