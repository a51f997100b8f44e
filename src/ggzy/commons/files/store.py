"""The file store: content-addressed, on disk or in any S3-capable store (django-storages)."""

import os
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage

from ggzy.commons.files.models import StoredFile
from ggzy.kernel import clock
from ggzy.kernel.errors import NotFound, TooLarge

LIMIT = 2 * 1024**3


def path(digest: str) -> str:
    """Where the bytes of this digest lie within the storage."""
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def save(chunks: Iterable[bytes], media_type: str, limit: int = LIMIT) -> StoredFile:
    """Store these bytes and return their record; TooLarge names the limit. Storing them twice changes nothing."""
    hashed = sha256()
    size = 0
    with tempfile.TemporaryFile() as spool:
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise TooLarge(f"文件超过上限 {limit // 1024**2} MB。请压缩或拆分后重新上传。", code="file.too_large")
            hashed.update(chunk)
            spool.write(chunk)
        spool.seek(0)
        digest = hashed.hexdigest()
        _place(path(digest), size, spool)
    stored, _ = StoredFile.objects.get_or_create(
        digest=digest, defaults={"size": size, "media_type": media_type, "at": clock.now()}
    )
    return stored


def _place(name: str, size: int, content: IO[bytes]) -> None:
    """Put the bytes in their place and make sure that they outlive a power cut; what was cut short is replaced."""
    if default_storage.exists(name):
        if default_storage.size(name) == size:
            return
        default_storage.delete(name)
    saved = default_storage.save(name, File(content))
    if saved != name:  # another upload of the same bytes was quicker
        default_storage.delete(saved)
    elif isinstance(default_storage, FileSystemStorage):
        with Path(default_storage.path(name)).open("rb") as file:
            os.fsync(file.fileno())


def read(digest: str) -> IO[bytes]:
    """The bytes of a stored file, opened for reading; NotFound when there is no such file."""
    if not StoredFile.objects.filter(digest=digest).exists():
        raise NotFound("没有这个文件。请核对文件的 SHA-256 值。", code="file.not_found")
    return default_storage.open(path(digest))


