"""What can become of a party, and of the question whether two are one."""

from ggzy.kernel.lifecycle import Lifecycle

PARTY = Lifecycle(
    {"registered": "在册", "merged": "已并入"},
    [("merge", "registered", "merged"), ("restore", "merged", "registered")],
)
DUPLICATE = Lifecycle(
    {"open": "待判断", "confirmed": "同一主体", "dismissed": "不是同一主体"},
    [
        ("confirm", "open", "confirmed"),
        ("dismiss", "open", "dismissed"),
        ("reopen", "confirmed", "open"),
        ("reopen", "dismissed", "open"),
    ],
)
