"""Who is asking, at the machine door."""

from django.http import HttpRequest

from ggzy.desks.exchange import tokens
from ggzy.desks.exchange.prepare import Reporter


def reporter(request: HttpRequest) -> Reporter:
    """The trading system whose token came with the request."""
    return tokens.reporter(request.headers.get("Authorization", ""))
