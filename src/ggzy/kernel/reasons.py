"""The reason that an action asks for: written down, because it stays on the evidence log."""

from ggzy import standard
from ggzy.kernel.errors import Unprocessable

LONGEST = 500


def written(given: str, code: str = "action.reason") -> str:
    """A reason as it is kept: spaces single, personal numbers masked; Unprocessable when there is none."""
    text = standard.mask_text(" ".join(given.split()))
    if not text or len(text) > LONGEST or not text.isprintable():
        raise Unprocessable("请写明理由（最多 500 字，不含控制字符），便于日后核查。", code=code, fields=["reason"])
    return text
