"""The index on disk: its fields, the one process that writes it, the many that read it.

    index/current            name of the folder in use
    index/<form>-<time>/     a tantivy index; `form` is the version of what it holds
    index/writer.lock        held by the process that writes

How far the index has followed the ledger is a document of the index itself, so text and cursor are committed
together. A new form of the index, or `ggzy reindex`, makes a new folder beside the old one.
"""

import fcntl
import logging
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import msgspec
import tantivy
from django.conf import settings

from ggzy.desks.disclosure import terms
from ggzy.desks.disclosure.entry import Entry
from ggzy.desks.disclosure.initials import initials

FORM = 9
NOTHING = -1
"""Stands for an amount or a deadline that is not given; also the head of the document with the cursor."""

_HEAP = 192 * 1024**2
_SECONDS = 2**32 - 1
_DAY, _EAST = 86_400, 8 * 3600  # the city's days begin eight hours before those of UTC
_RELOAD = 0.2
_POLL = 0.5
log = logging.getLogger(__name__)
pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Entry).decode


def folder() -> Path:
    """Where the indexes of this installation lie."""
    return Path(settings.HOME) / "index"


def _schema() -> tantivy.Schema:
    """The fields. `facet` holds market, stage, kind and region as one term: one count answers all groups.

    `day` and `magnitude` find the entries of some days and amounts by their terms; by `at` and `amount` themselves
    the whole column would be read.
    """
    build = tantivy.SchemaBuilder()
    build.add_integer_field("head", indexed=True)
    build.add_integer_field("at", fast=True)
    build.add_integer_field("day", indexed=True)
    build.add_integer_field("amount", fast=True)
    build.add_integer_field("magnitude", indexed=True)
    build.add_integer_field("deadline", fast=True)
    build.add_text_field("words", tokenizer_name="blank", index_option="position")
    build.add_text_field("title", tokenizer_name="blank", index_option="freq")
    build.add_text_field("hint", tokenizer_name="blank", index_option="basic")
    build.add_text_field("code", tokenizer_name="blank", index_option="basic")
    build.add_text_field("initials", tokenizer_name="blank", index_option="basic")
    build.add_text_field("tag", tokenizer_name="blank", index_option="basic")
    build.add_text_field("facet", tokenizer_name="raw", fast=True, index_option="basic")
    build.add_bytes_field("entry", stored=True)
    return build.build()


SCHEMA = _schema()


def at_key(at: datetime | None, head_id: int = 0) -> int:
    """The place of a record in the order of time: its second, then its number; no two are the same."""
    seconds = 0 if at is None else min(max(int(at.timestamp()), 0), _SECONDS)
    return seconds << 31 | head_id & 0x7FFFFFFF


def day(key: int) -> int:
    """The number of the city's day in which a place in the order of time lies."""
    return ((key >> 31) + _EAST) // _DAY


def begins_day(key: int) -> bool:
    """Whether a place in the order of time is the first of its day."""
    return (key + (_EAST << 31)) % (_DAY << 31) == 0


def magnitude(figure: int) -> int:
    """The first two figures of a whole number and how many follow, as one number that grows with it.

    >>> [magnitude(figure) for figure in (7, 99, 100, 109, 110, 12_345)]
    [7, 99, 100, 100, 101, 282]
    """
    text = str(figure)
    return figure if figure < 10 else int(text[:2]) + 90 * (len(text) - 2)


def least(magnitude: int) -> int:
    """The smallest number of a magnitude."""
    more, first = divmod(max(magnitude - 10, 0), 90)
    return (first + 10) * 10**more if magnitude >= 10 else magnitude


def code_term(code: str) -> str:
    """A code as it is looked up: without blanks, case does not count."""
    return terms.normal(code).replace(" ", "")


@lru_cache(1024)
def region_term(region: str) -> str:
    """A region as it is counted and chosen."""
    return "".join(region.split()).replace("|", "") or "-"


def document(entry: Entry) -> tantivy.Document:
    """An entry as the index holds it. A title weighs more than a text; what is no notice has none.

    What gives no date of its own stands before all time, the last received last.
    """
    text = terms.normal(entry.searched)
    words = terms.pairs(text)
    title = words[: len("ab ") * len(terms.normal(entry.title))] if entry.listed else ""
    region = region_term(entry.region)
    groups = f"market:{entry.market} stage:{entry.stage} kind:{entry.kind} region:{region}"
    at = at_key(entry.published_at if entry.dated else None, entry.head_id)
    deadline = entry.deadline_at
    amount = NOTHING if entry.amount is None else int(entry.amount * 100)
    return tantivy.Document.from_dict(
        {
            "head": entry.head_id,
            "at": at,
            "day": day(at),
            "amount": amount,
            "magnitude": NOTHING if amount == NOTHING else magnitude(amount),
            "deadline": NOTHING if deadline is None else at_key(deadline, entry.head_id),
            "words": words,
            "title": title,
            "hint": " ".join(terms.hints(text)),
            "code": " ".join(map(_code_terms, entry.codes)),
            "initials": " ".join(initials(name) for name in _names(entry)),
            "tag": f"{groups} listed" if entry.listed else groups,
            "facet": f"{entry.market}|{entry.stage}|{entry.kind}|{region}",
            "entry": pack(entry),
        },
        SCHEMA,
    )


def _names(entry: Entry) -> set[str]:
    return {entry.principal, entry.agent, entry.winner, entry.bidder} - {""}


@lru_cache(100_000)
def _code_terms(code: str) -> str:
    """A code of an entry as it is looked up: with its kind and bare. The codes of a trade come again and again."""
    with_kind = code_term(code)
    return f"{with_kind} {with_kind.partition(':')[2]}"


def open_index(path: Path) -> tantivy.Index:
    """The index in a folder, made when the folder is new."""
    path.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(SCHEMA, path=str(path))
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("blank", analyzer)
    index.config_reader("manual")
    return index


class Writer:
    """Writes one index folder. Only one process has it at a time (`locked`)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._index = open_index(path)
        self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        self._index.reload()
        self.cursor = cursor(self._index)

    def put(self, entry: Entry) -> None:
        """Add a record's version in force; an earlier one is replaced, a withdrawn record vanishes."""
        if entry.version > 1 or entry.withdrawn:
            self._writer.delete_documents_by_term("head", entry.head_id)
        if not entry.withdrawn:
            self._writer.add_document(document(entry))

    def commit(self, next_idx: int) -> None:
        """Make what was put visible, together with the index of the next event to read."""
        if next_idx != self.cursor:
            self._writer.delete_documents_by_term("head", NOTHING)
            doc = tantivy.Document()
            doc.add_integer("head", NOTHING)
            doc.add_bytes("entry", pack(next_idx))
            self._writer.add_document(doc)
        self._writer.commit()
        self.cursor = next_idx

    def close(self) -> None:
        """Finish merges, then let go of the folder."""
        self._writer.wait_merging_threads()

    def let_go(self) -> None:
        """Let go of the folder at once; what was not committed is as if it had never been put."""
        del self._writer


def cursor(index: tantivy.Index) -> int:
    """The index of the first event that is not in it."""
    return reached(index.searcher())


def reached(searcher: tantivy.Searcher) -> int:
    """The index of the first event that is not in a view."""
    hits = searcher.search(tantivy.Query.term_query(SCHEMA, "head", NOTHING), 1, count=False).hits
    return msgspec.msgpack.decode(bytes(searcher.doc(hits[0][1]).get_first("entry"))) if hits else 0


def current() -> Path | None:
    """The folder in use; nothing before the first one, or when it is of another form."""
    try:
        name = (folder() / "current").read_text().strip()
    except FileNotFoundError:
        return None
    path = folder() / name
    return path if name.startswith(f"{FORM}-") and path.is_dir() else None


def fresh() -> Path:
    """The name of a new folder."""
    return folder() / f"{FORM}-{time.time_ns()}"


def switch(path: Path) -> None:
    """Make a folder the one in use, at once for all, and remove all others."""
    pointer = folder() / "current"
    new = pointer.with_suffix(".new")
    new.write_text(path.name)
    new.replace(pointer)
    for other in folder().iterdir():
        if other.is_dir() and other != path:
            shutil.rmtree(other, ignore_errors=True)


@contextmanager
def locked(name: str, stop: threading.Event | None = None) -> Iterator[bool]:
    """Hold one of the index's locks; while another process has it, wait. False when told to stop before."""
    stop = stop or threading.Event()
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / f"{name}.lock").open("w") as file:
        held = _try(file)
        if not held:
            log.info("another process holds %s; waiting for it to end", file.name)
        while not held and not stop.wait(_POLL):
            held = _try(file)
        yield held


def _try(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Reader:
    """Reads the index in use; threads share it. Sees what was committed at most 0.2 s ago."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: tuple[Any, ...] = ()
        self._looked = 0.0
        self._index: tantivy.Index | None = None
        self._searcher: tantivy.Searcher | None = None

    def searcher(self) -> tantivy.Searcher | None:
        """A view of the index that does not change; nothing while there is no index yet."""
        if time.monotonic() - self._looked > _RELOAD:
            with self._lock:
                if time.monotonic() - self._looked > _RELOAD:
                    self._look()
                    self._looked = time.monotonic()
        return self._searcher

    def _look(self) -> None:
        path = current()
        if path is None:
            self._index = self._searcher = None
            return
        try:
            meta = (path / "meta.json").stat()
            seen = (path, meta.st_mtime_ns, meta.st_ino)
            if seen == self._seen:
                return
            if self._index is None or self._seen[:1] != (path,):
                self._index = open_index(path)
            self._index.reload()
        except (FileNotFoundError, ValueError):
            return  # between two folders: the next look finds the new one
        self._searcher, self._seen = self._index.searcher(), seen


reader = Reader()


def entries(searcher: tantivy.Searcher, addresses: Iterable[tantivy.DocAddress]) -> Iterator[Entry]:
    """The entries that hits stand for."""
    for address in addresses:
        yield _unpack(bytes(searcher.doc(address).get_first("entry")))
