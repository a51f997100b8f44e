"""The platform's own PostgreSQL 18, for everyone who has none: a folder in, a URL out."""

from ggzy.kernel.database.cluster import Cluster
from ggzy.kernel.database.errors import DatabaseBusy, DatabaseFailed

__all__ = ["Cluster", "DatabaseBusy", "DatabaseFailed"]
