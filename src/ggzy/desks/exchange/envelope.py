"""One line of the intake: which data set, which record, what is done to it, and its fields.

    {"data_set": "503", "key": "…", "op": "1", "data": {"NOTICE_NAME": "…", …}}

`op` is 1 (new), 2 (changed) or 3 (withdrawn), as in the national exchange; 1 and 2 mean the same here, since
the hub itself sees whether it has the record. `key` is the sender's own stable identifier; without it the
natural key of the data set is taken. No text may hold controls (the database cannot keep a NUL), names may not
begin or end with a blank, and each has a length that an index can carry.
"""

import re
from typing import Annotated, Literal

import msgspec

LINE_LIMIT = 4 * 1024**2
KEY_LENGTH = 200
ATTACHMENTS = 1000
_PLAIN = r"\A(?!\s)[^\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*(?<!\s)\Z"  # nor what turns the reading round
_LINES = r"\A[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*\Z"

Text = Annotated[str, msgspec.Meta(max_length=2000, pattern=_LINES)]
Name = Annotated[str, msgspec.Meta(max_length=255, pattern=_PLAIN)]
Key = Annotated[str, msgspec.Meta(max_length=KEY_LENGTH, pattern=_PLAIN)]
Number = Annotated[str, msgspec.Meta(max_length=20, pattern=_PLAIN)]
Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class Attachment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that belongs to a record, sent before it to /api/exchange/files."""

    name: Name
    sha256: Digest


class Envelope(msgspec.Struct, forbid_unknown_fields=True):
    """A line as it is decoded; the data stays raw until its data set is known."""

    data_set: Number
    data: msgspec.Raw
    key: Key = ""
    op: Literal["1", "2", "3"] = "1"
    attachments: Annotated[list[Attachment], msgspec.Meta(max_length=ATTACHMENTS)] = []
    reason: Text = ""


decode = msgspec.json.Decoder(Envelope).decode

_KINDS = {"str": "文本", "object": "对象", "array": "数组", "int": "整数", "float": "小数", "bool": "布尔值", "null": "null"}
_SAID = (
    (r"Object missing required field `(\w+)`", "缺少 {0}"),
    (r"Object contains unknown field `(.*)`", "没有名为 {0} 的成员"),
    (r"Expected `str` of length <= (\d+)", "超过 {0} 个字符"),
    (r"Expected `array` of length <= (\d+)", "超过 {0} 个"),
    (r"Expected `str` matching regex .*64.*", "不是 64 位小写十六进制的 SHA-256"),
    (r"Expected `str` matching regex .*", "含有控制字符，或首尾有空格"),
    (r"Expected `(\w+)`, got `(\w+)`", "应为{0}，收到的是{1}"),
    (r"Invalid enum value (.*)", "不能是 {0}"),
    (r"Number out of range", "数字过大"),
)


def where(problem: Exception) -> str:
    """Where a line stops being JSON, in Chinese."""
    place = re.search(r"\(byte (\d+)\)", str(problem))
    if place is None:
        return "内容不完整"
    if "trailing characters" in str(problem):
        return f"第 {int(place[1]) + 1} 个字节起是多余的内容，每行只能有一条记录（用 curl 时请用 --data-binary，-d 会去掉换行）"
    return f"第 {int(place[1]) + 1} 个字节处有误"


def explain(problem: msgspec.ValidationError) -> str:
    """What is wrong with an envelope, in Chinese, and where: msgspec says it in English."""
    said, _, place = str(problem).partition(" - at `")
    for pattern, text in _SAID:
        if found := re.fullmatch(pattern, said, re.DOTALL):
            said = text.format(*(_KINDS.get(word, word[:40]) for word in found.groups()))
            break
    if place == "$.op`":
        said = f"应为文本 \"1\"（新增）、\"2\"（变更）或 \"3\"（撤回），{said}"
    return f"{place.rstrip('`').removeprefix('$.')} {said}" if place else said
