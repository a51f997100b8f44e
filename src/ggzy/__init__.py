"""ggzy: one public resource trading platform for a city."""

__version__ = "0.1.0"
