"""For makers of trading systems: what of a file or a feed is right, wrong or missing. Needs and writes no database."""

from ggzy.desks.exchange.conform.examining import examine
from ggzy.desks.exchange.conform.report import Finding, Report, SetReport
from ggzy.desks.exchange.conform.sources import Unreachable
from ggzy.desks.exchange.conform.words import in_words

__all__ = ["Finding", "Report", "SetReport", "Unreachable", "examine", "in_words"]
