import gc

from django.apps import AppConfig


class Kernel(AppConfig):
    name = "ggzy.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A batch is thousands of objects that live until it is written: looking for garbage every 700 finds none."""
        gc.set_threshold(50_000, 20, 20)
