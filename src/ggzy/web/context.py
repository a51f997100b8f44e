"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from ggzy.kernel import clock


def page(request: HttpRequest) -> dict[str, Any]:
    """The city's name, and the server's time (the only clock that counts)."""
    return {"city": settings.CITY, "now": clock.now()}
