from importlib import import_module

from django.apps import AppConfig


class Commons(AppConfig):
    name = "ggzy.commons"
    label = "commons"

    def ready(self) -> None:
        """Have stored files examined together with the ledger."""
        import_module("ggzy.commons.files.inspection")
