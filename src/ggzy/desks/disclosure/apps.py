from django.apps import AppConfig


class Disclosure(AppConfig):
    name = "ggzy.desks.disclosure"
    label = "disclosure"
