"""Action: the only way to change anything.

An action is a function `verb(act, *, …)`. Its signature is its schema: the door decodes arguments by it, and
the API document is made from it. What happens around the function is always the same and happens here, in
one transaction: hold the subject's chain, ask whether this act may, run, write the event, hand out a receipt.
"""

import inspect
import typing
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import transaction

from ggzy.kernel import members
from ggzy.kernel.act import Act
from ggzy.kernel.errors import Forbidden, NotFound, Unprocessable
from ggzy.kernel.ledger import records
from ggzy.kernel.ledger.emit import emit, hold
from ggzy.kernel.ledger.receipts import receipt
from ggzy.kernel.ledger.records import New
from ggzy.kernel.tlog import tree

Guard = Callable[..., bool]


@dataclass(frozen=True)
class May:
    """A named predicate over (act, arguments), composed with & and |; `text` is said when it fails.

    `roles` are those that it can admit at all, for the policy table; None where it asks for something else than a role.
    """

    test: Guard
    text: str
    roles: frozenset[str] | None = None

    def __call__(self, act: Act, given: dict[str, Any]) -> bool:
        return self.test(act, **given)

    def __and__(self, other: "May") -> "May":
        named = [roles for roles in (self.roles, other.roles) if roles is not None]
        roles = frozenset.intersection(*named) if named else None
        return May(lambda act, **given: self(act, given) and other(act, given), f"{self.text}；{other.text}", roles)

    def __or__(self, other: "May") -> "May":
        roles = None if self.roles is None or other.roles is None else self.roles | other.roles
        return May(lambda act, **given: self(act, given) or other(act, given), f"{self.text}，或{other.text}", roles)


def has_role(*roles: str, text: str) -> May:
    """The act is done in one of these roles."""
    return May(lambda act, **_: act.role in roles, text, frozenset(roles))


@dataclass(frozen=True)
class Outcome:
    """What the function hands back: `result` for the caller, `evidence` for the event's body.

    `records` are the record versions that the event publishes; `source` is the system that reports them.
    `disclose` and `discloses` say who may see the event, and what withheld ones all may see with it (see emit).
    """

    result: Any
    evidence: dict[str, Any]
    disclose: str = "public"
    discloses: tuple[str, ...] = ()
    source: str = ""
    records: Sequence[New] = ()


@dataclass(frozen=True)
class Done:
    """An action that was done: its result, and the receipt that proves that it is on the log."""

    result: Any
    event_id: str
    receipt: str


@dataclass(frozen=True)
class Action:
    """One registered action."""

    name: str
    title: str
    function: Callable[..., Outcome]
    subject: Callable[..., str]
    may: May
    schema: type[msgspec.Struct]
    door: bool

    @property
    def summary(self) -> str:
        """The first line of the function's docstring."""
        return (inspect.getdoc(self.function) or "").split("\n", 1)[0]


ACTIONS: dict[str, Action] = {}


def action(
    name: str, title: str, *, subject: Callable[..., str], may: May, door: bool = True
) -> Callable[[Callable[..., Outcome]], Action]:
    """Register a function as an action.

    `subject(act, **given)` names the chain to hold; `door=False` keeps it out of the public write door (for
    what enters by a door of its own, such as the record intake).
    """

    def register(function: Callable[..., Outcome]) -> Action:
        hints = typing.get_type_hints(function, include_extras=True)
        parameters = [p for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY]
        fields = [
            (p.name, hints[p.name]) if p.default is p.empty else (p.name, hints[p.name], p.default)
            for p in parameters
        ]
        schema = msgspec.defstruct(
            name.title().replace(".", "").replace("_", ""), fields, kw_only=True, forbid_unknown_fields=True
        )
        if name in ACTIONS:
            raise ValueError(f"two actions named {name}")
        ACTIONS[name] = Action(name, title, function, subject, may, schema, door)
        return ACTIONS[name]

    return register


def find(name: str) -> Action:
    """The action of this name at the public door; NotFound otherwise."""
    found = ACTIONS.get(name)
    if found is None or not found.door:
        raise NotFound(f"没有名为“{name}”的操作。可用的操作见接口文档 /api/。", code="action.unknown")
    return found


def decode(found: Action, body: bytes) -> dict[str, Any]:
    """The arguments of an action from a JSON object; Unprocessable names the field that does not fit."""
    try:
        given = msgspec.json.decode(body or b"{}", type=found.schema)
    except msgspec.ValidationError as fault:
        raise Unprocessable(f"参数不符合要求：{fault}。请对照接口文档 /api/ 修改。", code="action.arguments") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise Unprocessable(f"内容不是有效的 JSON：{fault}。请检查后重新发送。", code="request.not_json") from None
    if twice := members.repeated(body or b"{}"):
        raise Unprocessable(
            f"“{twice[0]}”写了不止一次，无法确定以哪一个为准。请只保留一个，重新发送。", code="action.member_repeated"
        )
    return {name: getattr(given, name) for name in given.__struct_fields__}


def perform(act: Act, name: str, /, **given: Any) -> Done:
    """Do an action: all of it, with its evidence, or nothing.

    The subject's chain row is locked before anything is read, so two acts on one subject never interleave.
    """
    wanted = ACTIONS[name]
    with transaction.atomic():
        chain = hold(wanted.subject(act, **given))
        if not wanted.may(act, given):
            raise Forbidden(f"此操作{wanted.may.text}。", code="access.forbidden")
        outcome = wanted.function(act, **given)
        evidence = {"role": act.role, "via": act.via, **outcome.evidence}
        if act.reason:
            evidence["reason"] = act.reason
        if outcome.records:
            root = tree.root_of(records.leaves(outcome.source, outcome.records))
            evidence = {**evidence, "records": len(outcome.records), "root": b64encode(root).decode()}
        emitted = emit(
            chain, type=name, actor=act.actor, at=act.at, body=evidence, disclose=outcome.disclose,
            discloses=outcome.discloses,
        )  # fmt: skip
        if outcome.records:
            records.write(outcome.source, emitted.event_id, outcome.records)
    return Done(outcome.result, str(emitted.event_id), receipt(emitted, act.at))
