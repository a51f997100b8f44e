"""Which changes a webhook is sent, and of whom each one speaks."""

from functools import cache

import msgspec

from ggzy import standard
from ggzy.desks.exchange.webhooks.models import Webhook
from ggzy.kernel.ledger.feed import Published

_ORDERED = ("project", "procedure", "lot")
_decode = msgspec.json.Decoder(dict[str, str | msgspec.Raw]).decode


def wants(webhook: Webhook, published: Published) -> bool:
    """Whether a webhook asked for this change. What is not public is for nobody."""
    if published.is_hidden:
        return False
    if webhook.data_sets and not published.data_set.startswith(tuple(webhook.data_sets)):
        return False
    known = standard.DATA_SETS.get(published.data_set)
    market, kind = (known.market or "other", known.kind) if known else ("other", "other")
    return (not webhook.markets or market in webhook.markets) and (not webhook.kinds or kind in webhook.kinds)


def subjects(published: Published) -> list[str]:
    """Of whom a change speaks: the record itself, and each project, procedure and lot that it names.

    Two changes that share one are never under way to the same receiver at once, so a receiver hears of a project
    before its lots, and of a notice before its correction.
    """
    data = _decode(published.public)
    codes = {
        f"{kind}:{code}"
        for kind, field in _fields(published.data_set)
        if isinstance(value := data.get(field, ""), str)
        for code in value.replace("；", ";").split(";")
        if code.strip()
    }
    return [f"record:{published.head_id}", *sorted(codes)]


@cache
def _fields(data_set: str) -> tuple[tuple[str, str], ...]:
    """The fields of a data set that name a project, procedure or lot."""
    known = standard.DATA_SETS.get(data_set)
    if known is None:
        return ()
    pairs = (*known.declares, *known.parents, *known.mentions)
    return tuple((kind, field) for kind, field in pairs if kind in _ORDERED)
