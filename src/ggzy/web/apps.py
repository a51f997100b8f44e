from django.apps import AppConfig


class Web(AppConfig):
    name = "ggzy.web"
    label = "web"
