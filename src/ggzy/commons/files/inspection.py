"""Every stored file, hashed again: is it there, and is it what its name says?"""

from hashlib import sha256

from django.core.files.storage import default_storage

from ggzy.commons.files.models import StoredFile
from ggzy.commons.files.store import path
from ggzy.kernel.oversight.examination.faults import Faults
from ggzy.kernel.oversight.examination.inspections import inspection
from ggzy.kernel.oversight.examination.whole import Moved

_AT_ONCE = 500
_CHUNK = 1 << 20


@inspection
def judge_files(faults: Faults, moved: Moved) -> str:
    """Hash the bytes of every file that the platform knows; missing, changed or shortened ones are named."""
    step, last, looked_at = moved("文件", StoredFile.objects.count()), "", 0
    while rows := list(StoredFile.objects.filter(digest__gt=last).order_by("digest")[:_AT_ONCE]):
        for stored in rows:
            fault = _fault(stored)
            # One that expired meanwhile is gone from the table, too.
            if fault and StoredFile.objects.filter(pk=stored.digest).exists():
                faults.add(f"上传文件 {stored.digest}（files/{path(stored.digest)}）：{fault}")
            step()
        last, looked_at = rows[-1].digest, looked_at + len(rows)
    return f"上传文件 {looked_at:,} 个，逐个重算 SHA-256"


def _fault(stored: StoredFile) -> str | None:
    hashed, size = sha256(), 0
    try:
        with default_storage.open(path(stored.digest)) as file:
            while chunk := file.read(_CHUNK):
                hashed.update(chunk)
                size += len(chunk)
    except FileNotFoundError:
        return "文件不见了。请从备份恢复"
    except OSError as problem:
        return f"读不出来（{problem.strerror or problem}）"
    if hashed.hexdigest() != stored.digest:
        return "内容被改过，与 SHA-256 不符。请从备份恢复"
    return (
        None
        if size == stored.size
        else f"commons_storedfile 记的大小 {stored.size:,} 不对，实为 {size:,} 字节"
    )
