"""Policy: which logs and witnesses are trusted, and how many of them must agree (c2sp.org/tlog-policy).

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> <number, any or all> <name>…
    quorum <name or none>

The operator's own file says which witnesses to ask (they need an address there); the published one adds the log.
No Django here.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from ggzy.kernel.tlog import note, schemes

NONE = "none"
_OF_LOGS = (schemes.ED25519, schemes.ML_DSA_44, schemes.SM2)
_OF_WITNESSES = (schemes.COSIGNATURE, schemes.ML_DSA_44)


class Unreadable(ValueError):
    """The policy breaks a rule of its format; the text says in which line and which."""


@dataclass(frozen=True, slots=True)
class Witness:
    """An outside body that cosigns: what the policy calls it, its key, and where it is asked."""

    name: str
    verifier: note.Verifier
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """So many of these witnesses or groups must have cosigned."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs, witnesses by name, groups by name in order of definition, and the name that must have cosigned."""

    logs: tuple[note.Verifier, ...]
    witnesses: Mapping[str, Witness]
    groups: Mapping[str, Group]
    quorum: str = NONE

    @classmethod
    def parse(cls, text: str) -> "Policy":
        """Read a policy; Unreadable names the first line that is wrong."""
        return _Reading().read(text)

    def of_log(self, verifier: note.Verifier) -> "Policy":
        """The same witnesses for this log."""
        return replace(self, logs=(verifier,))

    @property
    def to_ask(self) -> list[Witness]:
        """The witnesses that have an address."""
        return [witness for witness in self.witnesses.values() if witness.url]

    @property
    def text(self) -> str:
        """The policy as its file holds it."""
        lines = [f"log {log.vkey}" for log in self.logs]
        lines += [f"witness {w.name} {w.verifier.vkey} {w.url}".rstrip() for w in self.witnesses.values()]
        lines += [f"group {name} {g.least} {' '.join(g.members)}" for name, g in self.groups.items()]
        return "\n".join([*lines, f"quorum {self.quorum}"]) + "\n"

    def is_met_by(self, names: Collection[str]) -> bool:
        """Whether these witnesses are enough."""
        return self.quorum == NONE or self._has(self.quorum, names)

    def _has(self, name: str, names: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in names
        return sum(self._has(member, names) for member in group.members) >= group.least

    def cosigners(self, signed: str) -> list[str]:
        """The witnesses that cosigned a checkpoint which one of the logs signed; note.Unverified otherwise."""
        note.verify(signed, self.logs)
        _, found = note.signed_by(signed, [witness.verifier for witness in self.witnesses.values()])
        return [name for name, witness in self.witnesses.items() if witness.verifier in found]


class _Reading:
    """A policy as far as it has been read."""

    def __init__(self) -> None:
        self.logs: list[note.Verifier] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None

    def read(self, text: str) -> Policy:
        verbs: dict[str, Callable[..., None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        for number, line in enumerate(text.split("\n"), 1):
            words = line.replace("\t", " ").split(" ")
            words = [word for word in words if word]
            if not words or words[0].startswith("#"):
                continue
            try:
                if any(ord(c) < 32 and c != "\t" or ord(c) == 127 for c in line):
                    raise ValueError("有不允许的控制字符")
                if words[0] not in verbs:
                    raise ValueError(f"不认识“{words[0]}”，只能是 log、witness、group 或 quorum")
                verbs[words[0]](*words[1:])
            except (ValueError, TypeError) as fault:
                told = "项数不对" if isinstance(fault, TypeError) else str(fault)
                raise Unreadable(f"见证策略第 {number} 行有误：{told}") from None
        if self.quorum is None:
            raise Unreadable("见证策略缺少 quorum 行（不要求见证时写 quorum none）")
        return Policy(tuple(self.logs), self.witnesses, self.groups, self.quorum)

    def _log(self, vkey: str, url: str = "") -> None:
        verifier = _key(vkey, _OF_LOGS)
        _refuse_twice(verifier, self.logs)
        self.logs.append(verifier)

    def _witness(self, name: str, vkey: str, url: str = "") -> None:
        self._refuse_known(name)
        verifier = _key(vkey, _OF_WITNESSES)
        _refuse_twice(verifier, (witness.verifier for witness in self.witnesses.values()))
        self.witnesses[name] = Witness(name, verifier, url)

    def _group(self, name: str, least: str, *members: str) -> None:
        self._refuse_known(name)
        used = {member for group in self.groups.values() for member in group.members}
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                raise ValueError(f"成员“{member}”没有在前面定义")
            if member in used or members.count(member) > 1:
                raise ValueError(f"“{member}”只能属于一个组，且只写一次")
        count = {"any": 1, "all": len(members)}.get(least) or (
            int(least) if least.isascii() and least.isdecimal() else 0
        )
        if not 1 <= count <= len(members):
            raise ValueError(f"组“{name}”有 {len(members)} 个成员，不能要求“{least}”个")
        self.groups[name] = Group(count, members)

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise ValueError("quorum 只能写一行")
        if name != NONE and name not in self.witnesses and name not in self.groups:
            raise ValueError(f"“{name}”没有在前面定义")
        self.quorum = name

    def _refuse_known(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise ValueError(f"名称“{name}”已被使用")


def _key(vkey: str, schemes_allowed: tuple[schemes.Scheme, ...]) -> note.Verifier:
    try:
        verifier = note.Verifier.parse(vkey)
    except ValueError:
        raise ValueError("验证公钥（vkey）不完整或被改过") from None
    if verifier.scheme not in schemes_allowed:
        raise ValueError(f"{verifier.scheme.title} 密钥不能用在这一行")
    return verifier


def _refuse_twice(verifier: note.Verifier, others: Iterable[note.Verifier]) -> None:
    if any(other.public == verifier.public for other in others):
        raise ValueError("同一把密钥写了两次")
