"""A package taken in: the same answers a record as any line gets, and the package itself kept as it came."""

from collections.abc import Iterator
from typing import IO

import msgspec

from ggzy.commons.files import store
from ggzy.desks.exchange import intake
from ggzy.desks.exchange.lines import blocks
from ggzy.desks.exchange.models import Uploaded
from ggzy.desks.exchange.packages.archive import Archive
from ggzy.desks.exchange.packages.enclosures import Enclosures
from ggzy.desks.exchange.packages.reading import Package, Packaged, look
from ggzy.desks.exchange.prepare import Reporter

MEDIA_TYPE = "application/zip"
_encode = msgspec.json.Encoder().encode


def take_in(reporter: Reporter, file: IO[bytes], tally: intake.Tally, via: str) -> Iterator[bytes]:
    """Take a package in and yield the answers as NDJSON: one a record with its file, a receipt a batch, a summary.

    BadPackage or TooLarge, before anything is taken in, when the package cannot be read at all. The same package
    again changes nothing.
    """
    archive = Archive(file)
    file.seek(0)
    digest = store.save(blocks(file), MEDIA_TYPE).digest

    def keep(content: Iterator[bytes], media_type: str) -> None:
        stored = store.save(content, media_type)
        Uploaded.objects.get_or_create(source=reporter.source, digest=stored.digest)

    enclosures = Enclosures(archive, keep)
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
    summary = {
        "summary": tally.counts,
        "lines": tally.lines,
        "package": digest,
        "attachments": enclosures.kept,
    }
    yield _encode({**summary, "ignored": package.ignored}) + b"\n"
