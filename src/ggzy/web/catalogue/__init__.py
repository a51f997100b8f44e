"""What the platform says, gathered from the code, and the same in English; nobody but developers needs this at hand.

Chinese sentences stand where they are used. `ggzy english` gathers them, merges what is new into
locale/en/LC_MESSAGES/django.po, where people write the English, and compiles that for gettext and for the scripts.
"""
