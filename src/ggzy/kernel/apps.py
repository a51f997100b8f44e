from django.apps import AppConfig


class Kernel(AppConfig):
    name = "ggzy.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"
