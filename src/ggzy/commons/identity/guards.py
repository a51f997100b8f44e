"""Who may do what with accounts, roles and places, as named predicates."""

from ggzy.commons.parties.actions import is_registrar
from ggzy.kernel.actions import May, has_role

__all__ = ["for_party", "is_account", "is_door", "is_operator", "is_registrar", "is_secadmin", "is_self", "is_sysadmin"]

is_secadmin = has_role("secadmin", text="须由安全管理员办理")
is_sysadmin = has_role("sysadmin", text="须由系统管理员办理")
is_operator = has_role("operator", text="须由平台运维人员办理")
is_self = May(lambda act, account, **_: act.actor == f"account:{account}", "须由本人办理")
is_account = May(lambda act, **_: act.actor.startswith("account:"), "须登录后办理")
is_door = May(lambda act, **_: act.role == "visitor", "须由本人在登录页办理")
"""Whoever registers or signs in is nobody yet: the sign-in page acts for him."""


def for_party(right: str) -> May:
    """Done for the party by its representative, or by staff to whom it gave this right."""
    return May(
        lambda act, party, **_: act.party == party and (act.role == "representative" or right in act.scope),
        "须由该主体的法定代表人或经其授权的办事人员办理",
        frozenset({"representative", "staff"}),
    )
