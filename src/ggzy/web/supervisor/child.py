"""One program under supervision: its log, its falls, and when it is put up again."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from ggzy.kernel.database.leash import Leash
from ggzy.web.supervisor.plan import Program

STEADY = 30.0  # seconds of life after which earlier falls are forgiven
LOG_LIMIT = 10 * 1024 * 1024  # bytes; a log above it is set aside at the next start


class Falls:
    """How often something fell in a row, and how long to wait before it is put up again."""

    def __init__(self) -> None:
        self.count = 0
        self.due = 0.0
        self._up = 0.0

    def up(self) -> None:
        """It was started just now."""
        self._up = time.monotonic()

    def down(self) -> float:
        """It fell just now: the seconds until it is `due`: 1, 2, 4 … 30."""
        now = time.monotonic()
        self.count = 1 if self._up and now - self._up > STEADY else self.count + 1
        delay = min(30.0, 2.0 ** (self.count - 1))
        self.due = now + delay
        return delay


class Child:
    """A program that should always run."""

    def __init__(self, program: Program, log: Path, say: Callable[[str], None]) -> None:
        self.program = program
        self.log = log / f"{program.name}.log"
        self._say = say
        self._falls = Falls()
        self._leash: Leash | None = None

    def tend(self, env: Mapping[str, str]) -> None:
        """Look after it once: note that it fell, or start it when it is due."""
        if self._leash:
            code = self._leash.exit_code()
            if code is not None:
                self._leash = None
                self._fell(code)
        elif time.monotonic() >= self._falls.due:
            self._leash = start(self.program, self.log, env)
            self._falls.up()

    def let_go(self) -> None:
        """Ask it to stop; do not wait."""
        if self._leash:
            self._leash.let_go()

    def end(self) -> None:
        """Stop it and wait until it and all it started are gone."""
        if self._leash:
            self._leash.end()
            self._leash = None

    def _fell(self, code: int) -> None:
        delay = self._falls.down()
        title = self.program.title
        if self._falls.count < 5:
            self._say(f"{title}意外退出（{reason(code, self.log)}），{delay:.0f} 秒后重新启动")
        elif self._falls.count == 5:
            self._say(
                f"{title}连续 5 次启动失败（{reason(code, self.log)}）。其他部分照常运行，仍会每 30 秒再试；"
                f"请查看 {self.log}"
            )


def start(program: Program, log: Path, env: Mapping[str, str]) -> Leash:
    """Start it, with all it says going to the end of its log."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640), "wb") as output:
        return Leash(program.command, output=output, env=env, grace=program.grace)


def reason(code: int, log: Path) -> str:
    """Why it ended, as far as the last line of its log tells."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4000))
        # Indented lines continue another one, as in a traceback.
        lines = [line for line in file.read().decode(errors="replace").splitlines() if line[:1].strip()]
    cause = f"被信号 {code - 128} 终止" if code > 128 else f"退出码 {code}"
    return f"{cause}：{lines[-1][:200]}" if lines else cause
