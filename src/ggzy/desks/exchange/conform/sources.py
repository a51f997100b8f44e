"""Where lines come from: a file or an address; NDJSON, gzip, a national package, or the feed of a platform like this."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec

from ggzy import standard
from ggzy.desks.exchange.lines import blocks, gunzip, lines
from ggzy.desks.exchange.packages import Archive, Enclosures, Package
from ggzy.desks.exchange.prepare import Line

_ZIP, _GZIP = b"PK", b"\x1f\x8b"
_FEED = (b'{"index":', b'{"next":')
_IN_MEMORY = 64 * 1024**2


class Unreachable(Exception):
    """There is nothing to read at that place; the message says why, in Chinese."""


class FeedLine(Line):
    """A line made from a public feed: fields that only the government sees are not in it."""


def read(place: str, token: str) -> Iterator[Line]:
    """The lines at this place, whatever form they have; Unreachable when there are none to be had."""
    address: str | None = place
    seen: set[str] = set()
    while address and address not in seen:
        seen.add(address)
        following = ""
        with _opened(address, token) as content:
            for line in _lines(content):
                if line.raw.startswith(_FEED):
                    entry = _decoded(line.raw)
                    if "next" in entry:
                        following = _after(address, entry["next"])
                        continue
                    line = _from_feed(line.number, entry)
                yield line
        address = following


@contextmanager
def _opened(place: str, token: str) -> Iterator[IO[bytes]]:
    if not place.startswith(("http://", "https://")):
        try:
            with Path(place).open("rb") as file:
                yield file
        except OSError as problem:
            raise Unreachable(f"打不开 {place}（{problem.strerror}）。请检查路径。") from None
        return
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        try:
            with httpx.stream("GET", place, headers=headers, timeout=60, follow_redirects=True) as answer:
                if answer.status_code != 200:
                    raise Unreachable(f"{place} 答复 {answer.status_code}。请检查地址和令牌（--token）。")
                for block in answer.iter_bytes():
                    spool.write(block)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise Unreachable(f"连不上 {place}（{problem}）。请检查地址和网络。") from None
        spool.seek(0)
        yield spool


def _lines(content: IO[bytes]) -> Iterator[Line]:
    begin = content.read(2)
    content.seek(0)
    if begin == _ZIP:
        archive = Archive(content)
        yield from Package(archive, Enclosures(archive, lambda content, media_type: None)).lines()
    else:
        yield from lines(gunzip(blocks(content)) if begin == _GZIP else blocks(content))


def _decoded(raw: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}


def _after(address: str, last: object) -> str:
    """The address of the feed's next page; "" for a file, and where there is none."""
    parts = urlsplit(address)
    if not parts.scheme.startswith("http") or str(last) == parse_qs(parts.query).get("after", [""])[0]:
        return ""
    return str(httpx.URL(address).copy_merge_params({"after": str(last)}))


def _from_feed(number: int, entry: dict[str, Any]) -> Line:
    """The envelope that a feed's line was, as far as the public sees it."""
    data = entry.get("data") if isinstance(entry.get("data"), dict) else {}
    data.pop("attachments", None)
    at = entry.get("at")
    try:
        stamp = standard.stamp(datetime.fromisoformat(str(at)))
    except ValueError:
        stamp = ""
    withdrawn = bool(entry.get("withdrawn"))
    filled = {"PLATFORM_CODE": entry.get("source", ""), "DATA_TIMESTAMP": stamp}
    sent = {
        "data_set": entry.get("data_set"),
        "key": entry.get("key", ""),
        "op": "3" if withdrawn else "1",
        "data": filled if withdrawn else {**filled, **data},
        **({"reason": data.get("reason", "")} if withdrawn else {}),
    }
    return FeedLine(number, msgspec.json.encode(sent))
