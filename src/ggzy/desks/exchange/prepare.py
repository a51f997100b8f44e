"""From the bytes of a line to a record that could be taken in. Looks at no table."""

import codecs
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from ggzy import standard
from ggzy.desks.exchange import envelope, repeats
from ggzy.desks.exchange.envelope import KEY_LENGTH, LINE_LIMIT, Envelope
from ggzy.kernel import members
from ggzy.kernel.act import Act
from ggzy.kernel.ledger.records import HIDDEN, Candidate
from ggzy.kernel.privacy.shielding import shielded

CLOCK_TOLERANCE = timedelta(minutes=10)
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True)
class Reporter:
    """Whose records they are (`source`, a platform code), and who brings them, in which role.

    The system itself brings them by its token, which may cover some data sets only (prefixes; empty: all); an
    operator brings them from a file, and the clock when they have waited long enough.
    """

    source: str
    actor: str
    data_sets: tuple[str, ...] = ()
    role: str = "system"

    def act(self, via: str, reason: str = "") -> Act:
        """What whoever brings them does now, by this door."""
        return Act(self.actor, self.role, via, reason, scope=self.data_sets)

    def may_report(self, number: str) -> bool:
        """Whether the token covers this data set."""
        return not self.data_sets or number.startswith(self.data_sets)


@dataclass(slots=True)
class Line:
    """One line as received. `quarantined` is its row when it comes out of the quarantine."""

    number: int
    raw: bytes
    cut: bool = False
    quarantined: int | None = None


@dataclass(slots=True)
class Prepared:
    """A line that was looked at: a candidate, or the faults for which it is refused.

    `guids` are the names that a package gives to it and to its files, each with the digest of what it stands for.
    """

    line: Line
    data_set: str = ""
    key: str = ""
    candidate: Candidate | None = None
    declares: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    attachments: list[envelope.Attachment] = field(default_factory=list)
    guids: dict[str, bytes] = field(default_factory=dict)
    faults: list[dict[str, str]] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)


def fault(code: str, text: str, *, field: str = "", rule: str = "", expected: str = "", got: str = "") -> dict[str, str]:
    """Why a line is refused, in the same shape as the data standard's own faults."""
    return _storable({"code": code, "field": field, "rule": rule, "expected": expected, "got": got, "text": text})


def prepare(reporter: Reporter, line: Line, at: datetime) -> Prepared:
    """Read one line and hold it against the standard and the reporter's rights."""
    prepared = Prepared(line)
    if line.cut:
        prepared.faults.append(
            fault("record.line_too_long", f"这一行超过 {LINE_LIMIT // 1024**2} MB 上限，只保留了开头部分。请把正文或附件改用文件上传。",
                  rule="一行的字节数", expected=f"不超过 {LINE_LIMIT} 字节")
        )  # fmt: skip
        return prepared
    raw = line.raw
    if raw.startswith(codecs.BOM_UTF8):
        raw = raw[len(codecs.BOM_UTF8) :]
        prepared.warnings.append(
            fault("record.byte_order_mark", "行首有 UTF-8 BOM，已忽略。建议以无 BOM 的 UTF-8 发送。", rule="编码", expected="UTF-8 无 BOM")
        )
    try:
        raw.decode()
        read = envelope.decode(raw)
    except UNREADABLE as problem:
        prepared.faults.append(_unreadable(raw, problem))
        return prepared
    prepared.data_set, prepared.key, prepared.attachments = read.data_set, read.key, read.attachments
    number = _permitted(reporter, prepared)
    if not number:
        return prepared
    if read.op == "3":
        _withdrawal(prepared, number, raw, read, at)
    else:
        _record(reporter, prepared, number, raw, read, at)
    if prepared.faults:
        prepared.candidate = None
    return prepared


def _permitted(reporter: Reporter, prepared: Prepared) -> str:
    """The number under which the standard knows the data set; "" when there is none or the token does not cover it."""
    said = prepared.data_set
    try:
        number = standard.data_set(said).number  # an old number, such as 800, stands for the new one
    except standard.UnknownDataSet:
        prepared.faults.append(
            fault("record.data_set_unknown", f"没有编号为 {said} 的数据集。请对照数据标准目录。",
                  field="data_set", rule="数据集目录", expected="目录中的编号", got=said)
        )  # fmt: skip
        return ""
    if standard.DATA_SETS[number].kind == "register":
        prepared.faults.append(
            fault("record.data_set_ours", f"数据集 {said} 由平台自己发布，交易系统只接收、不报送。主体登记请报送 100—118。",
                  field="data_set", rule="由平台发布", got=said)
        )  # fmt: skip
        return ""
    if not reporter.may_report(number):
        prepared.faults.append(
            fault("record.data_set_not_yours", f"本令牌不能报送数据集 {said}。请使用有相应权限的令牌，或向平台申请。",
                  field="data_set", expected="、".join(f"{p}*" for p in reporter.data_sets), got=said)
        )  # fmt: skip
        return ""
    return number


def _record(reporter: Reporter, prepared: Prepared, number: str, raw: bytes, read: Envelope, at: datetime) -> None:
    data = bytes(read.data)
    checked = standard.check(number, data)
    prepared.faults = [_as_dict(f, number) for f in checked.faults]
    prepared.warnings += [_as_dict(f, number) for f in checked.warnings]
    if prepared.faults:
        return
    if repeats.possible(raw, read, data, checked):
        _check_repeats(prepared, raw)
    key = read.key or checked.key
    if not key:
        prepared.faults.append(
            fault("record.key_missing", "这类数据没有自带的唯一编号，请在 key 中给出贵系统内不变的记录标识（如 GUID）。",
                  field="key", rule="必填", expected=f"1–{KEY_LENGTH} 个字符")
        )  # fmt: skip
    elif not key.isprintable() and _CONTROL.search(key):
        prepared.faults.append(
            fault("record.key_control", "记录标识中含有制表、换行等控制字符。它取自本数据集的编号或名称字段，请去掉这些字符后重新报送，或在 key 中另给标识。",
                  field="key", rule="不含控制字符", got=key[:80])
        )  # fmt: skip
    if checked.platform_code != reporter.source:
        prepared.faults.append(
            fault("record.foreign_platform", "交易系统标识码不是本令牌所属系统的代码。请核对 PLATFORM_CODE，或改用该系统的令牌。",
                  field="PLATFORM_CODE", rule="与令牌一致", expected=reporter.source, got=checked.platform_code)
        )  # fmt: skip
    _check_clock(prepared, checked.timestamp, at)
    prepared.data_set, prepared.key = number, shielded(number, key)
    _check_published(prepared, number, checked.published, at)
    _check_opening(prepared, number, checked.public, at)
    prepared.declares, prepared.parents = checked.declares, checked.parents
    public, private = checked.public, checked.private
    if read.attachments:  # the files of a record are as public as the record
        if public == HIDDEN:
            private = _with_attachments(private, read.attachments)
        else:
            public = _with_attachments(public, read.attachments)
    prepared.candidate = Candidate(number, prepared.key, checked.timestamp, public, private)


def _with_attachments(part: bytes, attachments: list[envelope.Attachment]) -> bytes:
    named = [{"name": standard.mask_text(a.name), "sha256": a.sha256} for a in attachments]
    return _encode({**msgspec.json.decode(part), "attachments": named})


def _withdrawal(prepared: Prepared, number: str, raw: bytes, read: Envelope, at: datetime) -> None:
    try:
        data: Any = msgspec.json.decode(read.data)
    except UNREADABLE as problem:
        prepared.faults.append(_unreadable(bytes(read.data), problem))
        return
    _check_repeats(prepared, raw)
    stamp = data.get("DATA_TIMESTAMP") if isinstance(data, dict) else None
    if not read.key:
        prepared.faults.append(fault("record.key_missing", "撤回时请在 key 中写明要撤回的记录标识。", field="key", rule="必填"))
    if not (isinstance(stamp, str) and len(stamp) == 14 and standard.moment(stamp)):
        prepared.faults.append(
            fault("record.field_missing", "撤回时请在 data 中给出 DATA_TIMESTAMP（14 位时间戳）。",
                  field="DATA_TIMESTAMP", rule="必填", expected="yyyyMMddHHmmss")
        )  # fmt: skip
        return
    _check_clock(prepared, stamp, at)
    if not read.reason.strip():
        prepared.warnings.append(
            fault("record.reason_missing", "撤回没有写明理由，已照办。建议在 reason 中写明，公众会看到它。",
                  field="reason", rule="建议填写", expected="撤回的理由")
        )  # fmt: skip
    prepared.data_set, prepared.key = number, shielded(number, read.key)
    public, private = _encode({"reason": standard.mask_text(read.reason)}), _encode({"DATA_TIMESTAMP": stamp})
    prepared.candidate = Candidate(number, prepared.key, stamp, public, private, withdrawn=True)


def _check_repeats(prepared: Prepared, raw: bytes) -> None:
    prepared.faults += [
        fault("record.member_repeated", f"“{name}”在这一行里写了不止一次，无法确定以哪一个为准。请只保留一个，重新报送。",
              field=name, rule="同一对象内的名称不重复（RFC 8259）", expected="一次")
        for name in members.repeated(raw)
    ]  # fmt: skip


def _check_clock(prepared: Prepared, stamp: str, at: datetime) -> None:
    latest = _latest(at)
    if stamp > latest:
        here = _stamp(at)
        prepared.faults.append(
            fault("record.clock_ahead", "数据时间戳比平台时间快 10 分钟以上，疑似贵系统时钟有误。请校准时钟后重新报送。",
                  field="DATA_TIMESTAMP", rule="不晚于平台时间 10 分钟", expected=f"不晚于 {latest}（平台时间 {here}）", got=stamp)
        )  # fmt: skip


def _check_published(prepared: Prepared, number: str, published: str, at: datetime) -> None:
    """What is published ahead of its time would stand above all else until then.

    Days and minutes compare with the full moment as texts: the same day is never later.
    """
    latest = _latest(at)
    if published > latest and standard.DATA_SETS[number].kind != "opening":  # an opening is told so in its own words
        prepared.faults.append(
            fault("record.published_ahead", "发布时间还没有到，不能提前报送。请核对发布时间，或在发布后报送。",
                  field=standard.DATA_SETS[number].meanings["published_at"][0], rule="不晚于平台时间 10 分钟",
                  expected=f"不晚于 {latest[: len(published)]}（平台时间 {_stamp(at)}）", got=published)
        )  # fmt: skip


def _check_opening(prepared: Prepared, number: str, public: bytes, at: datetime) -> None:
    """Bidders are secret until the opening (招标投标法 22): their lists wait for it, so it must not come early."""
    known = standard.DATA_SETS[number]
    if known.kind != "opening":
        return
    field = known.meanings["opening_at"][0]
    opened = msgspec.json.decode(public).get(field, "")
    if opened > _stamp(at):
        prepared.faults.append(
            fault("record.opening_ahead", "开标时间还没有到，不能报送开标记录。请在开标后报送。",
                  field=field, rule="不晚于平台时间", expected=f"不晚于 {_stamp(at)}", got=opened)
        )  # fmt: skip


@lru_cache(maxsize=16)
def _latest(at: datetime) -> str:
    """The latest moment that a sender whose clock is right can have reached."""
    return _stamp(at + CLOCK_TOLERANCE)


@lru_cache(maxsize=16)
def _stamp(at: datetime) -> str:
    """A moment as the standard writes it; all lines of a batch ask for the same one."""
    return standard.stamp(at)


def _as_dict(found: standard.Fault, number: str) -> dict[str, str]:
    """A fault as answers give it; `about` is where the standard's own pages explain the field."""
    said = {name: str(getattr(found, name) or "") for name in ("code", "field", "rule", "expected", "got", "text")}
    return _storable(said | {"about": standard.page_address(number, found.field)})


def _storable(found: dict[str, str]) -> dict[str, str]:
    """What was received is shown without controls, which the database cannot keep, and not in its full length."""
    return {name: _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text[:500]) for name, text in found.items()}


def _unreadable(raw: bytes, problem: Exception) -> dict[str, str]:
    shown = raw[:80].decode(errors="replace")
    if isinstance(problem, UnicodeDecodeError):
        at = problem.start
        return fault("record.encoding", f"第 {at + 1} 个字节起不是 UTF-8 编码。请以 UTF-8（无 BOM）重新发送；GBK 数据请先转码。",
                     rule="编码", expected="UTF-8", got=raw[at : at + 8].hex(" "))  # fmt: skip
    if isinstance(problem, RecursionError):
        return fault("record.not_json", "这一行的 JSON 嵌套过深，无法读取。每个字段应只有一个值。", rule="JSON", got=shown)
    if isinstance(problem, msgspec.ValidationError):
        return fault("record.envelope", f"外层结构不符：{envelope.explain(problem)}。每行应为 {{\"data_set\":…,\"key\":…,\"op\":\"1\",\"data\":{{…}}}}。",
                     rule="信封结构", got=shown)  # fmt: skip
    return fault("record.not_json", f"这一行不是完整的 JSON：{envelope.where(problem)}。请检查是否被截断或多了换行。", rule="JSON", got=shown)
