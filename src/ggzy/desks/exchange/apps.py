from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from ggzy import standard


class Exchange(AppConfig):
    name = "ggzy.desks.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Lay the city's own additions (areas, code lists) over the national standard; have attachments examined."""
        standard.load(settings.STANDARD)
        import_module("ggzy.desks.exchange.inspection")
