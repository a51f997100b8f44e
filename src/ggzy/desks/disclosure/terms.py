"""Words and how they are found: a word is found wherever it stands, also across the borders of Chinese words.

A text is indexed as its overlapping pairs of characters. A word of two characters is one term, a longer one a
phrase of pairs, a single character every pair that begins with it: so the answer equals a scan of the texts for
the word. Why pairs and not dictionary words: docs/decisions/0003-search-terms.md.
"""

import re
import unicodedata
from array import array
from collections.abc import Callable, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from tantivy import Occur, Query, Schema

SPACE = "\u2423"
"""Stands for a blank within a pair; a text also ends with one, so that its last character begins a pair."""

COMMON = tuple(
    """有限公司 有限责任公司 政府采购 公开招标 竞争性磋商 竞争性谈判 招标公告 采购公告 中标公告 中标结果 成交结果 结果公告 结果公示
    中标候选人 更正公告 变更公告 资格预审 招标项目 采购项目 建设项目 工程项目 建设工程 工程建设 工程施工 施工招标 项目编号 项目名称
    招标代理 采购代理 代理机构 公共资源 公共资源交易 交易中心 公共资源交易中心 政府采购网 采购合同 服务项目 改造项目 改造工程
    采购人 招标人 投标人 供应商 中标人 联系人 联系方式 2023 2024 2025 2026 2027 2028""".split()  # noqa: SIM905
)
"""Phrases that stand in very many notices; each is a term of its own, since a phrase of common pairs is slow."""

_COMMON = frozenset(COMMON)
_BLANK = re.compile(r"\s+")
_PART = re.compile(r'["“”]([^"“”]*)["“”]|(\S+)')
_LONGEST = 64
_MOST = 12


def normal(text: str) -> str:
    """The form in which texts and words are compared: full width is half width, case does not count."""
    return _BLANK.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def words(asked: str) -> list[str]:
    """The words of what was typed, each once; what stands in quotes is one word, blanks and all."""
    asked = _BLANK.sub(" ", unicodedata.normalize("NFKC", asked).lower())
    found = dict.fromkeys(normal(quoted or single.strip('"“”')) for quoted, single in _PART.findall(asked))
    found.pop("", None)
    return [word[:_LONGEST] for word in found][:_MOST]


def pairs(text: str) -> str:
    """A normal text as its overlapping pairs of characters, parted by blanks."""
    points = array("I")
    points.frombytes((text.replace(" ", SPACE) + SPACE).encode("utf-32-le", "surrogatepass"))
    out = array("I", b"\x20\0\0\0") * (3 * (len(points) - 1))
    out[0::3] = points[:-1]
    out[1::3] = points[1:]
    return out.tobytes().decode("utf-32-le", "replace")


def common(text: str) -> list[str]:
    """The common phrases that stand in a normal text."""
    return [phrase for phrase in COMMON if phrase in text]


def find(schema: Schema, word: str, frequency: Callable[[str, str], int]) -> Query:
    """The query for the texts in which a normal word stands; `frequency` counts the texts with a term."""
    word = word.replace(" ", SPACE)
    if word in _COMMON:
        return Query.term_query(schema, "common", word, "basic")
    if len(word) == 1:
        return Query.regex_query(schema, "words", re.escape(word) + ".")
    if len(word) == 2:
        return Query.term_query(schema, "words", word, "basic")
    rarest = min(range(len(word) - 1), key=lambda at: frequency("words", word[at : at + 2]))
    phrase = _phrase(schema, "words", word, {rarest})
    inside = [Query.term_query(schema, "common", p, "basic") for p in COMMON if p in word]
    return Query.boolean_query([(Occur.Must, q) for q in (*inside, phrase)]) if inside else phrase


def in_title(schema: Schema, word: str) -> Query:
    """The query by which a word in a title counts for more; single characters do not."""
    word = word.replace(" ", SPACE)
    if len(word) < 2:
        return Query.empty_query()
    return (
        Query.term_query(schema, "title", word) if len(word) == 2 else _phrase(schema, "title", word, set())
    )


def _phrase(schema: Schema, field: str, word: str, also: set[int]) -> Query:
    """Pairs side by side cover the word; the rarest pair joins them, since it is what makes a phrase quick."""
    places = sorted({*range(0, len(word) - 1, 2), len(word) - 2} | also)
    return Query.phrase_query(schema, field, [(at, word[at : at + 2]) for at in places])


def mark(text: str, found: Sequence[str], around: int | None = None) -> SafeString:
    """The text as HTML with the words in <mark>; `around` shortens it to so many characters about the first.

    >>> mark("道路<改造>", ["改造"])
    '道路&lt;<mark>改造</mark>&gt;'
    """
    plain, places = _aligned(text)
    spans = _spans(plain, found)
    start, end = 0, len(text)
    if around is not None and len(text) > around:
        first = places[spans[0][0]] if spans else 0
        start = max(0, min(first - around // 4, len(text) - around))
        end = start + around
    out, last = ["…" if start else ""], start
    for a, b in spans:
        a, b = max(places[a], last), min(places[b - 1] + 1, end)
        if a < b:
            out += escape(text[last:a]), "<mark>", escape(text[a:b]), "</mark>"
            last = b
    return mark_safe("".join((*out, escape(text[last:end]), "…" if end < len(text) else "")))  # noqa: S308 - escaped above


def _spans(plain: str, found: Sequence[str]) -> list[tuple[int, int]]:
    if not found:
        return []
    longest_first = sorted(found, key=len, reverse=True)
    pattern = "|".join(r"\s+".join(map(re.escape, word.split(" "))) for word in longest_first)
    return [match.span() for match in re.finditer(pattern, plain)]


def _aligned(text: str) -> tuple[str, Sequence[int]]:
    """The text as words are compared with it, and for each of its characters the place in the text."""
    plain = unicodedata.normalize("NFKC", text).lower()
    if len(plain) == len(text):
        return plain, range(len(text))
    each = [unicodedata.normalize("NFKC", character).lower() for character in text]
    return "".join(each), [at for at, one in enumerate(each) for _ in one]
