"""A party registers here itself: the platform is then the source of its records, which are like any other's."""

import secrets
from typing import Any
from uuid import UUID, uuid4

from ggzy import standard
from ggzy.commons.identity.actions import HALL
from ggzy.commons.identity.granting import join
from ggzy.commons.identity.guards import for_party, is_account
from ggzy.commons.identity.models import Account, Membership
from ggzy.commons.identity.roles import PARTY
from ggzy.commons.parties import published, register
from ggzy.commons.parties.models import Detail, Entry, Party
from ggzy.commons.parties.reading import kinds, read
from ggzy.kernel.act import Act
from ggzy.kernel.actions import Outcome, action
from ggzy.kernel.errors import Conflict, Forbidden, NotFound, Unprocessable
from ggzy.kernel.ledger import contents, records
from ggzy.kernel.ledger.contents import Content
from ggzy.kernel.ledger.records import Candidate, New
from ggzy.kernel.privacy.blind import plain
from ggzy.kernel.privacy.shielding import shielded
from ggzy.kernel.reasons import written

LEGAL, NATURAL = "100", "114"


def _subject(act: Act, **_: Any) -> str:
    return published.subject()


@action("party.register", "主体注册", subject=_subject, may=is_account)
def register_party(act: Act, *, data_set: str, fields: dict[str, str]) -> Outcome:
    """Register a party once for all markets, by its own representative. Returns the party's number and one's place with it.

    `fields` are those of data set 100, or 114 for oneself; what tells of the sending is filled in. Who is known to the hall
    as the representative whom all sources name is in office at once; anybody else waits for a registrar.
    """
    account = _account(act)
    candidate = _checked(act, data_set, fields)
    if data_set not in (LEGAL, NATURAL):
        raise Unprocessable("注册主体用数据集 100（法人和其他组织）或 114（自然人）。", code="party.data_set", fields=["data_set"])
    if account.assurance < HALL:
        raise Forbidden("注册主体前请先核实身份：用政务服务大厅账户登录，或用数字证书登录。", code="party.assurance")
    new = _decided(candidate)
    if new.head.known:
        raise Conflict("这个主体已在本平台注册。请联系其法定代表人邀请您成为办事人员。", code="party.registered")
    said = _content(new)
    if data_set == NATURAL and read(said).person != _digest_of(account):
        raise Forbidden("自然人只能为本人注册：证件号码应与账户核实的一致。", code="party.not_oneself", fields=["person"])
    step = uuid4()
    links, _ = register.take(act, [said], step)
    party = Party.objects.get(pk=links[0].party_id)
    place = _place(act, account, party, said)
    evidence = {"step": str(step), "party": str(party.number), "record": said.head_id, "ground": str(links[0].ground), "place": place.state}
    result = {"party": str(party.number), "place": place.pk, "state": place.state}
    return Outcome(result, evidence, source=published.source(), records=[new])


@action("party.report", "填报主体信息", subject=_subject, may=for_party("profile"))
def report(act: Act, *, party: str, data_set: str, fields: dict[str, str]) -> Outcome:
    """Say something of the own party: its basic facts anew, a qualification, a performance, one of its practitioners.

    Whose it is is filled in. Returns the record's number; what has not changed stays as it is.
    """
    entry = _own_entry(party)
    if data_set not in kinds():
        raise Unprocessable("主体信息是数据集 100 至 118。请从列表中选择。", code="party.data_set", fields=["data_set"])
    candidate = _checked(act, data_set, _of(entry, data_set, fields))
    _check_employed(entry, candidate)
    if kinds()[data_set].is_entry and candidate.key != entry.key:
        raise Unprocessable("主体代码不能更改：代码变了就是另一个主体，请另行注册。", code="party.code_fixed", fields=["party_code"])
    verdicts, new = records.decide(published.source(), [candidate])
    return Outcome(
        verdicts[0].head_id, {"party": party, "data_set": data_set, "outcome": verdicts[0].outcome},
        source=published.source(), records=new,
    )  # fmt: skip


@action("party.retract", "撤回主体信息", subject=_subject, may=for_party("profile"))
def retract(act: Act, *, party: str, record: int, reason: str) -> Outcome:
    """Take back what was said here of the own party besides its basic facts; the versions before stay on the ledger."""
    entry = _own_entry(party)
    found = Detail.objects.filter(head=record, source=published.source(), withdrawn=False).first()
    held = contents.in_force([record])
    if found is None or not held or not (found.code == read(entry).code or _is_employed(entry, found.person)):
        raise NotFound("您的主体没有这条信息，或它不是在本平台填报的。", code="party.record_not_found")
    public = standard.canonical({"reason": written(reason)})
    candidate = Candidate(
        held[0].data_set, held[0].key, standard.stamp(act.at), public, standard.canonical({}), withdrawn=True
    )
    new = records.decide(published.source(), [candidate])[1]
    return Outcome(record, {"party": party, "record": record}, source=published.source(), records=new)


def _account(act: Act) -> Account:
    return Account.objects.select_for_update().get(number=UUID(act.actor.partition(":")[2]))


def _digest_of(account: Account) -> str:
    return bytes(account.document_blind or b"").hex()


def _checked(act: Act, data_set: str, fields: dict[str, str]) -> Candidate:
    """The record as it will be written; Unprocessable names every field that does not fit."""
    if data_set not in standard.DATA_SETS:
        raise Unprocessable("没有这个数据集。请从列表中选择。", code="party.data_set", fields=["data_set"])
    checked = standard.check(data_set, {**fields, **standard.wired(data_set, published.sender(act.at))})
    if checked.faults:
        told = "；".join(fault.text for fault in checked.faults[:5])
        raise Unprocessable(f"有 {len(checked.faults)} 处不符合数据规范：{told}", code="party.faults", fields=[f.field for f in checked.faults])
    key = checked.key or secrets.token_hex(16)
    return Candidate(data_set, shielded(data_set, key), checked.timestamp, checked.public, checked.private)


def _decided(candidate: Candidate) -> New:
    verdicts, new = records.decide(published.source(), [candidate])
    if not new:
        raise Conflict("这个主体已在本平台注册，内容相同。", code="party.registered")
    return new[0]


def _content(new: New) -> Content:
    c = new.candidate
    return Content(
        new.head.id, published.source(), c.data_set, c.key, new.version, c.stamp, False, c.public.decode(), c.private.decode()
    )


def _own_entry(party: str) -> Content:
    """What the party has said of itself here; NotFound when it has not registered here."""
    heads = list(Entry.objects.filter(party__number=UUID(party), source=published.source(), withdrawn=False).values_list("pk", flat=True))
    if not (found := contents.in_force(heads)):
        raise NotFound("这个主体还没有在本平台注册。请先由法定代表人注册。", code="party.not_registered")
    return found[0]


def _of(entry: Content, data_set: str, fields: dict[str, str]) -> dict[str, str]:
    """The fields with the party's own code or document in them, so that nobody reports for another."""
    own, meanings = standard.DATA_SETS[entry.data_set].told(entry.fields), standard.DATA_SETS[data_set].meanings
    kind = kinds()[data_set]
    words: dict[str, str] = {}
    if "party_code" in meanings or "employer_code" in meanings:
        words["party_code" if "party_code" in meanings else "employer_code"] = own.get("party_code", "")
    if "person" in meanings and kind.what in ("entry", "role"):
        words["person"] = own.get("person", "")
    return {**fields, **standard.wired(data_set, words)}


def _check_employed(entry: Content, candidate: Candidate) -> None:
    """Certificates and experience are told of one's own practitioners only."""
    said = read(Content(0, published.source(), candidate.data_set, candidate.key, 0, "", False, candidate.public.decode(), candidate.private.decode()))
    if said.person and not said.code and not _is_employed(entry, said.person):
        raise NotFound("这个证件号码不是本单位登记的执业人员。请先登记其基本信息（数据集 111）。", code="party.not_employed", fields=["person"])


def _is_employed(entry: Content, person: str) -> bool:
    return bool(person) and Detail.objects.filter(person=person, code=read(entry).code, withdrawn=False).exists()


def _place(act: Act, account: Account, party: Party, said: Content) -> Membership:
    """The registering person's place: in office at once when every source names this person, else to be looked at."""
    join(account, PARTY)
    others = [read(c) for c in contents.in_force(list(party.entries.exclude(pk=said.head_id).values_list("pk", flat=True)))]
    named = {plain(one.told.get("representative", "")) for one in [read(said), *others] if not one.content.withdrawn}
    sure = said.data_set == NATURAL or named <= {plain(str(account.name)), ""}
    return Membership.objects.create(
        account=account, party=party, family=PARTY, position="representative", state="in_force" if sure else "claimed",
        invited_by=act.actor, invited_at=act.at, since=act.at if sure else None,
    )  # fmt: skip
