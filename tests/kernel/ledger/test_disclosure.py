"""Who sees what, from when: classes, sealed chains, cover, the moment of disclosure, erasure."""

import json
from base64 import b64decode, b64encode
from collections import Counter
from datetime import timedelta
from functools import partial
from hashlib import sha256
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ggzy.kernel import clock
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Conflict, NotFound, Unprocessable
from ggzy.kernel.ledger import disclosure, feed, proofs, records, stored, years
from ggzy.kernel.ledger.emit import Happening, emit, emit_all, hold
from ggzy.kernel.ledger.models import Event, Head, Log, Record
from ggzy.kernel.oversight import erasing  # noqa: F401 - registers the action
from ggzy.kernel.sequencing import cover, growing, publishing
from ggzy.kernel.tlog import tiles, tree, verify

LOT = "lot/7"
OPERATOR = Act("operator:test", "operator", "command")


@pytest.fixture
def happen(db):
    """Let an event happen on the lot, with a record in it if one is given."""

    def happened(
        disclose: str = "public", record: str = "", discloses: tuple[str, ...] = (), subject: str = LOT, **body: object
    ) -> str:
        new = []
        with transaction.atomic():
            chain = hold(subject)
            if record:
                candidate = records.Candidate("500", record, "20260101000000", b'{"name":"%s"}' % record.encode(), b"{}")
                _, new = records.decide("system", [candidate])
            if new:
                root = tree.root_of(records.leaves("system", new))
                body = {**body, "records": len(new), "root": b64encode(root).decode()}
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


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_round_is_mixed_but_keeps_the_order_of_what_waited(waiting, covering):
    real = [(("real", n), b"") for n in range(waiting)]
    fill = [(("fill", n), b"") for n in range(covering)]
    row = cover.mixed(real, fill)
    assert [leaf for leaf in row if leaf in real] == real
    assert [leaf for leaf in row if leaf in fill] == fill
    assert len(row) == waiting + covering


def test_any_place_of_a_round_is_as_likely_a_bids():
    places = Counter(
        place
        for _ in range(4000)
        for place, (kind, _) in enumerate(cover.mixed([("bid", b"")], [("fill", b"")] * 3))
        if kind == "bid"
    )
    assert all(abs(count - 1000) < 200 for count in places.values()), "seven deviations of a fair lot"


def view(client, first: int) -> dict[str, object]:
    """What the public has of the log from one place on: its growth, its leaves, the feed, traces and proofs.

    Of a commitment only its form is kept: it is the hash of 32 random bytes that nobody has.
    """
    log = Log.objects.get()
    entries = tiles.unbundle(stored.read_bundle(log.pk, 0, log.size))[first:]
    folder = years.folder(log.pk)
    leaves = [(len(b64decode(json.loads(one)["c"])), json.loads(one)["t"]) for one in entries]
    proven = [client.get(f"/api/evidence/proof?leaf={tree.leaf_hash(one).hex()}").status_code for one in entries]
    return {
        "published": publishing.published_size(folder) - first,
        "leaves by hour": sorted(Counter(leaves).values()),
        "only whole hours": all(moment % 3_600_000 == 0 for _, moment in leaves),
        "proofs": sorted(proven),
        "feed": client.get(f"/api/feed?after={first - 1}").content.splitlines()[:-1],
        "trace": client.get(f"/api/evidence/trace/{LOT}").content,
        "sealed": client.get(f"/api/evidence/trace/{LOT}~after_open").json(),
        "cover": client.get("/api/evidence/trace/cover").status_code,
    }


@pytest.mark.parametrize("alike", [(0, 1, 2, 3, 4), (5, 11, 16)])
def test_the_public_cannot_tell_how_many_have_bid_in_a_round(happen, sequence, client, monkeypatch, alike):
    """Rounds with numbers of one bucket look alike in all that the public has, though each has its own bids."""
    noon = clock.now().replace(hour=12, minute=30)
    monkeypatch.setattr(clock, "now", lambda: noon)
    happen(title="公告")
    happen("after_open")  # from the first sealed event on there is cover
    sequence()
    views = []
    for bids in alike:
        first = Log.objects.get().size
        for n in range(bids):
            happen("after_open", record=f"bid-{bids}-{n}", digest="0" * 64)
        sequence()
        views.append(view(client, first))
    assert all(one == views[0] for one in views)
    assert views[0]["only whole hours"]
    assert views[0]["published"] == cover.bucket(alike[-1])
    assert set(views[0]["proofs"]) == {200}
    assert views[0]["cover"] == 404


def test_a_public_event_between_bids_tells_nothing_of_them(happen, sequence, client):
    happen(title="公告")
    for _ in range(3):
        happen("after_open")
    happen(title="澄清")
    assert growing.grow(clock.now()) == 2, "what is public does not wait for the round"
    events = [json.loads(line["event"]) for line in client.get(f"/api/evidence/trace/{LOT}").json()["events"]]
    assert [event["seq"] for event in events] == [1, 2]
    commitments = [json.loads(line["entry"])["c"] for line in proofs.trace(LOT).lines]
    assert events[1]["prev"] == commitments[0]


def test_after_hours_without_a_sequencer_every_hour_is_filled_up(happen, monkeypatch):
    then = clock.now().replace(hour=3, minute=20)
    monkeypatch.setattr(clock, "now", lambda: then)
    happen("after_open")
    cover.grow(then)
    monkeypatch.setattr(clock, "now", lambda: then + timedelta(hours=1))
    happen("after_open")
    first, later = Log.objects.get().size, then + timedelta(hours=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    cover.grow(later)
    told = Counter(json.loads(bytes(entry))["t"] for (entry,) in Event.objects.filter(idx__gte=first).values_list("entry"))
    assert list(told.values()) == [4, 4, 4, 4]


def test_a_withheld_record_is_proven_to_nobody_before_its_moment(happen, sequence, client):
    happen("after_open", record="sealed")
    happen("audit", record="audited")
    sequence()
    sealed, audited = (Head.objects.get(key=key).pk for key in ("sealed", "audited"))
    for head in (sealed, audited):
        assert client.get(f"/api/evidence/record/{head}/1").status_code == 404
        assert client.get(f"/api/records/{head}").status_code == 404
    happen(discloses=("after_open",))
    sequence()
    proof = client.get(f"/api/evidence/record/{sealed}/1").json()
    assert json.loads(proof["record"]["content"]) == {"name": "sealed"}
    assert client.get(f"/api/records/{sealed}").json()["data"] == {"name": "sealed"}
    assert client.get(f"/api/evidence/record/{audited}/1").status_code == 404


@pytest.mark.parametrize("chain", ["lot/7~", "lot/7~nothing", "lot/7~cover", "cover~cover", "lot/7~after_open~audit", "%00"])
def test_a_chain_that_cannot_be_is_not_found(happen, client, chain):
    happen("after_open")
    assert client.get(f"/api/evidence/trace/{chain}").status_code == 404


STEPS = st.lists(
    st.sampled_from(["public", "audit", "after_open", "after_award", "open", "award", "round"]), min_size=1, max_size=14
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_a_follower_hears_each_record_once_and_never_too_early(db, happen, steps):
    """Whatever happens in which order: one who keeps a single number has heard, each time, all that may be seen."""
    lot = f"lot/{uuid4()}"
    happen = partial(happen, subject=lot)
    cursor, heard, withheld, seen = feed.end(), [], {"open": [], "award": []}, []
    reached: set[str] = set()
    for n, step in enumerate([*steps, "round"]):
        if step == "round":
            while growing.grow(clock.now()):
                pass
            cover.grow(clock.now())
            end = feed.end()
            late_or_not = list(feed.published(cursor, end - cursor))
            assert [p.told for p in late_or_not] == sorted(p.told for p in late_or_not)
            assert {p.head_id for p in late_or_not} == set(feed.heads(cursor, end))
            heard += [p.key for p in late_or_not]
            cursor = end
            assert sorted(heard) == sorted(seen)
            assert all(feed.record(p.head_id) for p in late_or_not)
        elif step in withheld:
            if step not in reached:
                reached.add(step)
                happen(discloses=(f"after_{step}",))
                seen += withheld[step]
        else:
            key = f"{lot}/{n}"
            happen(step, record=key)
            stage = step.removeprefix("after_")
            if step == "public" or stage in reached:
                seen.append(key)
            elif stage in withheld:
                withheld[stage].append(key)


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
    ("disclose", "content", "erasure"),
    [("public", b'{"a":"1"}', "public"), ("public", b"{}", "audit"), ("audit", b'{"a":"1"}', "audit")],
)
def test_an_erasure_is_as_public_as_what_it_erases(happen, sequence, disclose, content, erasure):
    with transaction.atomic():
        _, new = records.decide("system", [records.Candidate("700", "person", "20260101000000", content, b'{"b":"2"}')])
        made = emit(hold(LOT), type="lot.test", actor="clock", at=clock.now(), body={}, disclose=disclose)
        records.write("system", made.event_id, new)
    sequence()
    end = feed.end()
    erase(str(made.event_id), n=0)
    sequence()
    assert Event.objects.get(type="evidence.erase").disclose == erasure
    assert [p.erased for p in feed.published(end)] == ([True] if erasure == "public" else [])


def test_an_event_that_proves_records_is_erased_record_by_record(happen, sequence):
    event = happen(record="one")
    sequence()
    with pytest.raises(Conflict, match="--record"):
        erase(event)


def test_the_whole_installation_holds_with_cover_moments_and_erasures(happen, sequence, capsys):
    event = happen(record="one")
    personal = happen(name="张三")
    for _ in range(5):
        happen("after_open", record="sealed")
    happen("audit")
    sequence()
    happen(discloses=("after_open",))
    sequence()
    call_command("erase", event, record=0, ground="个人信息保护法第四十七条，测字〔2026〕2号")
    call_command("erase", personal, ground="个人信息保护法第四十七条，测字〔2026〕3号")
    sequence()
    call_command("verify", database=True)
    assert "OK" in capsys.readouterr().out


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
