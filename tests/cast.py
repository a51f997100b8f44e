"""The cast: the same named people and systems in tests, demo and documents, each with a meaning."""

from ggzy.desks.exchange.prepare import Reporter

BUILDING = Reporter("91310000MA1K00001R", "system:91310000MA1K00001R")
"""示范市建设工程交易系统: reports construction, all data sets."""
