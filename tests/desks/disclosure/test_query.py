from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ggzy.desks.disclosure import direct, index, newest
from ggzy.desks.disclosure.query import Query, search
from ggzy.kernel import clock

MARKETS = ("construction", "procurement", "land")
STAGES = ("notice", "result", "contract")
REGIONS = ("310115", "310104", "上海 市")


@pytest.fixture
def many(entries):
    """108 entries: every mix of market, stage and region four times; every third one costs something."""
    return entries(
        *(
            {
                "market": MARKETS[n % 3],
                "stage": STAGES[n // 3 % 3],
                "region": REGIONS[n // 9 % 3],
                "title": f"{'道路' if n % 2 else '桥梁'}工程 {n}",
                "amount": Decimal(n * 1000) if n % 3 == 0 else None,
                "codes": (f"project:P{n // 4:06d}", f"principal:91310000{n:010d}", f"party:91310000{n:010d}"),
            }
            for n in range(108)
        )
    )


def _expected(many, group, **chosen):
    """Counted by hand: how many there are of each code when all other groups' filters hold."""
    counts = {}
    for one in many:
        if all(getattr(one, g) in values for g, values in chosen.items() if g != group):
            code = getattr(one, group).replace(" ", "")
            counts[code] = counts.get(code, 0) + 1
    return counts


@pytest.mark.parametrize(
    "chosen",
    [{}, {"market": ("land",)}, {"market": ("land", "construction"), "stage": ("result",)},
     {"market": ("land",), "stage": ("result", "notice"), "region": ("上海 市",)}, {"region": ("nowhere",)}],
)  # fmt: skip
def test_counts_are_exact_and_free_of_their_own_filter(many, chosen):
    page = search(Query(**chosen))
    for group in ("market", "stage", "region"):
        assert page.facets[group] == _expected(many, group, **chosen)
    assert page.total == sum(all(getattr(e, g) in v for g, v in chosen.items()) for e in many)


def test_pages_follow_each_other_without_gap_or_repeat(many):
    heads = [hit.head_id for page in range(1, 17) for hit in search(Query(size=7, page=page)).hits]
    assert heads == [entry.head_id for entry in reversed(many)]
    assert search(Query(size=7, page=400)).page == 16


@pytest.mark.parametrize("crowded", [0, 5, 1000])
def test_the_newest_are_found_among_the_days_and_minutes_where_they_lie(entries, monkeypatch, crowded):
    monkeypatch.setattr(newest, "_WORTH", 0)
    monkeypatch.setattr(newest, "_CROWDED", crowded)
    at = [datetime(2026, 3, 1 + n % 3, 7 + n % 5 * 3, n % 2, n, tzinfo=UTC) for n in range(60)]
    made = entries(*({"title": f"道路 {n}", "published_at": at[n], "market": MARKETS[n % 2]} for n in range(60)))
    made = [one for one in made if one.market == MARKETS[0]]
    expected = [one.head_id for one in sorted(made, key=lambda one: (one.published_at, one.head_id), reverse=True)]
    for words in ("道路", ""):
        pages = [search(Query(words, market=MARKETS[:1], size=7, page=page)) for page in range(1, 6)]
        assert [hit.head_id for page in pages for hit in page.hits] == expected


def test_amounts_and_days_include_both_ends(many):
    assert search(Query(amount_min=Decimal(3000), amount_max=Decimal(9000))).total == 3
    assert search(Query(amount_max=Decimal(0))).total == 1
    assert search(Query(since=date(2026, 3, 1), until=date(2026, 3, 1))).total == 108
    assert search(Query(until=date(2026, 2, 28))).total == 0


def test_the_dearest_first_and_those_without_amount_last(many):
    hits = search(Query(sort="amount", size=100)).hits
    assert [hit.amount for hit in hits[:36]] == sorted(
        (e.amount for e in many if e.amount is not None), reverse=True
    )
    assert hits[36].amount is None


def test_the_nearest_deadline_first_then_the_newest(entries):
    now = clock.now()
    entries(
        {"deadline_at": now - timedelta(days=1)}, {"deadline_at": now + timedelta(days=2)}, {},
        {"deadline_at": now + timedelta(days=1)},
    )  # fmt: skip
    assert [hit.head_id for hit in search(Query(sort="deadline")).hits] == [4, 2, 3, 1]
    pages = [search(Query(sort="deadline", size=1, page=page)).hits[0].head_id for page in (1, 2, 3, 4)]
    assert pages == [4, 2, 3, 1]


def test_a_word_in_the_title_counts_for_more(entries):
    entries(
        {"title": "消防维保服务"},
        {"title": "公告", "text": "包括消防维保。" + "其他" * 40},
        {"title": "公告"},
    )
    assert [hit.head_id for hit in search(Query("消防维保", sort="relevance")).hits] == [1, 2]


def test_hits_are_marked_and_escaped(entries):
    entries({"title": "<b>ＬＥＤ</b>路灯 & 道路", "text": "前" * 500 + "LED 路灯" + "后" * 500})
    hit = search(Query("led 路灯")).hits[0]
    assert hit.title_html == "&lt;b&gt;<mark>ＬＥＤ</mark>&lt;/b&gt;<mark>路灯</mark> &amp; 道路"
    assert "<mark>LED</mark> <mark>路灯</mark>后" in hit.snippet_html
    assert len(hit.snippet_html) < 200


def test_only_notices_unless_another_kind_is_asked_for(entries):
    entries({"kind": "lot", "listed": False}, {"kind": "invitation"})
    assert [hit.head_id for hit in search(Query()).hits] == [2]
    assert [hit.head_id for hit in search(Query(kind=("lot",))).hits] == [1]
    assert search(Query(kind=("lot", "invitation"))).total == 2


@pytest.mark.parametrize(
    ("asked", "url"),
    [
        ("p000003", "/projects/P000003"),
        (" P000003 ", "/projects/P000003"),
        ("913100000000000005", "/parties/913100000000000005"),
        ("#7", "/notices/7"),
        ("7", "/notices/7"),
    ],
)
def test_a_code_leads_straight_to_its_page(many, asked, url):
    assert direct.direct(asked).url == url


def test_a_code_narrows_like_any_filter(many):
    assert search(Query(code="p000003")).total == 4
    assert search(Query(code="project:P000003", market=("land",))).total == 1


@pytest.mark.parametrize(
    "asked", ["道路", "P9999999", "#999999", "9" * 40, "", "a b", "招标 913100000000000005"]
)
def test_other_words_lead_nowhere(many, asked):
    assert direct.direct(asked) is None


def test_without_an_index_the_answer_says_so(settings, tmp_path):
    settings.HOME = tmp_path
    page = search(Query("道路"))
    assert page.total == 0
    assert "正在建立" in page.problems[0]


def test_moments_beyond_reason_keep_an_order():
    far = datetime(9999, 12, 31, tzinfo=UTC)
    assert (
        0
        <= index.at_key(datetime(1, 1, 2, tzinfo=UTC))
        <= index.at_key(clock.now())
        < index.at_key(far, 2**40)
        < 2**63
    )


@example(99, 100)
@given(st.integers(0, 10**17), st.integers(0, 10**17))
def test_a_magnitude_grows_with_the_figure_and_knows_its_least(one, other):
    low, high = sorted((one, other))
    assert index.magnitude(low) <= index.magnitude(high)
    assert index.least(index.magnitude(low)) <= low < index.least(index.magnitude(low) + 1)


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("3000", "9000"),
        ("3000.01", None),
        (None, "8999.99"),
        ("10500", "10500"),
        ("9000", "90000"),
        (None, "0"),
        ("99000.01", None),
    ],
)
def test_both_ends_of_an_amount_count(many, low, high):
    low, high = (None if end is None else Decimal(end) for end in (low, high))
    expected = [
        one.title
        for one in many
        if one.amount is not None
        and (low is None or one.amount >= low)
        and (high is None or one.amount <= high)
    ]
    page = search(Query(amount_min=low, amount_max=high, size=100))
    assert page.total == len(expected)
    assert sorted(hit.title for hit in page.hits) == sorted(expected)
