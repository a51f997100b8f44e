"""The promise of the search: the answer to any words is that of a plain scan of all that is searched.

Of a notice title, text, names and codes are searched; of another record title and names, and its whole codes.
"""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from ggzy.desks.disclosure import terms
from ggzy.desks.disclosure.entry import Entry
from ggzy.desks.disclosure.initials import initials
from ggzy.desks.disclosure.query import Query, search

PIECES = [
    *(
        "招标公告",
        "采购公告",
        "公开招标",
        "有限公司",
        "有限责任公司",
        "道路改造工程",
        "体育中心",
        "设备",
        "采购",
        "招标",
        "标段",
    ),
    *(
        "中标候选人",
        "公示",
        "项目编号",
        "德清县",
        "实验室",
        "桌椅",
        "一批",
        "、",
        "，",
        "。",
        "(一)",
        "〔2018〕1156号",
        "№",
        "㎡",
    ),
    *(
        "E4403001234",
        "GZNB2026-NK-J001-1",
        "2026年3月",
        "2026-03-17",
        "09:30",
        "750000.00元",
        "ＡＢＣ１２３",
        "ISO9001",
        "LED",
    ),
]
CORPUS = 300
SCAN = "SELECT head FROM corpus WHERE {} ORDER BY head DESC"
PLAIN = r"btrim(regexp_replace(lower(normalize({}, NFKC)), '\s+', ' ', 'g'))"


def _text(rnd: random.Random) -> str:
    return "".join(
        rnd.choice(PIECES) + rnd.choice(["", "", "", " ", "\n", "　"]) for _ in range(rnd.randint(1, 12))
    )


KINDS = ("invitation", "lot")
CODES = ("E4403001234002", "91310000MA1K35", "PRJ-2026-0007", "GZNB2026-NK-J001-1")


def _entry(rnd: random.Random, number: int) -> dict[str, Any]:
    codes = tuple(f"procedure:{code}" for code in rnd.sample(CODES, rnd.randint(0, 2)))
    if number % 3:
        return {"title": _text(rnd), "text": _text(rnd), "codes": codes}
    return {"title": _text(rnd), "codes": codes, "kind": "lot", "listed": False, "principal": _text(rnd)}


@pytest.fixture
def corpus(db, entries) -> list[str]:
    rnd = random.Random(11)
    made = entries(*(_entry(rnd, number) for number in range(CORPUS)))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE corpus (head bigint, body text, codes text[], initials text[])")
        cursor.executemany(
            f"INSERT INTO corpus VALUES (%s, {PLAIN.format('%s')}, %s, %s)",
            [(e.head_id, _body(e), _codes(e, str.lower), initials(e.principal).split()) for e in made],
        )
    return [*(f"{e.title}\n{e.text}" for e in made), *(e.principal for e in made if e.principal), *CODES]


def _body(entry: Entry) -> str:
    """What a scan reads of an entry: title, text, and on lines of their own names and codes that these lack."""
    lines = [f"{entry.title}\n{entry.text}".strip("\n")]
    for more in (entry.principal, *(_codes(entry) if entry.listed else ())):
        if more not in "\n".join(lines):
            lines.append(more)
    return "\n".join(lines)


def _codes(entry: Entry, case: Callable[[str], str] = str) -> list[str]:
    return [case(code.partition(":")[2]) for code in entry.codes]


def _scan(words: list[str]) -> list[int]:
    plain = PLAIN.format("%s")
    stands = (
        f"(strpos(body, {plain}) > 0 OR {plain} = ANY (codes)"
        f" OR {plain} ~ '^[a-z]{{4,12}}$' AND exists (SELECT FROM unnest(initials) i WHERE starts_with(i, {plain})))"
    )
    condition = " AND ".join([stands] * len(words)) or "true"
    with connection.cursor() as cursor:
        cursor.execute(SCAN.replace("{}", condition), [word for word in words for _ in range(4)])
        return [head for (head,) in cursor.fetchall()]


def _found(asked: str) -> list[int]:
    first = search(Query(words=asked, kind=KINDS, size=100))
    pages = [
        search(Query(words=asked, kind=KINDS, size=100, page=page)) for page in range(2, first.pages + 1)
    ]
    heads = [hit.head_id for page in (first, *pages) for hit in page.hits]
    assert first.total == len(heads) == sum(first.facets["market"].values())
    return heads


@seed(20260317)
@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(st.data())
def test_any_words_find_what_a_scan_finds(corpus, data):
    def piece() -> str:
        text = "".join(data.draw(st.sampled_from(corpus), label="text").split())
        first = data.draw(st.integers(0, max(0, len(text) - 1)), label="from")
        return text[first : first + data.draw(st.integers(1, 16), label="length")]

    words = [piece() for _ in range(data.draw(st.integers(1, 3), label="words"))]
    change = data.draw(st.sampled_from([str, str.upper, str.lower, str.swapcase]), label="case")
    words = [change(word) for word in words if word.strip()]
    assert _found(" ".join(words)) == _scan(words)


@seed(20260318)
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(st.data())
def test_a_phrase_in_quotes_is_found_with_its_blanks(corpus, data):
    text = data.draw(st.sampled_from(corpus)).strip()
    first = data.draw(st.integers(0, len(text) - 1))
    phrase = text[first : first + data.draw(st.integers(2, 20))].strip()
    if phrase:
        assert _found(f"“{phrase}”") == _scan([phrase])


@pytest.mark.parametrize(
    "asked",
    [
        "標",
        "招",
        "1",
        "。",
        "gznb2026-nk-j001-1",
        "abc123",
        "ＡＢＣ",
        "zzz",
        "招标公告采购公告",
        "2026年3",
        "(一)",
        "no",
        "gkzb",
        "ZHAO",
        "yxgs",
        "dlgzgc",
    ],
)
def test_single_characters_codes_and_both_widths(corpus, asked):
    assert _found(asked) == _scan([asked])


def test_nothing_asked_is_everything(corpus):
    assert _found("") == _scan([])


def test_a_text_has_all_hints_of_each_word_in_it():
    rnd = random.Random(12)
    for _ in range(300):
        text = terms.normal(_text(rnd) + rnd.choice(terms.COMMON) + rnd.choice(terms.COMMON))
        first = rnd.randrange(len(text))
        hints = terms.hints(text)
        assert hints >= terms.hints(text[first : first + rnd.randint(1, 20)])
        assert hints.intersection(terms.COMMON) == {phrase for phrase in terms.COMMON if phrase in text}
