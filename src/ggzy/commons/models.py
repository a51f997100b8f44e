"""Django looks for an app's tables here; each is described where it is used."""

from ggzy.commons.files.models import StoredFile
from ggzy.commons.identity.models import Account, Grant, Membership
from ggzy.commons.parties.models import Detail, Duplicate, Entry, Link, Party, Settlement
from ggzy.commons.subscriptions.models import Subscription

__all__ = [
    "Account", "Detail", "Duplicate", "Entry", "Grant", "Link", "Membership", "Party", "Settlement", "StoredFile", "Subscription",
]  # fmt: skip
