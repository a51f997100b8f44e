"""What can become of a quarantined line."""

from ggzy.kernel.lifecycle import Lifecycle

QUARANTINED = Lifecycle(
    {
        "held": "等待上级记录",
        "refused": "未通过校验",
        "superseded": "已有更新版本",
        "accepted": "已入库",
        "dismissed": "已作废",
    },
    [
        ("accept", "held", "accepted"),
        ("accept", "refused", "accepted"),
        ("accept", "superseded", "accepted"),
        ("hold", "refused", "held"),
        ("hold", "superseded", "held"),
        ("refuse", "held", "refused"),
        ("refuse", "superseded", "refused"),
        ("supersede", "refused", "superseded"),
        ("supersede", "held", "superseded"),
        ("dismiss", "held", "dismissed"),
        ("dismiss", "refused", "dismissed"),
        ("dismiss", "superseded", "dismissed"),
    ],
)
