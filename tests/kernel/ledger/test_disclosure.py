"""Who sees what, from when: classes, sealed chains, cover, the moment of disclosure, erasure."""

import json
from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from ggzy.kernel import clock
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Conflict, NotFound, Unprocessable
from ggzy.kernel.ledger import cover, disclosure, feed, proofs, records, verify, years
from ggzy.kernel.ledger.emit import Happening, emit, emit_all, hold
from ggzy.kernel.ledger.models import Event, Head, Log, Record
from ggzy.kernel.oversight import erasing  # noqa: F401 - registers the action

LOT = "lot/7"
OPERATOR = Act("operator:test", "operator", "command")


@pytest.fixture
def happen(db):
    """Let an event happen on the lot, with a record in it if one is given."""

    def happened(disclose: str = "public", record: str = "", discloses: tuple[str, ...] = (), **body: object) -> str:
        new = []
        with transaction.atomic():
            chain = hold(LOT)
            if record:
                candidate = records.Candidate("500", record, "20260101000000", b'{"name":"%s"}' % record.encode(), b"{}")
                _, new = records.decide("system", [candidate])
            made = emit(
                chain, type="lot.test", actor="clock", at=clock.now(), body=body, disclose=disclose, discloses=discloses
            )
            records.write("system", made.event_id, new)
        return str(made.event_id)

    return happened


def told(first: int = 0) -> list[str]:
    return [published.key for published in feed.published(first, 10_000)]


def whole() -> verify.Report:
    return verify.verify(verify.source(str(years.folder(Log.objects.get().pk))))


@given(st.sampled_from(sorted(disclosure.CLASSES)), st.sampled_from(["public", "auditor"]), st.booleans())
def test_nobody_sees_more_before_the_moment_than_after_it(name, reader, reached):
    before, after = (disclosure.may_see(name, reader, moment) for moment in (False, True))
    assert before <= after
    assert disclosure.may_see(name, "public", reached) <= disclosure.may_see(name, "auditor", reached)
    assert not disclosure.may_see("erased", reader, reached)


@given(st.integers(0, 100_000))
def test_a_bucket_is_the_next_of_4_16_64(events):
    size = cover.bucket(events)
    assert size >= max(events, 4)
    assert size == 4 or size // 4 < events
    while size > 4:
        assert size % 4 == 0
        size //= 4
    assert size == 4


def test_what_is_sealed_is_nowhere_until_its_moment_and_then_in_its_place(happen, sequence):
    happen(record="open")
    happen("after_open", record="sealed-1")
    happen("after_open", record="sealed-2")
    sequence()
    assert told() == ["open"]
    assert proofs.trace(f"{LOT}~after_open") is None
    trace = proofs.trace(LOT)
    assert [line["seq"] for line in trace.lines] == [1]
    assert trace.sealed == []
    end = feed.end()
    happen(discloses=("after_open",), record="opening")
    sequence()
    assert sorted(told(end)) == ["opening", "sealed-1", "sealed-2"]
    assert told() == ["open", *told(end)], "each once"
    shown = proofs.trace(f"{LOT}~after_open")
    assert [line["class"] for line in shown.lines] == ["after_open"] * 2
    said = json.loads(proofs.trace(LOT).lines[-1]["event"])["body"]["discloses"]
    (last,) = [b64encode(committed(line)).decode() for line in shown.lines[-1:]]
    assert said == [{"chain": f"{LOT}~after_open", "events": 2, "last": last}]
    assert whole().size == Event.objects.count()


def test_a_moment_comes_once_and_only_for_what_waits_for_one(happen, sequence):
    happen("after_open")
    happen(discloses=("after_open",))
    with pytest.raises(Conflict):
        happen(discloses=("after_open",))
    with pytest.raises(ValueError, match="ever disclosed"):
        happen(discloses=("audit",))
    with pytest.raises(ValueError, match="public event"):
        happen("audit", discloses=("after_award",))


def committed(line: dict) -> bytes:
    salt, event = b64decode(line["salt"]), line["event"].encode()
    return sha256(b"ggzy-ev/1\x00" + salt + sha256(event).digest()).digest()


def test_every_line_that_is_shown_leads_to_its_leaf_and_none_is_left_out(happen, sequence):
    for disclose in ("public", "audit", "after_open", "public", "after_award", "audit"):
        happen(disclose, secret=disclose)
    sequence()
    for reader, chains in (("public", [LOT]), ("auditor", [LOT, f"{LOT}~after_award", f"{LOT}~after_open"])):
        assert [LOT, *proofs.trace(LOT, reader).sealed] == chains
        for chain in chains:
            lines = proofs.trace(chain, reader).lines
            assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
            for line in lines:
                assert sha256(b"\x00" + line["entry"].encode()).hexdigest() == line["leaf"]
                if line["event"] is not None:
                    assert json.loads(line["entry"])["c"] == b64encode(committed(line)).decode()
            hidden = [line["class"] for line in lines if line["event"] is None]
            assert hidden == (["audit", "audit"] if reader == "public" else [])


def test_a_trace_is_read_in_stretches(happen):
    with transaction.atomic():
        emit_all(hold(LOT), [Happening("lot.test", "clock", clock.now(), {"n": n}) for n in range(25)])
    after, seen = 0, []
    while after is not None:
        part = proofs.trace(LOT, after=after, limit=10)
        seen += [line["seq"] for line in part.lines]
        after = part.next
    assert seen == list(range(1, 26))


@pytest.mark.parametrize("bids", [0, 1, 3, 4])
def test_the_log_grows_alike_however_many_have_bid(happen, bids):
    """Up to a bucket: the size, and what each leaf tells, are all that the public has."""
    happen("after_open")
    cover.grow(clock.now())  # from the first sealed event on there is cover
    before = Log.objects.get().size
    for _ in range(bids):
        happen("after_open")
    grown = cover.grow(clock.now())
    hours = [json.loads(bytes(entry))["t"] for (entry,) in Event.objects.filter(idx__gte=before).values_list("entry")]
    assert grown == len(hours) == 4 * len(set(hours))


def erase(event: str, **more: object) -> None:
    perform(OPERATOR, "evidence.erase", event=event, ground="个人信息保护法第四十七条，测字〔2026〕1号", **more)


def test_an_erased_event_keeps_its_leaf_and_says_who_erased_it(happen, sequence):
    event = happen(name="张三")
    happen()
    sequence()
    leaf = proofs.trace(LOT).lines[0]["leaf"]
    erase(event)
    sequence()
    first, _, last = proofs.trace(LOT, "auditor").lines
    assert (first["event"], first["salt"], first["class"], first["leaf"]) == (None, None, "erased", leaf)
    assert json.loads(last["event"])["id"] == first["erased_by"]
    assert "张三" not in json.dumps(Event.objects.values_list("body", flat=True)[0], ensure_ascii=False)
    assert whole().size == 3


def test_an_erased_record_leaves_every_proof_of_its_batch_valid(happen, sequence):
    event = happen(record="personal")
    sequence()
    before = records.prove(Head.objects.get().pk, 1)
    end = feed.end()
    erase(event, n=0)
    sequence()
    records._tree_of.cache_clear()  # as another process sees it
    after = records.prove(Head.objects.get().pk, 1)
    assert (after.root, after.erased, after.public, after.public_salt) == (before.root, True, "{}", b"")
    assert Record.objects.get().private == "{}"
    (late,) = feed.published(end, 10)
    assert (late.erased, late.is_late, late.public) == (True, True, "{}")


def test_what_cannot_be_erased_is_refused_with_its_reason(happen, sequence):
    event = happen()
    with pytest.raises(Conflict, match="还没有编入日志"):
        erase(event)
    sequence()
    with pytest.raises(NotFound):
        erase(event, n=3)
    with pytest.raises(NotFound):
        erase("00000000-0000-7000-8000-000000000000")
    with pytest.raises(Unprocessable):
        perform(OPERATOR, "evidence.erase", event=event, ground=" ")
    erase(event)
    with pytest.raises(Conflict):
        erase(event)
    sequence()
    erasure = Event.objects.get(type="evidence.erase")
    with pytest.raises(Conflict):
        erase(str(erasure.pk))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE kernel_event SET body = '{}'",
        "UPDATE kernel_event SET disclose = 'erased', body = '{}', salt = ''",
        "UPDATE kernel_record SET public = '{}'",
        "DELETE FROM kernel_record",
        "UPDATE kernel_moment SET event_id = gen_random_uuid()",
    ],
)
def test_the_database_itself_lets_nothing_else_be_changed(happen, sequence, change):
    happen("after_open", record="one")
    happen(discloses=("after_open",))
    sequence()
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(change)
