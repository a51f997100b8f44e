"""A published record as others are given it: one line, the same in the feed, in single records and in webhooks."""

import msgspec

from ggzy.kernel.ledger.feed import Published


def line(p: Published) -> bytes:
    """One version of one record as JSON on one line: its place in the ledger, then its public part as `data`."""
    head = msgspec.json.encode(
        {
            "index": p.idx, "n": p.n, "id": p.head_id, "version": p.version, "source": p.source,
            "data_set": p.data_set, "key": p.key, "withdrawn": p.withdrawn, "at": p.at,
        }
    )  # fmt: skip
    return head[:-1] + b',"data":' + p.public.encode() + b"}\n"
