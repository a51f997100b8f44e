"""What is done to the party register. Nothing is put together silently: each step is an event and can be undone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from ggzy.commons.parties import facts, moving, published, register
from ggzy.commons.parties.models import Duplicate, Entry, Link, Party, Settlement
from ggzy.commons.parties.states import DUPLICATE
from ggzy.kernel.act import Act
from ggzy.kernel.actions import Outcome, action, has_role
from ggzy.kernel.errors import Conflict, NotFound, Unprocessable
from ggzy.kernel.ledger import contents
from ggzy.kernel.reasons import written

is_clock = has_role("clock", text="须由平台按时办理")
is_registrar = has_role("registrar", text="须由主体登记人员办理")


def _subject(act: Act, **_: Any) -> str:
    return published.subject()


def _outcome(act: Act, step: UUID, links: Sequence[Link], touched: set[int], said: dict[str, Any], result: Any) -> Outcome:
    """What is told of a step: who was linked to whom and why, and the records of the parties that it changed."""
    numbers = {pk: str(number) for pk, number in Party.objects.filter(pk__in=[x.party_id for x in links]).values_list("pk", "number")}
    linked = [{"record": x.entry_id, "party": numbers[x.party_id], "ground": str(x.ground)} for x in links]
    told = published.changed(facts.refresh(touched), act.at)
    return Outcome(result, {"step": str(step), "links": linked, **said}, source=published.source(), records=told)


@action("party.enter", "登记主体", subject=_subject, may=is_clock, door=False)
def enter(act: Act, *, heads: list[int]) -> Outcome:
    """Take records of data sets 100 to 118 into the register, by the grounds that suffice for it."""
    step = uuid4()
    links, touched = register.take(act, contents.in_force(heads), step)
    return _outcome(act, step, links, touched, {"taken": len(heads)}, len(links))


@action("party.separate", "分出登记项", subject=_subject, may=is_registrar)
def separate(act: Act, *, entry: int, reason: str) -> Outcome:
    """Say that an entry is not of the party that it is with: it becomes one of its own. Returns the party's number."""
    step, reason = uuid4(), written(reason)
    party, touched = moving.separate(act, _entry(entry), reason, step)
    return _outcome(act, step, list(Link.objects.filter(step=step)), touched, {"reason": reason}, str(party.number))


@action("duplicate.confirm", "确认为同一主体", subject=_subject, may=is_registrar)
def confirm(act: Act, *, duplicate: int, reason: str) -> Outcome:
    """Say that two parties are one: all entries of the entry's party move to the other. Returns the step's number."""
    step, reason, found = uuid4(), written(reason), _decide(act, duplicate, "confirm", reason)
    party = found.party.in_force  # it may have been merged since
    if party == found.entry.party:
        raise Conflict("这两个主体已归为一个，不必再确认。请刷新“待判断”列表。", code="party.already_one")
    entries = list(Entry.objects.filter(party=found.entry.party))
    touched = moving.move(act, entries, party, found.ground, step)
    return _outcome(act, step, list(Link.objects.filter(step=step)), touched, {"reason": reason}, str(step))


@action("duplicate.dismiss", "确认不是同一主体", subject=_subject, may=is_registrar)
def dismiss(act: Act, *, duplicate: int, reason: str) -> Outcome:
    """Say that two parties are not one; nobody is asked about them again."""
    reason = written(reason)
    found = _decide(act, duplicate, "dismiss", reason)
    return Outcome(None, {"record": found.entry_id, "party": str(found.party.number), "reason": reason})


@action("party.undo", "撤销归并步骤", subject=_subject, may=is_registrar)
def undo(act: Act, *, step: str, reason: str) -> Outcome:
    """Take a step back: every entry that it moved goes where it was, and the question is open again."""
    taken, back, reason = _uuid(step), uuid4(), written(reason)
    touched = moving.undo(act, taken, back)
    links = list(Link.objects.filter(step=back))
    return _outcome(act, back, links, touched, {"undone": step, "reason": reason}, str(back))


@action("fact.settle", "认定以哪一来源为准", subject=_subject, may=is_registrar)
def settle(act: Act, *, party: str, field: str, entry: int, reason: str) -> Outcome:
    """Say which source is right where several say different things of a field; a newer version opens the question again."""
    held, reason = _held(party), written(reason)
    saying = next((s for f in held.facts if f.field.name == field for s in f.sayings if s.head == entry), None)
    if saying is None:
        raise Unprocessable("这个来源没有说到这一项。请刷新主体页，从列出的来源中选择。", code="party.nothing_said", fields=["entry"])
    Settlement.objects.filter(party=held.party, field=field, undone_at=None).update(undone_at=act.at)
    Settlement.objects.create(
        party=held.party, field=field, entry_id=entry, version=saying.version, reason=reason, actor=act.actor, at=act.at
    )
    said = {"party": party, "field": field, "record": entry, "version": saying.version, "reason": reason}
    return _outcome(act, uuid4(), [], {held.party.pk}, said, None)


@action("fact.unsettle", "撤销认定", subject=_subject, may=is_registrar)
def unsettle(act: Act, *, party: str, field: str, reason: str) -> Outcome:
    """Take back which source was held right; the question is open again."""
    held, reason = _held(party), written(reason)
    if not Settlement.objects.filter(party=held.party, field=field, undone_at=None).update(undone_at=act.at):
        raise NotFound("这一项没有认定，无从撤销。请刷新主体页。", code="party.not_settled")
    return _outcome(act, uuid4(), [], {held.party.pk}, {"party": party, "field": field, "reason": reason}, None)


def _decide(act: Act, duplicate: int, verb: str, reason: str) -> Duplicate:
    found = Duplicate.objects.select_related("entry__party", "party").filter(pk=duplicate).first()
    if found is None:
        raise NotFound("没有这一条疑似重复。请从“待判断”列表里选择。", code="party.duplicate_not_found")
    DUPLICATE.move(found, verb)
    found.actor, found.reason, found.decided_at = act.actor, reason, act.at
    found.save(update_fields=["state", "actor", "reason", "decided_at"])
    return found


def _held(number: str) -> facts.Held:
    party = Party.objects.filter(number=_uuid(number)).first()
    if party is None:
        raise NotFound("主体库里没有这个登记号。请核对，或按名称、代码查找。", code="party.not_found")
    return facts.held([party.pk])[0]


def _entry(head: int) -> Entry:
    found = Entry.objects.select_related("party").filter(pk=head).first()
    if found is None:
        raise NotFound("主体库里没有这个登记项。请刷新主体页。", code="party.entry_not_found")
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Unprocessable("编号的格式不对，应为 36 位的登记号。请从页面上复制。", code="party.number") from None
