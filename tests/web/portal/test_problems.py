"""Every code that the program can answer with has a page: what it means and what to do next."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.test import Client

import ggzy
from ggzy.standard.faults import __file__ as FAULTS
from ggzy.web.portal.problems import SECTIONS, catalogue
from tests.web.portal.test_pages import text_of

SOURCE = Path(ggzy.__file__).parent
CODE = re.compile(r"[a-z]+\.[a-z_]+")


def _codes(tree: ast.AST) -> Iterator[str]:
    """Codes given to refusals by name, as the third argument of `require`, or as the one of a class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            given = [one.value for one in node.keywords if one.arg == "code"]
            if getattr(node.func, "id", "") == "require":
                given += node.args[2:3]
            yield from (str(one.value) for one in given if isinstance(one, ast.Constant))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
            names = [getattr(name, "id", "") for name in node.targets[0].elts]
            pairs = zip(names, node.value.elts, strict=True)
            yield from (str(v.value) for n, v in pairs if n == "code" and isinstance(v, ast.Constant))


def test_every_code_in_the_source_has_a_page():
    used = {code for path in SOURCE.rglob("*.py") for code in _codes(ast.parse(path.read_text())) if CODE.fullmatch(code)}
    used |= set(re.findall(r'"(record\.[a-z_]+)"', Path(FAULTS).read_text()))
    assert len(used) > 60
    assert sorted(used - catalogue().keys()) == [], "add a line to web/portal/problems.csv for each of these"


def test_every_line_of_the_list_is_whole():
    for code, found in catalogue().items():
        assert CODE.fullmatch(code)
        assert all(found), code
        assert found.status in SECTIONS or 400 <= int(found.status) < 600
        assert found.meaning.endswith("。") and found.next.endswith("。")


def test_the_type_of_an_answer_leads_to_its_page(client, ledger):
    answer = client.get("/api/records/999999999")
    page = client.get(answer.json()["type"])
    assert page.status_code == 200
    seen = text_of(page)
    assert "接下来怎么办" in seen and answer.json()["code"] in seen


def test_all_codes_are_on_one_page_and_an_unknown_one_is_said_so(client, ledger):
    page = client.get("/problems").content.decode()
    assert all(f'href="/problems/{code}"' in page for code in catalogue())
    assert client.get("/problems/no.such_code").status_code == 404


def test_a_refusal_on_a_page_gives_the_hint_that_fits_and_leads_on(client, ledger):
    missing = client.get("/notices/999999999")
    assert "搜索标题里的几个字" in text_of(missing)
    assert 'href="/problems/notice.not_found"' in missing.content.decode()
    forged = Client(enforce_csrf_checks=True).post("/exchange/sign-in")
    assert forged.status_code == 403
    assert "核对身份和权限" in text_of(forged) and "搜索标题" not in text_of(forged)
    assert 'href="/problems/access.form_expired"' in forged.content.decode()
