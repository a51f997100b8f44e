"""Names of parties by the first letters of their pinyin: 上海市第一人民医院 is found by shsdyrm, or by dyrm.

initials.txt holds for each letter the characters (U+4E00 to U+9FFF) whose commonest reading begins with it, after the
readings that the package pypinyin lists; the package itself would take 58 MB of memory.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

_READ_OTHERWISE = {
    "银行": "yh", "分行": "fh", "支行": "zh", "商行": "sh", "车行": "ch", "行业": "hy", "重庆": "cq", "重建": "cj",
    "厦门": "xm", "会计": "kj", "朝阳": "cy", "校准": "jz", "空调": "kt", "调味": "tw", "音乐": "yy", "单县": "sx",
    "成长": "cz", "增长": "zz", "长": "c",
}  # fmt: skip
"""Words in which a character is not read as it mostly is; 长 in names mostly is (长江, 长宁, 长城)."""
_OTHERWISE = re.compile("|".join(_READ_OTHERWISE))
_PLACE = re.compile(r"(?=.{6})(?:.{2,7}?(?:省|自治区|市))?(?:.{1,5}?[区县])?")
_DROPPED = re.compile(r"[^0-9a-z]+")


@cache
def _letters() -> dict[int, str]:
    """The first letter of each character as it is mostly read."""
    lines = Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()
    return {ord(character): letter for letter, characters in map(str.split, lines) for character in characters}


@lru_cache(50_000)
def initials(name: str) -> str:
    """The initials of a name, and of the name without the place that it begins with, parted by a blank."""
    place = _PLACE.match(name)
    whole = _letters_of(name)
    rest = _letters_of(name[place.end() :]) if place and place.end() else ""
    return f"{whole} {rest}" if rest else whole


def _letters_of(name: str) -> str:
    plain = _OTHERWISE.sub(lambda found: _READ_OTHERWISE[found[0]], name)
    return _DROPPED.sub("", plain.translate(_letters()).lower())
