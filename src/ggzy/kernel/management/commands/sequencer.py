"""`ggzy sequencer`: give events their places in the log and sign it."""

from ggzy.kernel.resident import Resident
from ggzy.kernel.sequencing import sequencer


class Command(Resident):
    help = "存证编号：给事件排定序号，扩展日志，签署检查点"
    work = staticmethod(sequencer.run)
