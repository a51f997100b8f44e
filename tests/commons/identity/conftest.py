"""People who sign in: an account known by the hall or not, acting as itself or for a party."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from ggzy.commons.identity import actions, closing, granting, placing, registering  # noqa: F401 - register the actions
from ggzy.commons.identity.models import Account
from ggzy.commons.identity.queries import act_for, hats
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform

VISITOR = Act("visitor", "visitor", "web")


@pytest.fixture
def account(db) -> Callable[..., str]:
    """Open accounts; returns their numbers. With a document they are known to the hall."""

    def opened(login: str, name: str = "王小明", document: str = "") -> str:
        number = str(uuid4())
        perform(VISITOR, "account.open", account=number, login=login, name=name)
        if document:
            perform(
                VISITOR, "account.recognise", account=number, name=name, document_type="01", document=document,
                assurance=actions.HALL, by="hall",
            )  # fmt: skip
        return number

    return opened


@pytest.fixture
def acting(db) -> Callable[..., Act]:
    """What an account does: as a person, or wearing the hat whose title holds this."""

    def act(number: str, hat: str = "") -> Act:
        found = Account.objects.get(number=number)
        worn = next(h for h in hats(found) if hat in h.title) if hat else None
        return act_for(found, worn, "web")

    return act
