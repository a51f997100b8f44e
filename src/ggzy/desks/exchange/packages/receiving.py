"""A package taken in: the same answers a record as any line gets.

When some of it was not taken in, the package itself is kept as it came, as an upload that no record names: for some
days, and within what a system may leave lying.
"""

from collections.abc import Iterator
from typing import IO

import msgspec

from ggzy.desks.exchange import bounds, intake, uploads
from ggzy.desks.exchange.lines import blocks
from ggzy.desks.exchange.packages.archive import Archive
from ggzy.desks.exchange.packages.enclosures import Enclosures
from ggzy.desks.exchange.packages.reading import Package, Packaged, look
from ggzy.desks.exchange.prepare import Reporter

MEDIA_TYPE = "application/zip"
_LEFT = {"refused", "held", "superseded"}
_encode = msgspec.json.Encoder().encode


def take_in(reporter: Reporter, file: IO[bytes], tally: intake.Tally, via: str) -> Iterator[bytes]:
    """Take a package in and yield the answers as NDJSON: one a record with its file, a receipt a batch, a summary.

    BadPackage or TooLarge, before anything is taken in, when the package cannot be read at all. The same package
    again changes nothing.
    """
    archive = Archive(file)
    enclosures = Enclosures(
        archive, lambda content, media_type: uploads.take(reporter.source, content, media_type)
    )
    package = Package(archive, enclosures)
    files: dict[int, str] = {}

    def noted() -> Iterator[Packaged]:
        for line in package.lines():
            files[line.number] = line.file
            yield line

    for answers, receipt in intake.batches(reporter, noted(), tally, via, look):
        named = [
            {"line": answer.pop("line"), "file": files.pop(number), **answer}
            for answer in answers
            if (number := answer["line"])
        ]
        yield b"".join(_encode(answer) + b"\n" for answer in named) + _encode(receipt) + b"\n"
    summary = {"summary": tally.counts, "lines": tally.lines, "package": _kept(reporter, file, tally)}
    yield _encode({**summary, "attachments": enclosures.kept, "ignored": package.ignored}) + b"\n"


def _kept(reporter: Reporter, file: IO[bytes], tally: intake.Tally) -> str:
    """The digest of the package, when it is kept; "" when all went in, or too much lies there already."""
    if not tally.counts.keys() & _LEFT:
        return ""
    file.seek(0)
    try:
        return uploads.take(reporter.source, blocks(file), MEDIA_TYPE).digest
    except bounds.Full:
        return ""
