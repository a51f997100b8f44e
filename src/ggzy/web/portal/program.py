"""The platform's own program as a source archive: who does not trust the site can still check it with its tools.

The archive is the same for the same source, byte for byte, so that its digest can be compared with one that
somebody else has.
"""

import gzip
import hashlib
import tarfile
from functools import cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

NAME = "ggzy.tar.gz"
TOP = ("pyproject.toml", "requirements.in", "README.md", "LICENSE")
SOURCE = Path("src/ggzy")


@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """The archive, as `pip install` takes it."""
    response = HttpResponse(archive(), content_type="application/gzip")
    response["Content-Disposition"] = f'attachment; filename="{NAME}"'
    response["Cache-Control"] = "public, max-age=60"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def offered(request: HttpRequest) -> dict[str, str]:
    """For a page: where a stranger gets the program, and the digest by which to know it."""
    return {"program": request.build_absolute_uri(f"/evidence/{NAME}"), "digest": digest()}


@cache
def archive() -> bytes:
    """The sources of the running program with what is needed to install them, and nothing else of this machine."""
    packed = BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, filename="") as zipped, tarfile.open(fileobj=zipped, mode="w") as tar:
        for path in _files():
            content = (settings.BASE_DIR / path).read_bytes()
            entry = tarfile.TarInfo(f"ggzy/{path.as_posix()}")
            entry.size = len(content)
            tar.addfile(entry, BytesIO(content))
    return packed.getvalue()


@cache
def digest() -> str:
    """The archive's SHA-256 in hexadecimal."""
    return hashlib.sha256(archive()).hexdigest()


def _files() -> list[Path]:
    base: Path = settings.BASE_DIR
    top = [Path(name) for name in TOP if (base / name).is_file()]
    found = (path.relative_to(base) for path in (base / SOURCE).rglob("*") if path.is_file())
    return top + sorted(path for path in found if not any(part.startswith((".", "__pycache__")) for part in path.parts))
