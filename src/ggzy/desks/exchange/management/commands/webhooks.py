"""`ggzy webhooks`: push public changes to the addresses that trading systems gave."""

from ggzy.desks.exchange.webhooks import actions  # noqa: F401 - registers the actions
from ggzy.desks.exchange.webhooks.delivery import deliver
from ggzy.kernel.resident import Resident


class Command(Resident):
    help = "变更推送：把公开变更按存证顺序推送到各系统登记的地址（常驻；同一时间只有一个进程在推送）"
    work = staticmethod(deliver)
