"""What can become of a subscription; one that is cancelled is deleted, with the address in it."""

from ggzy.kernel.lifecycle import Lifecycle

SUBSCRIPTION = Lifecycle({"asked": "待确认", "confirmed": "已确认"}, [("confirm", "asked", "confirmed")])
