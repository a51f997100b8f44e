"""Words that pages look up in a table when they need one: no call of gettext spells them out."""

from collections.abc import Iterable, Iterator

from ggzy import standard
from ggzy.commons.identity.roles import roles
from ggzy.commons.subscriptions.actions import RHYTHMS
from ggzy.desks.disclosure import filters, names, regulatory
from ggzy.desks.exchange import intake
from ggzy.desks.exchange.states import QUARANTINED
from ggzy.desks.exchange.webhooks.states import DELIVERY, WEBHOOK
from ggzy.kernel import errors
from ggzy.standard.versions import CELLS
from ggzy.web import urls  # noqa: F401 - with the addresses, every refusal is loaded
from ggzy.web.api import openapi
from ggzy.web.identity import views as identity
from ggzy.web.identity.provider import SCOPES
from ggzy.web.portal import downloads, listing, notice, party, problems, words
from ggzy.web.regulatory import views as decisions
from ggzy.web.standard import data_set, formats, groups
from ggzy.web.standard import views as standard_pages

Words = Iterable[str]


def tables() -> Iterator[tuple[str, Words]]:
    """Every table with the file that owns it, in the order in which a translator best reads them."""
    for table in (names.MARKETS, names.STAGES, names.KINDS, names.SORTS):
        yield "desks/disclosure/names.py", table.values()
    yield "desks/disclosure/filters.py", filters.EXAMPLES.values()
    yield "desks/disclosure/regulatory.py", [topic.title for topic in regulatory.TOPICS.values()]
    yield "web/regulatory/views.py", [said for _tone, said in (*decisions.STATES.values(), decisions.RESTRICTED)]
    yield "web/portal/words.py", (*words.WEEKDAYS, *words.MARKS)
    yield "web/portal/listing.py", (*listing.TITLES.values(), *listing.CODED.values())
    yield "web/portal/notice.py", [word for table in (*notice.ROLES.values(), notice.ELSEWHERE, notice.CODES) for word in table.values()]
    yield "web/portal/party.py", party.ROLES.values()
    yield "web/portal/downloads.py", downloads.COLUMNS
    yield "commons/subscriptions/actions.py", RHYTHMS.values()
    for states in (QUARANTINED, WEBHOOK, DELIVERY):
        yield "kernel/words.csv", states.words.values()
    yield "commons/identity/roles.csv", [role.title for role in roles().values()]
    yield "web/identity/provider.py", SCOPES.values()
    yield "web/identity/views.py", identity.ASSURANCE.values()
    yield "desks/exchange/intake.py", intake.WORDS.values()
    yield "kernel/errors.py", _titles()
    yield "web/portal/problems.csv", (problems.BY_LINE, problems.AT_HAND, *problems.SECTIONS.values())
    for problem in problems.catalogue().values():
        yield "web/portal/problems.csv", (problem.title, problem.meaning, problem.next)
    yield "web/api/endpoints.py", _endpoints()
    yield "web/standard", _of_the_standard()


def _titles() -> Words:
    """The titles of refusals that the list of error codes words otherwise; the addresses have loaded all of them."""
    waiting, found, listed = [errors.Refusal], [], {problem.title for problem in problems.catalogue().values()}
    while waiting:
        kind = waiting.pop(0)
        if kind.__module__.startswith("ggzy.") and kind.title not in listed:
            found.append(kind.title)
        waiting += kind.__subclasses__()
    return found


def _endpoints() -> Words:
    return [operation["summary"] for methods in openapi.document()["paths"].values() for operation in methods.values()]


def _of_the_standard() -> Words:
    """What the pages of the standard say of their own; the national texts stay as they are."""
    own = (data_set.SCOPES, data_set.KINDS, data_set.MASKS, data_set.CELLS, data_set.WORDS, standard_pages.CERTAINTY, formats.MOMENTS)
    yield from (word for table in own for word in table.values())
    yield from (*groups.CHAPTERS.values(), groups.OWN, *CELLS.values())
    yield from (entry.title for entry in standard.DATA_SETS.values())
    yield from (known.title for known in standard.CODE_LISTS.values())
    yield from (version.title for version in standard.versions().values())
    yield from (said for entry in standard.DATA_SETS.values() for said in standard.guidance(entry))
