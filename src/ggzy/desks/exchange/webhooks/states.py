"""What can become of a webhook, and of one delivery."""

from ggzy.kernel.lifecycle import Lifecycle

WEBHOOK = Lifecycle(
    {"active": "推送中", "paused": "已暂停", "halted": "因故障停推", "removed": "已删除"},
    [
        ("pause", "active", "paused"),
        ("halt", "active", "halted"),
        ("resume", "paused", "active"),
        ("resume", "halted", "active"),
        ("remove", "active", "removed"),
        ("remove", "paused", "removed"),
        ("remove", "halted", "removed"),
    ],
)
DELIVERY = Lifecycle(
    {"waiting": "待送达", "delivered": "已送达", "skipped": "已跳过"},
    [
        ("deliver", "waiting", "delivered"),
        ("skip", "waiting", "skipped"),
        ("redeliver", "delivered", "waiting"),
        ("redeliver", "skipped", "waiting"),
    ],
)
