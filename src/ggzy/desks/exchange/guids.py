"""A GUID names one thing for ever: with the same content it is the same again, with other content it is refused.

A package names each message and each attachment by a GUID, and a sender whose counter starts anew, or who copies a
message, sends an old GUID with something else. Nobody could tell then which of the two is meant. What is bound is
the message's content (a change or withdrawal, DATA_TYPE 2 or 3, may come under the GUID of its record), the record
that the message is about, and the bytes of an attachment; each system has GUIDs of its own.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from django.db import connection

from ggzy.desks.exchange.prepare import Prepared, fault
from ggzy.kernel.ledger.records import content_digest

MESSAGE, RECORD, ATTACHMENT = "message", "record", "attachment"


def of_message(prepared: Prepared, guid: str, place: int, changes: bool) -> dict[str, bytes]:
    """What the GUID of a message binds: its record (the `place`-th of the message), and if it is new its content."""
    candidate = prepared.candidate
    if candidate is None:
        return {}
    name = f"{guid}/{place}"
    bound = {f"{RECORD}:{name}": sha256(f"{candidate.data_set}\0{candidate.key}".encode()).digest()}
    return bound if changes else {**bound, f"{MESSAGE}:{name}": content_digest(candidate)}


def clashes(prepared: Prepared, known: Mapping[str, bytes]) -> list[dict[str, str]]:
    """The faults of a line whose GUIDs already stand for something else, one a GUID."""
    other = [name.split(":") for name, digest in prepared.guids.items() if known.get(name, digest) != digest]
    return [_fault(kind, guid) for guid, kind in {guid: kind for kind, guid in other}.items()]


def check(source: str, batch: Sequence[Prepared]) -> None:
    """Refuse the lines whose GUIDs this system has given to something else, in this batch or before."""
    wanted = {name for prepared in batch if prepared.candidate for name in prepared.guids}
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, digest FROM exchange_guid WHERE source = %s AND name = ANY(%s)", [source, list(wanted)])
        known = {name: bytes(digest) for name, digest in cursor.fetchall()}
    for prepared in batch:
        if prepared.candidate is None:
            continue
        if found := clashes(prepared, known):
            prepared.faults += found
            prepared.candidate = None
        else:
            known.update(prepared.guids)


def bind(source: str, taken: Sequence[Prepared]) -> None:
    """Remember what the GUIDs of these lines stand for; a line that was refused binds nothing."""
    bound = {name: digest for prepared in taken for name, digest in prepared.guids.items()}
    if bound:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO exchange_guid (source, name, digest)"
                " SELECT %s, * FROM unnest(%s::text[], %s::bytea[]) ON CONFLICT DO NOTHING",
                [source, list(bound), list(bound.values())],
            )


def _fault(kind: str, guid: str) -> dict[str, str]:
    if kind == ATTACHMENT:
        text, field = "这个附件的 GUID 贵系统以前用过，指的是另一个文件。请为新文件使用新的 GUID。", "ATT_CODE"
    else:
        text = (
            "这个报文的 GUID（DATA_KEY）贵系统以前用过，指的是另一条记录或另一份内容。"
            "新记录请用新的 GUID；更正已报送的记录请用 DATA_TYPE 2 和更晚的 DATA_TIMESTAMP。"
        )
        field = "DATA_KEY"
    return fault("package.guid_reused", text, field=field, rule="一个 GUID 只指一份内容", got=guid.partition("/")[0])
