"""Closing an account for good."""

from ggzy.commons.identity import administrators, granting, placing
from ggzy.commons.identity.actions import find, outcome, subject
from ggzy.commons.identity.guards import is_self, is_sysadmin
from ggzy.commons.identity.states import ACCOUNT
from ggzy.kernel.act import Act
from ggzy.kernel.actions import Outcome, action
from ggzy.kernel.reasons import written


@action("account.close", "注销账户", subject=subject, may=is_self | is_sysadmin)
def close(act: Act, *, account: str, reason: str) -> Outcome:
    """Close an account for good: its roles and places end, what it was known by is deleted (个人信息保护法 第四十七条).

    The last representative of a party must first name another; the last administrator of a kind cannot go.
    """
    found, reason = find(account), written(reason)
    administrators.must_remain(without=found)
    for place in found.memberships.exclude(state="ended").select_related("party"):
        placing.finish(act, place)
    for grant in found.grants.filter(family__isnull=False):
        granting.finish(act, grant, "end", reason)
    ACCOUNT.move(found, "close")
    found.login, found.password, found.email = f"closed:{found.number}", "", ""
    found.name = found.phone = found.document = found.document_type = ""
    found.phone_blind = found.document_blind = None
    found.closed_at = act.at
    found.save()
    found.sharings.all().delete()
    return outcome(found, account, {"reason": reason})
