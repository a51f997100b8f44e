"""Approvals, qualifications, penalties: found by topic, tied to project and party, with their terms."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from ggzy.desks.disclosure import regulatory
from ggzy.desks.disclosure.filters import Query
from ggzy.kernel import clock
from ggzy.standard import CHINA, example

FIRM = example("300")["BODY_CODE"]
PROCEDURE = example("501")["TENDER_PROJECT_CODE"]


def _stamp(days: int) -> str:
    return (clock.now() + timedelta(days=days)).astimezone(CHINA).strftime("%Y%m%d%H%M%S")


def _find(topic: str, **asked: str) -> regulatory.Found:
    given = QueryDict(mutable=True)
    given.update(asked)
    return regulatory.find(topic, Query.parse(given))


@pytest.fixture
def told(ledger, caught_up):
    """One of each sort about the same firm, and a penalty that is for the government's eyes only."""
    ledger.publish(
        ("100", "firm", {"LEGAL_NAME": "演示建设有限公司", "LEGAL_CODE": FIRM}),
        ("103", "paper", {"LEGAL_CODE": FIRM, "QUAL_NAME": "建筑工程施工总承包", "QUAL_CERT_END_DATE": _stamp(-9)[:8]}),
        ("500", "project", {"PROJECT_NAME": "演示道路工程", "APPROVAL_NUMBER": "演发改〔2026〕1号"}),
        ("501", "procedure", {}),
        ("400", "filing", {"APPROVAL_PROJECT": "招标方案备案"}),
        ("300", "penalty", {"SCOPE": "1", "CONFINED_START": _stamp(-5), "CONFINED_END": _stamp(5), "VIOLATING_NAME": "串通投标的处罚"}),
        ("300", "secret", {"SCOPE": "2", "VIOLATING_NAME": "不公开的处罚"}),
        ("302", "listed", {"SCOPE": "1", "REVOCATION_STATUS": "1"}),
        ("304", "praised", {"SCOPE": "1"}),
        ("306", "rated", {"SCOPE": "1"}),
        ("404", "complaint", {"HANDLE_RESULT": "投诉不成立"}),
    )
    caught_up()


def test_every_topic_has_its_own_and_counts_all(told):
    found = _find("approvals")
    assert found.counts == {"approvals": 2, "qualifications": 1, "penalties": 2, "rewards": 2, "complaints": 1}
    assert {one.hit.title for one in found.decisions} == {"演示道路工程", "招标方案备案"}
    assert {one.document_no for one in found.decisions} == {"演发改〔2026〕1号", ""}
    assert "不公开的处罚" not in {one.hit.title for one in _find("penalties").decisions}


def test_a_penalty_tells_whom_by_whom_until_when_and_in_which_project(told):
    (penalty,) = _find("penalties", q="串通投标").decisions
    assert (penalty.party, penalty.project, penalty.state) == (FIRM, PROCEDURE, "current")
    assert penalty.authority == example("300")["GOVERNMENT"]
    (revoked,) = [one for one in _find("penalties").decisions if one.hit.data_set == "302"]
    assert revoked.state == "revoked"


def test_a_qualification_is_tied_to_its_holder_and_ends(told):
    (paper,) = _find("qualifications").decisions
    assert (paper.party, paper.party_name, paper.level, paper.state) == (FIRM, "演示建设有限公司", "一级", "over")


def test_a_party_has_all_that_is_said_of_itself(told):
    found = regulatory.of_party(FIRM)
    assert {topic: len(ones) for topic, ones in found.items()} == {"qualifications": 1, "penalties": 2, "rewards": 2}
    assert regulatory.of_party("91310000XXXXXXXXXX") == {}


def test_filters_narrow_and_nothing_breaks_them(told):
    assert _find("approvals", q="道路").total == 1
    assert _find("approvals", code=PROCEDURE).total >= 1
    assert _find("penalties", since="2199-01-01").total == 0
    assert _find("rewards", page="999").page == 1


def test_what_is_withdrawn_is_gone(told, ledger, caught_up):
    ledger.publish(("300", "penalty", None))
    caught_up()
    assert [one.hit.data_set for one in _find("penalties").decisions] == ["302"]


def test_without_an_index_there_is_nothing(settings, tmp_path):
    settings.HOME = tmp_path
    assert _find("approvals").total == 0 and regulatory.of_party(FIRM) == {} and regulatory.newest_of("503", 3) == []


def test_the_page_says_it_all(told, client):
    text = client.get("/regulatory?topic=penalties").content.decode()
    assert "限制期内" in text and "已撤销" in text and f"/projects/{PROCEDURE}" in text and f"/parties/{FIRM}" in text
    assert client.get("/regulatory?topic=nonsense&since=x&page=-1").status_code == 200
    assert "串通投标的处罚" in client.get("/standard/300").content.decode()
