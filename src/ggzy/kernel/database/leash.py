"""A program on a leash: it never outlives the process that started it, whatever happens to that process.

Between owner and program stands a small process, this very file run as a script. It reads a pipe that only
the owner holds open. When the pipe closes - the owner lets go, exits, crashes or is killed with -9 - the
program is asked to stop, and after a grace period it is killed with everything it started.

A pipe and not PR_SET_PDEATHSIG: that signal is sent when the starting *thread* ends, is lost when a process
changes its user, says nothing to grandchildren, and exists on Linux only.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO


class Leash:
    """A running program and everything it starts; `let_go` ends it, and so does our own death."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        output: IO[bytes] | None = None,
        env: Mapping[str, str] | None = None,
        account: tuple[int, int] | None = None,
        stop: signal.Signals = signal.SIGTERM,
        grace: float = 10.0,
    ) -> None:
        """Start it; `account` is (uid, gid) to run as, `grace` the seconds between `stop` and the kill."""
        self.grace = grace
        uid, gid = account or (-1, -1)
        own = [str(int(stop)), str(grace), str(uid), str(gid)]
        self.process = subprocess.Popen(
            # Isolated and without site packages: up in 15 ms, and nothing in the environment can break it.
            [sys.executable, "-I", "-S", __file__, *own, *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=dict(env) if env is not None else None,
            start_new_session=True,
        )
        self.pid = self.process.pid

    def exit_code(self) -> int | None:
        """None while it runs; afterwards its exit code, 128 + n when signal n ended it."""
        code = self.process.poll()
        if code is None:
            return None
        self._kill_group()  # what the program left behind, should even the leash have been killed
        return code if code >= 0 else 128 - code

    def let_go(self) -> None:
        """Ask it to stop and return at once; the leash itself sees to the kill after the grace period."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()

    def end(self) -> None:
        """Ask it to stop and wait until nothing of it is left."""
        self.let_go()
        try:
            self.process.wait(self.grace + 5)
        except subprocess.TimeoutExpired:
            self._kill_group()
            self.process.wait()
        self._kill_group()

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def _run(stop: int, grace: float, uid: int, gid: int, command: list[str]) -> int:
    """The script's part: run the program until it ends or the owner is gone."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # a handler, not SIG_IGN: the program must not inherit it
    account = {"user": uid, "group": gid, "extra_groups": [gid], "cwd": "/"} if uid >= 0 else {}
    try:
        program = subprocess.Popen(command, stdin=subprocess.DEVNULL, **account)  # type: ignore[call-overload]
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr, flush=True)
        return 127
    while program.poll() is None:
        ready, _, _ = select.select([0, woken], [], [])
        if 0 in ready or signal.SIGTERM in os.read(woken, 64):
            program.send_signal(stop)
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.wait(grace)
            os.killpg(0, signal.SIGKILL)  # the program's remnants, and this process with them
    return program.returncode if program.returncode >= 0 else 128 - program.returncode


if __name__ == "__main__":
    sys.exit(_run(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:]))
