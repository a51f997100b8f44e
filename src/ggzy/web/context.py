"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from ggzy.kernel import clock


def page(request: HttpRequest) -> dict[str, Any]:
    """The city's name and telephone, the reader's language, and the server's time (the only clock that counts)."""
    return {
        "city": settings.CITY,
        "supervision_phone": settings.SUPERVISION_PHONE,
        "language": get_language(),
        "now": clock.now(),
    }
