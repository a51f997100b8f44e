"""What the portal's pages ask: one function a page."""

from ggzy.desks.disclosure.direct import direct
from ggzy.desks.disclosure.front import home
from ggzy.desks.disclosure.notices import notice
from ggzy.desks.disclosure.parties import party
from ggzy.desks.disclosure.projects import project
from ggzy.desks.disclosure.query import search

__all__ = ["direct", "home", "notice", "party", "project", "search"]
