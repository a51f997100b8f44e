"""Keys of records that would name a person: replaced by a digest which nobody can find by trying numbers."""

import re

from django.conf import settings
from django.utils.crypto import salted_hmac

from ggzy import standard

_SHIELDED = re.compile("h:[0-9a-f]{40}")


def shielded(number: str, key: str) -> str:
    """The key under which a record of this data set is kept.

    A digest stands for the key of each record of a person, and for every other one that holds an identity number or was
    made from one (the standard marks those "sha256:"). A key that is a digest of ours stays as it is, so that a sender
    may use the one that it was answered.
    """
    if _SHIELDED.fullmatch(key):
        return key
    personal = standard.DATA_SETS[number].kind in ("person", "expert")
    if personal or key.startswith("sha256:") or standard.mask_text(key) != key:
        return "h:" + salted_hmac("record.key", key, secret=settings.BLIND_KEY, algorithm="sha256").hexdigest()[:40]
    return key
