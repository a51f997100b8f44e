"""Moving entries between parties, step by step, and taking a step back."""

from collections.abc import Sequence
from uuid import UUID

from ggzy.commons.parties.models import Duplicate, Entry, Link, Party
from ggzy.commons.parties.register import NEW
from ggzy.commons.parties.states import DUPLICATE, PARTY
from ggzy.kernel.act import Act
from ggzy.kernel.errors import Conflict, NotFound, Unprocessable

BY_HAND, UNDONE = "by_hand", "undone"
"""Grounds of what a person did without being asked, and of what was taken back."""


def move(act: Act, entries: Sequence[Entry], party: Party, ground: str, step: UUID) -> set[int]:
    """Make these entries the party's; one that is left without any is merged into it. Returns whom it touched."""
    before = {entry.party_id for entry in entries}
    Link.objects.bulk_create(
        [Link(entry=entry, party=party, ground=ground, step=step, actor=act.actor, at=act.at) for entry in entries]
    )
    Entry.objects.filter(pk__in=[entry.pk for entry in entries]).update(party=party)
    for left in Party.objects.filter(pk__in=before - {party.pk}, entries=None):
        PARTY.move(left, "merge")
        left.into = party
        left.save(update_fields=["state", "into"])
    if party.state == "merged":
        PARTY.move(party, "restore")
        party.into = None
        party.save(update_fields=["state", "into"])
    return before | {party.pk}


def separate(act: Act, entry: Entry, reason: str, step: UUID) -> tuple[Party, set[int]]:
    """Make an entry a party of its own, and note that it is not of the one that it was of."""
    before = entry.party
    if before.entries.count() == 1:
        raise Unprocessable("这个主体只有这一个登记项，没有可分出的。", code="party.only_entry")
    party = Party.objects.create(kind=before.kind, name=entry.name, person=before.person, at=act.at)
    touched = move(act, [entry], party, NEW, step)
    decided = {"state": "dismissed", "actor": act.actor, "reason": reason, "decided_at": act.at}
    first = decided | {"ground": BY_HAND, "at": act.at}
    Duplicate.objects.update_or_create(entry=entry, party=before, defaults=decided, create_defaults=first)
    return party, touched


def undo(act: Act, taken: UUID, step: UUID) -> set[int]:
    """Put every entry of a step back where it was before; Conflict when one has been moved since."""
    links = list(Link.objects.filter(step=taken).select_related("entry"))
    if not links:
        raise NotFound("没有这一步操作。请从主体页的“归并经过”里选择。", code="party.step_not_found")
    touched: set[int] = set()
    for link in links:
        newest, *earlier = link.entry.links.order_by("-pk")
        if newest.pk != link.pk:
            raise Conflict("这一步之后，其中的登记项又归到了别的主体。请先撤销后面的那一步。", code="party.step_not_newest")
        if not earlier:
            raise Unprocessable("这一步是登记项第一次进入主体库，没有更早的归属可以恢复。可用“分出”使它单独成为一个主体。", code="party.step_first")
        touched |= move(act, [link.entry], earlier[0].party, UNDONE, step)
    for duplicate in Duplicate.objects.filter(entry__in=[link.entry_id for link in links], state__in=["confirmed", "dismissed"]):
        if {duplicate.party_id, duplicate.entry.party_id} & touched:
            DUPLICATE.move(duplicate, "reopen")
            duplicate.save(update_fields=["state"])
    return touched
