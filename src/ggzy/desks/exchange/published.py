"""A published record as others are given it: one line, the same in the feed, in single records and in webhooks."""

import msgspec

from ggzy.kernel.ledger.feed import Published


def line(p: Published) -> bytes:
    """One version of one record as JSON on one line: its place in the ledger, then its public part as `data`.

    The place is that of the event with which all may see it; of what was withheld first it is later than its own.
    """
    head = msgspec.json.encode(
        {
            "index": p.told, "n": p.n, "id": p.head_id, "version": p.version, "source": p.source,
            "data_set": p.data_set, "key": "" if p.erased else p.key, "withdrawn": p.withdrawn, "erased": p.erased, "at": p.at,
        }
    )  # fmt: skip
    return head[:-1] + b',"data":' + p.public.encode() + b"}\n"
