"""What can become of an account, of a role that is granted, and of somebody's place with a party."""

from ggzy.kernel.lifecycle import Lifecycle

ACCOUNT = Lifecycle(
    {"active": "正常", "locked": "已锁定", "closed": "已注销"},
    [("lock", "active", "locked"), ("unlock", "locked", "active"), ("close", "active", "closed"), ("close", "locked", "closed")],
)
GRANT = Lifecycle(
    {"proposed": "待确认", "in_force": "有效", "declined": "未通过", "ended": "已终止"},
    [
        ("confirm", "proposed", "in_force"),
        ("decline", "proposed", "declined"),
        ("end", "proposed", "ended"),
        ("end", "in_force", "ended"),
    ],
)
MEMBERSHIP = Lifecycle(
    {"claimed": "待核实", "invited": "待接受", "in_force": "有效", "ended": "已终止"},
    [
        ("admit", "claimed", "in_force"),
        ("accept", "invited", "in_force"),
        ("end", "claimed", "ended"),
        ("end", "invited", "ended"),
        ("end", "in_force", "ended"),
    ],
)
