"""A coherent city that does not exist: what its trading systems would have reported over three years."""

from ggzy.desks.exchange.demo.showcase import (
    SHOWCASE_LOT_CODES,
    SHOWCASE_NOTICE_KEY,
    SHOWCASE_PROCEDURE_CODE,
    SHOWCASE_PROJECT_CODE,
    SHOWCASE_PROJECT_NAME,
)
from ggzy.desks.exchange.demo.story import SEED, records
from ggzy.desks.exchange.demo.systems import CITY_CODE, REGIONS, System, systems

__all__ = [
    "CITY_CODE",
    "REGIONS",
    "SEED",
    "SHOWCASE_LOT_CODES",
    "SHOWCASE_NOTICE_KEY",
    "SHOWCASE_PROCEDURE_CODE",
    "SHOWCASE_PROJECT_CODE",
    "SHOWCASE_PROJECT_NAME",
    "System",
    "records",
    "systems",
]
