"""Packages out: the same ones that are read, for tests and for reporting upward to the national platform."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import md5
from pathlib import PurePosixPath
from uuid import NAMESPACE_OID, uuid5
from xml.sax.saxutils import escape

from ggzy import standard

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a record."""

    name: str
    content: bytes

    @property
    def md5(self) -> str:
        """The digest by which the package proves it, as the national exchange writes it."""
        return md5(self.content, usedforsecurity=False).hexdigest().upper()


@dataclass(frozen=True)
class Outgoing:
    """A record on its way out: the members of an intake line, and its files."""

    data_set: str
    data: Mapping[str, str]
    key: str = ""
    op: str = "1"
    reason: str = ""
    enclosures: tuple[Enclosure, ...] = ()


def write(records: Iterable[Outgoing], encoding: str = "UTF-8") -> bytes:
    """A package of these records: one XML message each, named yyyyMMdd-serial-number.xml, and their files by GUID.

    Sender, receiver and time of a message are those of its record (PLATFORM_CODE, PUB_SERVICE_PLAT_CODE,
    DATA_TIMESTAMP), so the same records give the same bytes. ValueError when a text cannot stand in XML.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for serial, record in enumerate(records, 1):
            day = record.data.get("DATA_TIMESTAMP", "")[:8]
            stem = f"{day if day.isascii() and day.isdigit() and len(day) == 8 else '00000000'}-{serial:06}-{record.data_set}"
            guids = [_guid(stem, str(place), one.name, one.md5) for place, one in enumerate(record.enclosures)]
            _put(package, f"{stem}.xml", _message(stem, record, guids, encoding))
            for guid, one in zip(guids, record.enclosures, strict=True):
                _put(package, guid, one.content)
    return packed.getvalue()


def _put(package: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a file that bears no clock of ours."""
    package.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)


def _message(stem: str, record: Outgoing, guids: list[str], encoding: str) -> bytes:
    known = standard.DATA_SETS.get(record.data_set)
    head = {
        "FROM_PLATFORM_CODE": record.data.get("PLATFORM_CODE", ""),
        "TO_PLATFORM_CODE": record.data.get("PUB_SERVICE_PLAT_CODE", ""),
        "DATA_NO": record.data_set,
        "DATA_EN": known.table if known else "",
        "DATA_CN": known.title if known else "",
        "DATA_TYPE": record.op,
        "DATA_KEY": record.key or _guid(stem, record.op, record.reason, *record.data, *record.data.values(), *guids),
        "TIMESTAMP": record.data.get("DATA_TIMESTAMP", ""),
        **({"REASON": record.reason} if record.reason else {}),
    }
    lists = [_attachment(one, guid) for one, guid in zip(record.enclosures, guids, strict=True)]
    attachments = f"<ATTACHMENTS>\n{''.join(lists)}</ATTACHMENTS>\n" if lists else ""
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<DATA>\n<HEAD>\n{_elements(head)}</HEAD>\n'
        f"<BODY>\n{_elements(record.data)}{attachments}</BODY>\n</DATA>\n"
    )
    return text.encode(encoding, "xmlcharrefreplace")


def _attachment(one: Enclosure, guid: str) -> str:
    name = PurePosixPath(one.name)
    described = {
        "ATT_SET_CODE": "OTHER",
        "ATT_COUNT": "1",
        "ATT_CODE": guid,
        "ATT_NAME": one.name,
        "ATT_TYPE": name.suffix.lstrip("."),
        "MD5": one.md5,
        "ATT_FILE_NAME": guid,
    }
    return f"<ATTACHMENT>\n{_elements(described)}</ATTACHMENT>\n"


def _elements(values: Mapping[str, str]) -> str:
    return "".join(f"<{_named(name)}>{_text(value)}</{name}>\n" for name, value in values.items())


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"a field named {name!r} cannot stand in XML")
    return name


def _text(value: str) -> str:
    if found := _ILLEGAL.search(value):
        raise ValueError(f"the character {found[0]!r} cannot stand in XML")
    return escape(value, {"\r": "&#13;"})


def _guid(*parts: str) -> str:
    """A GUID that is the same for the same content, and for no other."""
    return str(uuid5(NAMESPACE_OID, "/".join(parts)))
