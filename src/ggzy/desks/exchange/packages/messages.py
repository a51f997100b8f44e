"""The XML of a package as a stream: heads, records and lists of attachments, in the order of the document.

    <DATA>
      <HEAD> FROM_PLATFORM_CODE TO_PLATFORM_CODE DATA_NO DATA_EN DATA_CN DATA_TYPE DATA_KEY TIMESTAMP </HEAD>
      <BODY> the fields of the data set
        <ATTACHMENTS><ATTACHMENT> ATT_SET_CODE ATT_CODE ATT_NAME ATT_TYPE MD5 ATT_FILE_NAME URL </ATTACHMENT></ATTACHMENTS>
      </BODY>
    </DATA>

No binding of 数据规范 V2.0 fixes the names of these elements, so what senders use is read alike: names compare
without case, underscores and prefixes; a body may hold its fields itself or one element a record; a document may
hold several messages; attachments may stand in the body, beside it, or in a message of their own (附件集).

A DTD is refused where it begins, so no entity is ever defined, expanded or fetched.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from ggzy.desks.exchange.envelope import LINE_LIMIT

_HEADS = {"head", "header", "title"}
_BODIES = {"body", "context"}
_ATTACHMENTS = ("att", "annex", "binary")
_DEPTH = 32
_LEAF = 64
"""What a field costs beside its text, so that a million empty ones are too much, too."""

Fields = list[tuple[str, str]]


class BadXml(ValueError):
    """The document cannot be read on from here; `code` and message are for its sender."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(slots=True)
class Head:
    """Who sends what to whom; names plain (lower case, no underscores)."""

    values: dict[str, str]


@dataclass(slots=True)
class Entry:
    """One record: the element that held it, its fields, and elements in it that should have been text."""

    element: str
    fields: Fields
    markup: list[str]
    cut: bool


@dataclass(slots=True)
class Listed:
    """One attachment as its list describes it; names plain."""

    values: dict[str, str]

    def get(self, *names: str) -> str:
        """The first of these that is given."""
        return next((value for name in names if (value := self.values.get(name, ""))), "")


@dataclass(slots=True)
class _Node:
    name: str
    plain: str
    text: list[str] = field(default_factory=list)
    leaves: Fields = field(default_factory=list)
    markup: list[str] = field(default_factory=list)
    parent: bool = False
    records: int = 0


def plain(name: str) -> str:
    """A name as it is compared: fromPlatFormCode and FROM_PLATFORM_CODE are one."""
    return name.rpartition(":")[2].replace("_", "").replace("-", "").lower()


def parse(blocks: Iterable[bytes]) -> Iterator[Head | Entry | Listed]:
    """Read a document in UTF-8; what is given came whole, BadXml says why there is no more."""
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.said
    parser.StartDoctypeDeclHandler = _refuse_doctype
    fed = 0
    try:
        for block in blocks:
            parser.Parse(block, False)
            fed += len(block)
            yield from reader.taken()
            if fed - parser.CurrentByteIndex > 2 * LINE_LIMIT:
                raise BadXml("package.xml_too_large", "XML 中有一个标记过长，已停止读取。请核对打包程序")
        parser.Parse(b"", True)
    except expat.ExpatError as problem:
        yield from reader.taken()
        raise BadXml("package.xml_broken", f"XML 在第 {problem.lineno} 行第 {problem.offset + 1} 列有误（{expat.ErrorString(problem.code)}），"
                     "其后的内容没有读取。请检查标记是否成对、内容里的 < 和 & 是否已转义") from None  # fmt: skip
    yield from reader.taken()


def _refuse_doctype(*_: object) -> None:
    raise BadXml(
        "package.xml_doctype",
        "XML 里有 DTD（<!DOCTYPE …>），为防止实体展开攻击一律不读。请去掉 DTD 后重新发送",
    )


class _Reader:
    """Builds no tree: a leaf goes to the element around it, a group of leaves becomes a Head, an Entry or a Listed."""

    def __init__(self) -> None:
        self._stack: list[_Node] = []
        self._taken: list[Head | Entry | Listed] = []
        self._size = 0

    def taken(self) -> list[Head | Entry | Listed]:
        taken, self._taken = self._taken, []
        return taken

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._stack) >= _DEPTH:
            raise BadXml(
                "package.xml_too_deep",
                f"XML 嵌套超过 {_DEPTH} 层，已停止读取。正文里的标记请转义或放进 CDATA",
            )
        node = _Node(name, plain(name))
        if self._stack:
            self._stack[-1].parent = True
        if node.plain in _HEADS | _BODIES and not self._in_body():
            self._size = 0
        self._stack.append(node)

    def said(self, text: str) -> None:
        self._size += len(text)
        if self._size <= LINE_LIMIT:
            self._stack[-1].text.append(text)

    def end(self, name: str) -> None:
        node = self._stack.pop()
        if node.parent or node.plain in _BODIES:
            self._group(node)
        elif self._stack:
            self._size += _LEAF
            if self._size <= LINE_LIMIT:
                self._stack[-1].leaves.append((node.name.rpartition(":")[2], "".join(node.text)))

    def _group(self, node: _Node) -> None:
        above = self._stack[-1] if self._stack else None
        names = {plain(name) for name, _ in node.leaves}
        if node.plain in _HEADS:
            self._take(Head({plain(name): text.strip() for name, text in node.leaves}))
        elif node.leaves and ("md5" in names or node.plain.startswith(_ATTACHMENTS)):
            for held in self._stack:
                held.records += 1  # a body that only lists attachments is not an empty one
            self._take(Listed({plain(name): text.strip() for name, text in node.leaves}))
        elif node.plain in _BODIES:
            if node.leaves or not node.records:
                self._take(self._entry(node))
        elif above is not None and node.leaves and self._in_body():
            above.markup.append(node.name)  # unless fields follow beside it, it is a record of its own
            if above.plain in _BODIES and not above.leaves:
                above.records += 1
                self._take(self._entry(node))

    def _in_body(self) -> bool:
        return any(held.plain in _BODIES for held in self._stack)

    def _entry(self, node: _Node) -> Entry:
        return Entry(node.name, node.leaves, node.markup, cut=self._size > LINE_LIMIT)

    def _take(self, found: Head | Entry | Listed) -> None:
        self._taken.append(found)
        if not isinstance(found, Listed) or not self._in_body():
            self._size = 0
            for held in self._stack:
                held.leaves.clear()
