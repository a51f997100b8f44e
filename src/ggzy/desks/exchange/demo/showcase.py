"""One construction project that goes through every stage, with codes that never change."""

from __future__ import annotations

from ggzy.desks.exchange.demo import construction, words
from ggzy.desks.exchange.demo.chance import Dice, later
from ggzy.desks.exchange.demo.docket import Docket
from ggzy.desks.exchange.demo.parties import City
from ggzy.desks.exchange.demo.plan import Plan, project_code
from ggzy.desks.exchange.demo.systems import REGIONS

SHOWCASE_PROJECT_CODE = project_code(1)
SHOWCASE_PROCEDURE_CODE = f"{SHOWCASE_PROJECT_CODE}001"
SHOWCASE_LOT_CODES = (f"{SHOWCASE_PROCEDURE_CODE}001", f"{SHOWCASE_PROCEDURE_CODE}002")
SHOWCASE_PROJECT_NAME = "示范市云汀区松溪两岸综合整治及滨水绿道建设工程"
SHOWCASE_NOTICE_KEY = f"{SHOWCASE_PROCEDURE_CODE}:notice:1"


def play(docket: Docket, city: City, dice: Dice) -> None:
    """Send the showcase: two lots, a changed notice, a clarification, a penalty, all finished by now."""
    principal = city.principals[0]
    plan = Plan(
        name=SHOWCASE_PROJECT_NAME, project_code=SHOWCASE_PROJECT_CODE, trade="施工", deal_class="A07",
        industry="N76",
        work_class="A070101", amount=36_800_000.0, region="339901", address=f"{REGIONS['339901']}滨河大道",
        principal=principal, agent=city.agents[0],
        notice_at=dice.office(later(docket.until, -1000), before=True), lots=2,
        changed=True, clarified=True, offence=words.OFFENCES[0], watched=True,
    )  # fmt: skip
    construction.play(docket, city, dice, plan)
