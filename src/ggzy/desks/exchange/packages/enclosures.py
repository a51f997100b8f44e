"""The attachments of a package: named by GUID, proven by MD5, kept by SHA-256."""

import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import md5, sha256

from ggzy.desks.exchange.packages.archive import DAMAGED, Archive
from ggzy.desks.exchange.packages.messages import Listed
from ggzy.desks.exchange.prepare import fault
from ggzy.kernel.errors import Refusal

Keep = Callable[[Iterator[bytes], str], object]
"""Where the bytes of an attachment go, with their media type; what only looks keeps nothing."""
NAME_LENGTH = 255


@dataclass(slots=True)
class Enclosed:
    """An attachment as a record names it; `sha256` is "" when it is not there as it was described."""

    name: str
    guid: str = ""
    sha256: str = ""
    faults: list[dict[str, str]] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)

    def as_sent(self) -> dict[str, str]:
        """As the line of a record names it."""
        return {"name": self.name, "sha256": self.sha256}


class Enclosures:
    """Looks each attachment up once, and keeps it once it is proven."""

    def __init__(self, archive: Archive, keep: Keep) -> None:
        self._archive = archive
        self._keep = keep
        self._known: dict[tuple[str, ...], Enclosed] = {}
        self.kept = 0

    def find(self, listed: Listed) -> Enclosed:
        """The attachment of this description."""
        guid, given = guid_of(listed), listed.get("md5", "attmd5", "attachmentmd5")
        file, name = file_of(self._archive, listed), _shown_name(listed)
        key = (guid, given, file, name)
        if key not in self._known:
            self._known[key] = self._prove(guid, given.lower(), file, name)
        return self._known[key]

    def _prove(self, guid: str, given: str, file: str, name: str) -> Enclosed:
        enclosed = Enclosed(name, guid)
        if not file:
            enclosed.faults.append(
                fault("package.attachment_missing", f"附件“{name}”列在报文里，包内却没有以其 GUID 命名的文件。请放入文件后重新打包。",
                      field="ATT_CODE", rule="附件随包", expected="包内有同名文件", got=guid)
            )  # fmt: skip
            return enclosed
        digest, other = sha256(), md5(usedforsecurity=False)
        try:
            for block in self._archive.blocks(file):
                digest.update(block)
                other.update(block)
        except DAMAGED:
            enclosed.faults.append(
                fault(
                    "package.attachment_broken",
                    f"附件“{name}”在包内已损坏，无法读出。请重新打包。",
                    field="ATT_CODE",
                    got=file,
                )
            )
            return enclosed
        if not given:
            enclosed.warnings.append(
                fault(
                    "package.md5_missing",
                    f"附件“{name}”没有给出 MD5，无从核对传输是否完整，已按收到的接收。",
                    field="MD5",
                    rule="建议填写",
                )
            )
        elif given != other.hexdigest():
            enclosed.faults.append(
                fault("package.md5_wrong", f"附件“{name}”的 MD5 与文件不符，文件可能已损坏或放错。请核对后重新打包。",
                      field="MD5", rule="与文件一致", expected=other.hexdigest().upper(), got=given.upper())
            )  # fmt: skip
            return enclosed
        try:
            self._keep(
                self._archive.blocks(file), mimetypes.guess_type(name)[0] or "application/octet-stream"
            )
        except Refusal as refusal:  # too large, or more than may lie there: its record alone is refused
            enclosed.faults.append(fault(refusal.code, refusal.detail, field="ATT_CODE", got=guid))
            return enclosed
        self.kept += 1
        enclosed.sha256 = digest.hexdigest()
        return enclosed


def guid_of(listed: Listed) -> str:
    """The GUID under which records name an attachment, in one form: no hyphens or braces, lower case."""
    return bare(listed.get("attcode", "attachmentcode", "attachmentguid", "attguid", "guid"))


def bare(guid: str) -> str:
    """A GUID without hyphens and braces, lower case."""
    return guid.strip("{} ").replace("-", "").lower()


def file_of(archive: Archive, listed: Listed) -> str:
    """The file in the package that this description means; "" when there is none."""
    guid = listed.get("attcode", "attachmentcode", "attachmentguid", "attguid", "guid")
    kind = listed.get("atttype", "attachmenttype", "filetype").lstrip(".")
    for stem in (listed.get("attfilename", "attachmentfilename", "filename"), guid):
        for name in (stem, f"{stem}.{kind}"):
            if stem and name in archive:
                return name.lower()
    return ""


def _shown_name(listed: Listed) -> str:
    """What people call the file, with the ending of its kind."""
    name = listed.get("attname", "attachmentname", "attfilename", "attachmentfilename", "filename") or "附件"
    kind = listed.get("atttype", "attachmenttype", "filetype").lstrip(".").lower()
    ending = f".{kind}" if kind.isalnum() and len(kind) <= 8 and not name.lower().endswith(f".{kind}") else ""
    plain = "".join(letter for letter in name if letter.isprintable())
    return plain[: NAME_LENGTH - len(ending)].strip() + ending
