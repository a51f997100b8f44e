"""What each error code means and what to do: the pages to which `type` of our problem answers leads (RFC 9457)."""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy.kernel.errors import NotFound

BY_LINE, AT_HAND = "逐行", "命令行"  # in the place of a status: said of one line of a report, or at the command line
SECTIONS = {"": "网页和接口的答复", BY_LINE: "报送时逐行的答复", AT_HAND: "启动平台时的提示"}


class Problem(NamedTuple):
    """One code; `status` is that of HTTP, or says where else it is met. The last three are sentences for people."""

    code: str
    status: str
    title: str
    meaning: str
    next: str


@cache
def catalogue() -> dict[str, Problem]:
    """All codes in the order of the file beside this module."""
    text = (files(__package__) / "problems.csv").read_text(encoding="utf-8")
    return {row["code"]: Problem(**row) for row in csv.DictReader(text.splitlines())}


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """The list of all codes."""
    sections = [
        (_(title), [found for found in catalogue().values() if (found.status if found.status in SECTIONS else "") == place])
        for place, title in SECTIONS.items()
    ]
    return render(request, "portal/problems.html", {"sections": sections})


@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    """The page of one code."""
    found = catalogue().get(code)
    if found is None:
        raise NotFound(_("错误代码表里没有这个代码。请从 /problems 的总表里查。"), code="problem.not_found")
    group = code.partition(".")[0]
    alike = [one for one in catalogue().values() if one.code.startswith(f"{group}.") and one is not found]
    return render(request, "portal/problem.html", {"found": found, "alike": alike, "place": _place(found)})


def _place(found: Problem) -> str:
    """Where the code is met, in a sentence."""
    if found.status == BY_LINE:
        return _("报送接口（POST /api/exchange/records）对一行记录的答复；其余各行照常处理。")
    if found.status == AT_HAND:
        return _("启动平台的命令（ggzy run）给出的提示，不会出现在网站上。")
    return _("HTTP 状态 %s 的答复，按 RFC 9457 的 application/problem+json 给出；网页上显示为一页说明。") % found.status
