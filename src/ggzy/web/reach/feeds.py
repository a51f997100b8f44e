"""Lists, projects and parties as feeds: Atom (RFC 4287) and RSS 2.0, page by page (RFC 5005).

Entries keep their id over all versions: a tag URI (RFC 4151) of this installation's public name, whatever address
the reader used. Texts of records are never markup: what a reader takes for HTML is escaped once more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, rfc3339_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from ggzy.desks.disclosure import deadlines, names, projects, queries
from ggzy.desks.disclosure.filters import LAST_PAGE, Query
from ggzy.desks.disclosure.query import Hit
from ggzy.kernel.errors import NotFound
from ggzy.standard import CHINA
from ggzy.web.language import address, city, is_default
from ggzy.web.portal.words import money_plain, plain_moment
from ggzy.web.reach.answers import answer, open_to_all, site

NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when a feed without entries last changed: its ETag must not move
_LOOKALIKES = str.maketrans("<>", "＜＞")


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed shows: its name, the page for people, one page of entries and how many pages there are."""

    title: str
    page_url: str
    hits: list[Hit]
    page: int
    pages: int


class _Paged:
    """What both formats add: links to other pages, and an `updated` that is only about the entries."""

    feed: dict[str, Any]
    items: list[dict[str, Any]]

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=NEVER)

    def add_links(self, handler: SimplerXMLGenerator, element: str) -> None:
        for rel, href in self.feed["pages"]:
            handler.addQuickElement(element, "", {"rel": rel, "href": href})


class Atom(_Paged, Atom1Feed):
    """RFC 4287."""

    form, content_type = "atom", "application/atom+xml; charset=utf-8"

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        self.add_links(handler, "link")

    def add_item(self, title: str, link: str, description: str, **given: Any) -> None:
        super().add_item(title, link, escape(description), **given)


class Rss(_Paged, Rss201rev2Feed):
    """RSS 2.0 with the Atom elements for what it lacks: links between pages, and when an entry last changed.

    Many readers take a title for HTML although it is plain text: angle brackets become their full-width likes.
    """

    form, content_type = "rss", "application/rss+xml; charset=utf-8"

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        self.add_links(handler, "atom:link")

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))

    def add_item(self, title: str, link: str, description: str, **given: Any) -> None:
        super().add_item(title.translate(_LOOKALIKES), link, escape(description), **given)


FORMS = (Atom, Rss)


def notices(request: HttpRequest) -> Listing:
    """The list that an address names."""
    query = Query.parse(request.GET)
    found = queries.search(query)
    title = " · ".join([chip.label for chip in query.chips()] or [_("全部公告")])
    return Listing(title, f"/notices?{query.url(page=1)}".rstrip("?"), found.hits, found.page, found.pages)


def project(request: HttpRequest, code: str) -> Listing:
    """All papers of a project."""
    found = queries.project(code)
    if found is None:
        raise NotFound(_("没有编号为 %s 的项目。请核对编号，或在交易信息里搜索。") % code, code="project.not_found")
    query = Query.parse(request.GET)
    hits, total = projects.newest(code, query.page, query.size)
    pages = max(1, -(-total // query.size))
    return Listing(found.name, f"/projects/{code}", hits, min(query.page, pages + 1), pages)


def party(request: HttpRequest, code: str) -> Listing:
    """All notices that name a party."""
    found = queries.party(code)
    if found is None:
        raise NotFound(_("没有代码为 %s 的交易主体。请核对 18 位统一社会信用代码。") % code, code="party.not_found")
    asked = Query.parse(request.GET)
    page = queries.search(Query(code=code, page=asked.page, size=asked.size))
    return Listing(found.name, f"/parties/{code}", page.hits, page.page, page.pages)


def feed(form: type[SyndicationFeed], listing: Callable[..., Listing]) -> Callable[..., HttpResponseBase]:
    """The view that gives a kind of list in a format."""

    @open_to_all
    @require_safe
    def view(request: HttpRequest, **given: Any) -> HttpResponseBase:
        return answer(request, _written(request, form, listing(request, **given)), form.content_type)

    return view


def _written(request: HttpRequest, form: type[SyndicationFeed], shown: Listing) -> bytes:
    here, query = site(request), Query.parse(request.GET)
    platform = _("%(city)s公共资源交易平台") % {"city": city()}
    made = form(
        title=shown.title, link=here + shown.page_url,
        description=_("%(platform)s：%(title)s") % {"platform": platform, "title": shown.title}, language="zh-CN" if is_default() else get_language(),
        feed_url=here + request.get_full_path(), feed_guid=tag(f"list:{shown.page_url}"), author_name=platform,
        pages=[(rel, address(f"{here}{request.path}?{query.url(page=page)}".rstrip("?"))) for rel, page in _pages(shown)],
    )  # fmt: skip
    for hit in deadlines.held(shown.hits):
        made.add_item(
            title=hit.title, link=f"{here}/notices/{hit.head_id}", unique_id=tag(f"notice:{hit.head_id}"),
            unique_id_is_permalink=False, description=_summary(hit), pubdate=hit.published_at if hit.dated else None,
            updateddate=moved_at(hit), categories=[names.name("market", hit.market), names.name("kind", hit.kind)],
        )  # fmt: skip
    return made.writeString("utf-8").encode()


def _pages(shown: Listing) -> list[tuple[str, int]]:
    """The relations of RFC 5005 section 3 with the pages to which they lead."""
    last = min(shown.pages, LAST_PAGE)
    found = [("first", 1), ("last", last)]
    if shown.page > 1:
        found.append(("previous", shown.page - 1))
    if shown.page < last:
        found.append(("next", shown.page + 1))
    return found


def moved_at(hit: Hit) -> datetime:
    """When a record last changed."""
    return max(hit.published_at, (hit.changed_at or hit.published_at).astimezone(CHINA))


def tag(name: str) -> str:
    """A name that no other installation gives, and that outlives addresses (RFC 4151)."""
    return f"tag:{settings.HOST},2026:{name}"


def _summary(hit: Hit) -> str:
    """What a reader of feeds sees below the title: who, where, how much, until when."""
    amount = "" if hit.amount is None else money_plain(hit.amount)
    until = _("截止 %s") % plain_moment(hit.deadline_at) if hit.deadline_at else ""
    return _("，").join(filter(None, (hit.principal, names.region(hit.region), amount, until)))
