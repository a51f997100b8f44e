"""What runs: each line is also a command of its own, for those who prefer systemd (docs/operations.md)."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

GGZY = (sys.executable, "-m", "ggzy.web.cli")


@dataclass(frozen=True)
class Program:
    """One program: the name of its log, what people call it, how it starts, seconds it may take to stop.

    `is_done` tells by the URL of the database that there is nothing for it to do, where that can be known.
    """

    name: str
    title: str
    command: tuple[str, ...]
    grace: float = 10.0
    is_done: Callable[[str], bool] | None = None


@dataclass(frozen=True)
class Plan:
    """Everything that one `ggzy run` does."""

    home: Path
    port: int
    listen: str
    children: tuple[Program, ...]  # run until told to stop; the first is the site
    before: tuple[Program, ...] = ()  # run to their end, in order, before the children start
    first: Program | None = None  # runs once in the life of this home, while the children serve
    database_url: str | None = None  # None: our own PostgreSQL in home/postgres
    greeting: str = ""

    @property
    def address(self) -> str:
        """Where people find it: `localhost` and not an IP address, which passkeys refuse."""
        return f"http://localhost:{self.port}"


def children(port: int, listen: str, witnesses: tuple[Program, ...] = ()) -> tuple[Program, ...]:
    """The programs of the platform, in the order in which they start; they stop in reverse.

    Witnesses that run here are up before the sequencer, which asks them before it signs anything.
    """
    granian = (sys.executable, "-m", "granian", "--interface", "wsgi", "--host", listen, "--port", str(port))
    return (
        Program(
            "web",
            "网站",
            # A blocking thread holds a database connection: 2 x 16 stay well below PostgreSQL's 100. The
            # backpressure counts connections, idle ones too, so it is far above the number of threads.
            (*granian, "--workers", "2", "--blocking-threads", "16")
            + ("--backlog", "2048", "--backpressure", "1024")
            + ("--respawn-failed-workers", "--workers-kill-timeout", "3", "--no-ws")
            + ("ggzy.web.wsgi:application",),
        ),
        *witnesses,
        Program("sequencer", "存证编号", (*GGZY, "sequencer")),
        Program("follow", "检索索引", (*GGZY, "follow")),
        Program("parties", "主体登记", (*GGZY, "parties")),
        Program("webhooks", "变更推送", (*GGZY, "webhooks")),
        Program("jobs", "后台任务", (*GGZY, "procrastinate", "worker")),
    )
