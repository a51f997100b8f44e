"""Words and how they are found: a word is found wherever it stands, also across the borders of Chinese words.

A text is indexed as its overlapping pairs of characters. A word of two characters is one term, a longer one a
phrase of pairs, a single character every pair that begins with it: so the answer equals a scan of the texts for
the word. Why pairs and not dictionary words: docs/decisions/0003-search-terms.md.
"""

import re
import unicodedata
from array import array
from collections.abc import Callable, Sequence
from itertools import islice

from markupsafe import Markup, escape
from tantivy import Occur, Query, Schema

SPACE = "\u2423"
"""Stands for a blank within a pair; a text also ends with one, so that its last character begins a pair."""

COMMON = (
    *(
        "有限公司",
        "政府采购",
        "公开招标",
        "招标公告",
        "采购公告",
        "结果公告",
        "中标结果",
        "中标候选人",
        "招标项目",
        "采购项目",
    ),
    *(
        "建设项目",
        "项目编号",
        "项目名称",
        "招标代理",
        "采购代理",
        "代理机构",
        "公共资源",
        "交易中心",
        "采购人",
        "招标人",
    ),
    *("投标人", "供应商", "中标人", "联系人", "2024", "2025", "2026", "2027"),
)
"""Phrases that stand in very many notices; each is a term of its own, since a phrase of common pairs is slow."""

_COMMON = frozenset(COMMON)
_YEARS = [phrase for phrase in COMMON if phrase.isdigit()]
_PHRASES = sorted(_COMMON.difference(_YEARS), key=lambda phrase: (-len(phrase), phrase))
_PHRASE = re.compile(
    f"([{''.join({phrase[0] for phrase in _PHRASES})}])(?=({'|'.join(phrase[1:] for phrase in _PHRASES)}))"
)
_RUNS = bytes(byte if chr(byte) in "0123456789abcdefghijklmnopqrstuvwxyz" else 0x20 for byte in range(256))
"""Leaves letters and digits, makes all else blanks."""
_PIECE = re.compile("(?=([13579a-z][0-9a-z]{4}))")
_WIDE = {wide: unicodedata.normalize("NFKC", wide) for wide in "，：（）；　！？％"}
INITIALS = re.compile("[a-z]{4,12}")
"""A word that may be the initials of a name; shorter ones are words of their own (BIM, PPP, LED) far more often."""
_BLANK = re.compile(r"\s+")
_PART = re.compile(r'["“”]([^"“”]*)["“”]|(\S+)')
_LONGEST = 64
_MOST = 12


def normal(text: str) -> str:
    """The form in which texts and words are compared: full width is half width, case does not count."""
    return " ".join(_compatible(text).lower().split())


def _compatible(text: str) -> str:
    """NFKC; the signs of Chinese punctuation first, since without them most texts need nothing more."""
    if text.isascii():
        return text
    for wide, half in _WIDE.items():
        text = text.replace(wide, half)
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)


def words(asked: str) -> list[str]:
    """The words of what was typed, each once; what stands in quotes is one word, blanks and all."""
    return list(parts(asked))


def parts(asked: str) -> dict[str, bool]:
    """The words of what was typed, each with whether it stood in quotes."""
    asked = _BLANK.sub(" ", _compatible(asked).lower())
    found: dict[str, bool] = {}
    for quoted, single in _PART.findall(asked):
        found.setdefault(normal(quoted or single.strip('"“”'))[:_LONGEST], bool(quoted))
    found.pop("", None)
    return dict(islice(found.items(), _MOST))


def pairs(text: str) -> str:
    """A normal text as its overlapping pairs of characters, parted by blanks."""
    points = array("I")
    points.frombytes((text.replace(" ", SPACE) + SPACE).encode("utf-32-le", "surrogatepass"))
    out = array("I", b"\x20\0\0\0") * (3 * (len(points) - 1))
    out[0::3] = points[:-1]
    out[1::3] = points[1:]
    return out.tobytes().decode("utf-32-le", "replace")


def hints(text: str) -> set[str]:
    """What makes phrases quick: the common phrases in a normal text, and the pieces of its codes and numbers.

    Pieces that begin with an even figure are left out: the others are enough to find a code by. A text in which a
    word stands has all hints of the word.
    """
    found = {first + rest for first, rest in _PHRASE.findall(text)} & _COMMON
    figures = b" ".join(text.encode("ascii", "replace").translate(_RUNS).split()).decode()
    found.update(_PIECE.findall(figures))
    found.update(year for year in _YEARS if year in figures)
    return found


def find(schema: Schema, word: str, frequency: Callable[[str, str], int]) -> Query:
    """The query for the entries in whose text a normal word stands, whose code it is, or who is called so.

    `frequency` counts the entries with a term.
    """
    found = [_stands(schema, word.replace(" ", SPACE), frequency)]
    if ":" not in word and frequency("code", word):
        found.append(_term(schema, "code", word))
    if INITIALS.fullmatch(word):
        found.append(Query.regex_query(schema, "initials", f"{word}.*"))
    return Query.boolean_query([(Occur.Should, one) for one in found]) if len(found) > 1 else found[0]


def _stands(schema: Schema, word: str, frequency: Callable[[str, str], int]) -> Query:
    if word in _COMMON:
        return _term(schema, "hint", word)
    if len(word) == 1:
        return Query.regex_query(schema, "words", re.escape(word) + ".")
    if len(word) == 2:
        return _term(schema, "words", word)
    rarest = min(range(len(word) - 1), key=lambda at: frequency("words", word[at : at + 2]))
    phrase = _phrase(schema, word, rarest)
    inside = [_term(schema, "hint", hint) for hint in sorted(hints(word))]
    return Query.boolean_query([(Occur.Must, one) for one in (*inside, phrase)]) if inside else phrase


def in_title(schema: Schema, word: str) -> Query:
    """The query by which a word in a title counts for more, by its pairs; single characters do not."""
    word = word.replace(" ", SPACE)
    pairs_of_word = {word[at : at + 2] for at in range(len(word) - 1)}
    return Query.boolean_query(
        [(Occur.Must, Query.term_query(schema, "title", pair)) for pair in pairs_of_word]
    )


def _phrase(schema: Schema, word: str, also: int) -> Query:
    """Pairs side by side cover the word; the rarest pair joins them, since it is what makes a phrase quick."""
    places = sorted({*range(0, len(word) - 1, 2), len(word) - 2, also})
    return Query.phrase_query(schema, "words", [(at, word[at : at + 2]) for at in places])


def _term(schema: Schema, field: str, value: str) -> Query:
    return Query.term_query(schema, field, value, "basic")


def mark(text: str, found: Sequence[str], around: int | None = None) -> Markup:
    """The text as HTML with the words in <mark>; `around` shortens it to so many characters about the first.

    >>> mark("道路<改造>", ["改造"])
    '道路&lt;<mark>改造</mark>&gt;'
    """
    if not found:
        shown = text if around is None else text[:around]
        return escape(shown) + ("…" if len(shown) < len(text) else "")
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
            out += [escape(text[last:a]), Markup("<mark>"), escape(text[a:b]), Markup("</mark>")]
            last = b
    return Markup("").join((*out, escape(text[last:end]), "…" if end < len(text) else ""))


def _spans(plain: str, found: Sequence[str]) -> list[tuple[int, int]]:
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
