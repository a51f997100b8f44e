"""What can go wrong with the platform's own database."""

from ggzy.kernel.errors import Conflict, Unavailable


class DatabaseFailed(Unavailable):
    """It cannot be started; `detail` says why and what to do."""

    code, title = "database.failed", "数据库无法启动"


class DatabaseBusy(Conflict):
    """Another process already runs a database on this folder."""

    code, title = "database.busy", "数据库目录正被占用"
