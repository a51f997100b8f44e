"""From a package to lines as the intake reads them: one a record, with its attachments and what was wrong on the way."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec

from ggzy import standard
from ggzy.desks.exchange import guids
from ggzy.desks.exchange.envelope import LINE_LIMIT
from ggzy.desks.exchange.packages.archive import DAMAGED, Archive
from ggzy.desks.exchange.packages.enclosures import Enclosed, Enclosures, bare, file_of, guid_of
from ggzy.desks.exchange.packages.encoding import WrongEncoding, as_utf8, encoding_of
from ggzy.desks.exchange.packages.messages import BadXml, Entry, Head, Listed, parse
from ggzy.desks.exchange.prepare import Line, Prepared, Reporter, fault, prepare

ATTACHMENT_SETS = {"518", "603"}
"""附件集: messages that only describe attachments (V2.0; the title tells others)."""
_NAMED_IN = ("ATTACHMENT_CODE", "ATTACHMENT_SET_CODE")
_GUID = re.compile(r"\{?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\}?")
_FILE_NAME = re.compile(r"\d{8}-\d{1,6}-(\d{3,4})\.xml", re.IGNORECASE)
_LISTED_LIMIT = 20_000
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Packaged(Line):
    """A line made from a record of a package. With `unreadable` its bytes are those of the document itself.

    `judged` is the line without its attachments when one of those is not there: its other faults are told as well.
    `guid` names its message, of which it is the `place`-th record; `enclosed` are its files by GUID.
    """

    file: str = ""
    data_set: str = ""
    key: str = ""
    unreadable: bool = False
    judged: bytes = b""
    guid: str = ""
    place: int = 1
    changes: bool = False
    enclosed: dict[str, bytes] = field(default_factory=dict)
    faults: list[dict[str, str]] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)


def look(reporter: Reporter, line: Line, at: datetime) -> Prepared:
    """Hold a packaged line against the standard, and against what was found while it was unpacked."""
    if not isinstance(line, Packaged):
        return prepare(reporter, line, at)
    if line.unreadable:
        return Prepared(line, line.data_set, line.key, faults=line.faults, warnings=line.warnings)
    prepared = prepare(reporter, Line(line.number, line.judged or line.raw, line.cut), at)
    prepared.line = line
    prepared.warnings += line.warnings
    if line.guid and bare(prepared.key) != line.guid:  # a withdrawal may know its record by nothing else
        prepared.guids = guids.of_message(prepared, line.guid, line.place, line.changes)
    prepared.guids |= {f"{guids.ATTACHMENT}:{guid}": digest for guid, digest in line.enclosed.items()}
    if line.faults:
        prepared.faults = line.faults + prepared.faults
        prepared.candidate = None
    return prepared


class Package:
    """The records of a package in the order of its documents, by name."""

    def __init__(self, archive: Archive, enclosures: Enclosures) -> None:
        self._archive = archive
        self._enclosures = enclosures
        self._listed: dict[str, Listed] = {}
        self._beside: dict[tuple[str, int], list[Listed]] = {}
        self._attached: set[str] = set()
        self._number = 0
        documents = sorted(name for name in archive.names if name.endswith(".xml"))
        for document in documents:
            self._list(document)
        self.documents = [document for document in documents if document not in self._attached]
        self.ignored = [
            archive.names[name]
            for name in archive.names
            if name not in self._attached and not name.endswith(".xml")
        ]

    def lines(self) -> Iterator[Packaged]:
        """A line a record; one for the document itself where it cannot be read on."""
        if not self.documents:
            yield self._unreadable(
                "",
                b"",
                fault("package.no_xml", "包内没有 XML 报文。请核对打包程序。", expected="至少一个 .xml 文件"),
            )
        for document in self.documents:
            records = 0
            try:
                for line in self._records(document):
                    records += 1
                    yield line
                if not records and not any(name == document for name, _ in self._beside):
                    raise BadXml(
                        "package.no_message", "XML 里没有报文：应有 HEAD（报文头）和 BODY（数据集字段）"
                    )
            except WrongEncoding as problem:
                yield self._refused(document, "package.encoding", f"{problem}。")
            except BadXml as problem:
                yield self._refused(document, problem.code, f"{problem}。")
            except DAMAGED:
                yield self._refused(
                    document, "package.file_broken", "这个 XML 文件在包内已损坏，无法读完。请重新打包。"
                )

    def _items(self, document: str) -> Iterator[Head | Entry | Listed]:
        codec = encoding_of(self._archive.blocks(document))
        return parse(as_utf8(self._archive.blocks(document), codec))

    def _list(self, document: str) -> None:
        """Note which attachments a document lists: they may stand after the record that names them."""
        message = 0
        try:
            for item in self._items(document):
                if isinstance(item, Head):
                    message += 1
                elif isinstance(item, Listed) and len(self._listed) < _LISTED_LIMIT:
                    self._listed.setdefault(guid_of(item), item)
                    self._beside.setdefault((document, message), []).append(item)
                    if file := file_of(self._archive, item):
                        self._attached.add(file)
        except (WrongEncoding, BadXml, *DAMAGED):
            return  # told when its records are read

    def _records(self, document: str) -> Iterator[Packaged]:
        head, message, place = Head({}), 0, 0
        for item in self._items(document):
            if isinstance(item, Head):
                head, message, place = item, message + 1, 0
            elif isinstance(item, Entry) and not _is_attachment_set(head):
                self._number, place = self._number + 1, place + 1
                line = self._line(document, head, item, self._beside.get((document, message), []))
                line.place = place
                yield line

    def _line(self, document: str, head: Head, entry: Entry, beside: list[Listed]) -> Packaged:
        line = Packaged(self._number, b"", file=self._archive.names[document])
        named = _FILE_NAME.fullmatch(line.file)
        line.data_set = head.values.get("datano") or (named[1] if named else "")
        data = dict(entry.fields)
        op = head.values.get("datatype") or "1"
        enclosed = [self._enclosures.find(listed) for listed in self._wanted(data, beside, line)]
        line.key = _key(line.data_set, head, data) if line.data_set else ""
        if _GUID.fullmatch(given := head.values.get("datakey", "")):
            line.guid, line.changes = bare(given), op != "1"
        line.enclosed = {
            one.guid: bytes.fromhex(one.sha256) for one in enclosed if one.sha256 and _GUID.fullmatch(one.guid)
        }
        _judge(line, head, entry, enclosed)
        sent: dict[str, Any] = {"data_set": line.data_set, "key": line.key, "op": op, "data": data}
        if op == "3":
            ground = head.values.get("reason") or data.pop("REASON", "") or data.get("CANCEL_REASON", "")
            sent["reason"] = " ".join(ground.split())
            data["DATA_TIMESTAMP"] = data.get("DATA_TIMESTAMP") or head.values.get("timestamp", "")
        elif enclosed:
            if not all(one.sha256 for one in enclosed):
                line.judged = _encode(sent)[:LINE_LIMIT]
            sent["attachments"] = [one.as_sent() for one in enclosed]
        raw = _encode(sent)
        line.raw, line.cut = raw[:LINE_LIMIT], entry.cut or len(raw) > LINE_LIMIT
        return line

    def _wanted(self, data: dict[str, str], beside: list[Listed], line: Packaged) -> list[Listed]:
        """The attachments of a record: those that it names; if it names none, those of its own message."""
        named = [
            bare(part)
            for name in _NAMED_IN
            for part in re.split("[;,；，]", data.get(name, ""))
            if _GUID.fullmatch(part.strip())
        ]
        for guid in dict.fromkeys(named):
            if guid not in self._listed:
                line.warnings.append(
                    fault("package.attachment_unlisted", "记录写有附件的 GUID，包内没有这个附件的说明（GUID、MD5、文件名），记录已按没有它接收。",
                          field="ATTACHMENT_CODE", expected="附件集中有同一 GUID", got=guid)
                )  # fmt: skip
        return [self._listed[guid] for guid in dict.fromkeys(named) if guid in self._listed] or beside

    def _refused(self, document: str, code: str, text: str) -> Packaged:
        try:
            begun = b"".join(islice(self._archive.blocks(document), 1 + LINE_LIMIT // (256 * 1024)))[
                :LINE_LIMIT
            ]
        except DAMAGED:
            begun = b""
        return self._unreadable(self._archive.names[document], begun, fault(code, text, rule="数据包"))

    def _unreadable(self, file: str, raw: bytes, found: dict[str, str]) -> Packaged:
        self._number += 1
        named = _FILE_NAME.fullmatch(file)
        return Packaged(
            self._number, raw, file=file, data_set=named[1] if named else "", unreadable=True, faults=[found]
        )


def _is_attachment_set(head: Head) -> bool:
    return head.values.get("datano", "") in ATTACHMENT_SETS or "附件集" in head.values.get("datacn", "")


def _key(number: str, head: Head, data: dict[str, str]) -> str:
    """The sender's own key; a GUID names the message and not the record, which then goes by its natural key."""
    given = head.values.get("datakey", "")
    if given and not _GUID.fullmatch(given):
        return given
    return "" if head.values.get("datatype") != "3" else standard.check(number, data).key or given


def _judge(line: Packaged, head: Head, entry: Entry, enclosed: list[Enclosed]) -> None:
    """What the standard's own check cannot see."""
    if not head.values:
        line.faults.append(
            fault(
                "package.head_missing",
                "记录前面没有 HEAD（报文头），不知道是哪个数据集。",
                field="HEAD",
                rule="必填",
            )
        )
        line.unreadable = not line.data_set
    elif not line.data_set:
        line.faults.append(
            fault("package.head_missing", "HEAD 里没有 DATA_NO（数据集编号）。", field="DATA_NO", rule="必填")
        )
        line.unreadable = True
    known = standard.DATA_SETS.get(line.data_set)
    markup = [*entry.markup, *([entry.element] if known and entry.element in known.by_name else [])]
    if markup:
        shown = "、".join(dict.fromkeys(markup))[:80]
        line.faults.append(
            fault(
                "package.markup",
                f"字段 {shown} 的内容里有未转义的标记，被当成了 XML。请放进 CDATA，或把 < 和 & 转义。",
                field=markup[0][:80],
            )
        )
    names = [name for name, _ in entry.fields]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        line.faults.append(
            fault(
                "package.field_twice",
                f"字段 {twice[:80]} 出现了不止一次，无法判断以哪个为准。请只留一个。",
                field=twice[:80],
            )
        )
    if known and (table := head.values.get("dataen", "")) and table.upper() != known.table:
        line.warnings.append(
            fault("package.table_mismatch", "HEAD 里的 DATA_EN 与 DATA_NO 不是同一个数据集，已按 DATA_NO 处理。请核对。",
                  field="DATA_EN", expected=known.table, got=table)
        )  # fmt: skip
    for one in enclosed:
        line.faults += one.faults
        line.warnings += one.warnings
