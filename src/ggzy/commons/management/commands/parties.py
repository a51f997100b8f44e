"""`ggzy parties`: keep the party register in step with the log."""

from ggzy.commons.parties.following import follow
from ggzy.kernel.resident import Resident


class Command(Resident):
    help = "让主体库跟上存证日志（常驻）：新到的主体登记归入已有主体，或成为新主体"
    work = staticmethod(follow)
