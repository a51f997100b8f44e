from django.apps import AppConfig


class Commons(AppConfig):
    name = "ggzy.commons"
    label = "commons"
