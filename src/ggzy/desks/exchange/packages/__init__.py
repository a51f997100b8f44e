"""National exchange packages: ZIP with XML messages and attachments, as trading systems send them (数据规范 V2.0)."""

from ggzy.desks.exchange.packages.archive import PACKAGE_LIMIT, Archive, BadPackage
from ggzy.desks.exchange.packages.enclosures import Enclosures
from ggzy.desks.exchange.packages.reading import Package, Packaged, look
from ggzy.desks.exchange.packages.writing import Enclosure, Outgoing, write

__all__ = [
    "PACKAGE_LIMIT",
    "Archive",
    "BadPackage",
    "Enclosure",
    "Enclosures",
    "Outgoing",
    "Package",
    "Packaged",
    "look",
    "write",
]
