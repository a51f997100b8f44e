"""The states of a noun as a table of (verb, from, to)."""

from collections.abc import Iterable
from typing import Protocol

from ggzy.kernel.errors import Conflict


class Stateful(Protocol):
    """Anything that has a state."""

    state: str


class Lifecycle:
    """Which verb leads from which state to which; anything else is refused.

    `words` gives each state's name on the screen.
    """

    def __init__(self, words: dict[str, str], moves: Iterable[tuple[str, str, str]]) -> None:
        self.words = words
        self.moves = {(verb, before): after for verb, before, after in moves}
        named = {state for (_, before), after in self.moves.items() for state in (before, after)}
        if unnamed := named - words.keys():
            raise ValueError(f"states without a name: {sorted(unnamed)}")

    def move(self, thing: Stateful, verb: str) -> str:
        """Take the step and return the state before it; refuses a step that the table does not have."""
        before = thing.state
        if (after := self.moves.get((verb, before))) is None:
            raise Conflict(f"当前为“{self.words[before]}”，不能进行此操作。请刷新页面查看最新状态。", code="state.not_from_here")
        thing.state = after
        return before

    def verbs(self, state: str) -> list[str]:
        """What can be done from this state."""
        return [verb for verb, before in self.moves if before == state]
