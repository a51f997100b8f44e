"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from ggzy.kernel import clock
from ggzy.web import language


def page(request: HttpRequest) -> dict[str, Any]:
    """The city's name and telephone, the page's language and the others, and the server's time (the only clock that counts)."""
    return {
        "city": language.city(),
        "supervision_phone": settings.SUPERVISION_PHONE,
        "language": get_language(),
        "other_languages": language.others(request),
        "now": clock.now(),
    }
