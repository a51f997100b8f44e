"""Deadlines as a calendar that people subscribe to: iCalendar (RFC 5545), one event for each trade.

A deadline that moves stays the same event: its UID names the paper that began the trade. SEQUENCE, which only has to
grow (RFC 5545 section 3.8.7.4), is the number of seconds from that paper to the last word about the deadline, so it is
known without a memory of what was sent. A trade that was called off stays in the calendar as CANCELLED.
"""

from datetime import UTC, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event, vDuration

from ggzy.desks.disclosure import agenda, names, projects, queries
from ggzy.desks.disclosure.agenda import Deadline
from ggzy.desks.disclosure.filters import Query
from ggzy.kernel.errors import NotFound
from ggzy.web.language import is_default
from ggzy.web.reach.answers import answer, open_to_all, site

CONTENT_TYPE = "text/calendar; charset=utf-8"
AGAIN = timedelta(hours=1)  # how often a calendar should ask


@open_to_all
@require_safe
def notices(request: HttpRequest) -> HttpResponseBase:
    """The deadlines of the list that an address names."""
    query = Query.parse(request.GET)
    found, are_more = agenda.of_list(query)
    said = _("截止时间以后发的更正公告为准；过期 %d 天后移出。") % agenda.KEPT.days
    if are_more:
        said += _("条数超过 %d，只含最近将截止的；请加上类别、地区等条件后订阅。") % agenda.MOST
    title = " · ".join([chip.label for chip in query.chips()] or [_("全部公告")])
    return _calendar(request, title, said, found)


@open_to_all
@require_safe
def project(request: HttpRequest, code: str) -> HttpResponseBase:
    """The deadlines of a project."""
    found = queries.project(code)
    if found is None:
        raise NotFound(_("没有编号为 %s 的项目。请核对编号，或在交易信息里搜索。") % code, code="project.not_found")
    said = _("截止时间以后发的更正公告为准。")
    return _calendar(request, found.name, said, agenda.of_papers(projects.calls(code)))


def _calendar(request: HttpRequest, title: str, said: str, found: list[Deadline]) -> HttpResponseBase:
    calendar = Calendar()
    name = _("截止时间：%s") % title
    for key, value in {
        "PRODID": f"-//{settings.HOST}//ggzy//{'ZH' if is_default() else 'EN'}", "VERSION": "2.0", "CALSCALE": "GREGORIAN", "METHOD": "PUBLISH",
        "NAME": name, "X-WR-CALNAME": name, "DESCRIPTION": said, "X-WR-CALDESC": said, "X-WR-TIMEZONE": settings.TIME_ZONE,
    }.items():  # fmt: skip
        calendar.add(key, value)
    calendar.add("REFRESH-INTERVAL", vDuration(AGAIN), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(AGAIN))
    for deadline in found:
        calendar.add_component(_event(deadline, site(request)))
    return answer(request, calendar.to_ical(), CONTENT_TYPE)


def _event(deadline: Deadline, here: str) -> Event:
    event = Event()
    first, ruling, ended = deadline.first, deadline.ruling, deadline.failure
    values: dict[str, Any] = {
        "UID": f"deadline-{deadline.name}@{settings.HOST}",
        "DTSTAMP": deadline.moved_at.astimezone(UTC),
        "LAST-MODIFIED": deadline.moved_at.astimezone(UTC),
        "SEQUENCE": int((deadline.moved_at - first.published_at).total_seconds()),
        "DTSTART": deadline.at.astimezone(UTC),  # any other zone would need its rules in the file
        "SUMMARY": (_("已终止：%s") if ended else _("截止：%s")) % first.title,
        "DESCRIPTION": "\n".join(_lines(deadline, here)),
        "URL": f"{here}/notices/{(ended or ruling).head_id}",
        "STATUS": "CANCELLED" if ended else "CONFIRMED",
        "TRANSP": "TRANSPARENT",
        "CATEGORIES": [names.name("market", first.market)],
    }
    for key, value in values.items():
        event.add(key, value)
    return event


def _lines(deadline: Deadline, here: str) -> list[str]:
    """What the event says below its title."""
    first, ruling, ended = deadline.first, deadline.ruling, deadline.failure
    lines = [first.principal] if first.principal else []
    if deadline.lots:
        lines.append(_("标段：%s") % _("、").join(deadline.lots))
    lines.append(_("公告：%s") % f"{here}/notices/{first.head_id}")
    if ruling.head_id != first.head_id:
        lines.append(_("已改期，依据：%(title)s %(url)s") % {"title": ruling.title, "url": f"{here}/notices/{ruling.head_id}"})
    if ended:
        lines.append(_("已终止，依据：%(title)s %(url)s") % {"title": ended.title, "url": f"{here}/notices/{ended.head_id}"})
    return lines
