"""Django looks for an app's tables here; each is described where it is used."""

from ggzy.commons.files.models import StoredFile
from ggzy.commons.identity.models import Account, Grant, Membership, RelyingSession, Sharing
from ggzy.commons.parties.models import Detail, Duplicate, Entry, Link, Party, Settlement
from ggzy.commons.subscriptions.models import Subscription

__all__ = [
    "Account", "Detail", "Duplicate", "Entry", "Grant", "Link", "Membership", "Party", "RelyingSession", "Settlement",
    "Sharing", "StoredFile", "Subscription",
]  # fmt: skip
