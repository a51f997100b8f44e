"""`ggzy follow`: keep the search index in step with the log."""

from ggzy.desks.disclosure.following import follow
from ggzy.kernel.resident import Resident


class Command(Resident):
    help = "让检索索引跟上存证日志（常驻；同一时间只有一个进程在写，其余等待）"
    work = staticmethod(follow)
