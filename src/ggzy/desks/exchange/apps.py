from django.apps import AppConfig
from django.conf import settings

from ggzy import standard


class Exchange(AppConfig):
    name = "ggzy.desks.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Lay the city's own additions (areas, code lists) over the national standard."""
        standard.load(settings.STANDARD)
