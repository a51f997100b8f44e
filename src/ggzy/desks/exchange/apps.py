from django.apps import AppConfig


class Exchange(AppConfig):
    name = "ggzy.desks.exchange"
    label = "exchange"
