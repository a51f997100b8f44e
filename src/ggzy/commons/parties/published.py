"""What the platform tells all systems of a party: one record (data set 1910), as public as any other.

So feed, webhooks, pages and proofs need to know nothing of the register. Of natural persons nothing is told.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings

from ggzy import standard
from ggzy.commons.parties.facts import Held
from ggzy.kernel.ledger import records
from ggzy.kernel.ledger.records import Candidate, New

DATA_SET = "1910"
_STATES = {"registered": "1", "merged": "2"}


def changed(held: Iterable[Held], at: datetime) -> Sequence[New]:
    """The records to publish of parties of which something changed. The caller holds the chain of `source()`."""
    return records.decide(source(), [_candidate(one, at) for one in held if one.party.kind == "legal"])[1]


def source() -> str:
    """The platform itself, as the source of its own records."""
    return str(settings.PLATFORM_CODE)


def sender(at: datetime) -> dict[str, str]:
    """What the platform's own records say of their sending, in house words."""
    return {"platform_code": source(), "service_platform": source(), "timestamp": standard.stamp(at)}


def subject() -> str:
    """The chain on which the register is kept: that of the platform as the source of its own records."""
    return f"platform/{source()}"


def _candidate(one: Held, at: datetime) -> Candidate:
    party = one.party
    said = {
        "title": party.name, "party_number": str(party.number), "party_state": _STATES[party.state], "party_code": party.code,
        "representative": one.fact("representative"), "region": one.fact("region"), "address": one.fact("address")[:200],
        "party_role": ";".join(one.roles), "recognised_by": ";".join(one.sources),
        "merged_into": str(party.into.number) if party.into else "",
    }  # fmt: skip
    checked = standard.check(DATA_SET, standard.wired(DATA_SET, said | sender(at)))
    if checked.faults:
        raise ValueError(f"{DATA_SET}: {checked.faults[0].text}")
    return Candidate(DATA_SET, str(party.number), checked.timestamp, checked.public, checked.private)
