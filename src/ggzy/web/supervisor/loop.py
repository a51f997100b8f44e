"""The loop: everything up in order, watched while it runs, down in reverse."""

import os
import signal
import time
from collections.abc import Callable

from ggzy.kernel.database import Cluster
from ggzy.kernel.database.leash import Leash
from ggzy.kernel.database.ownership import Ownership, Taken
from ggzy.kernel.errors import Conflict, Refusal, Unavailable
from ggzy.web.supervisor import door
from ggzy.web.supervisor.child import Child, Falls, reason, start
from ggzy.web.supervisor.leftovers import MARK, sweep
from ggzy.web.supervisor.plan import Plan, Program

BEAT = 0.2  # seconds between two looks at everything
ALONE = 10.0  # seconds that the first child, the site, has to start before all others do
STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Carries out one plan until it is told to stop."""

    def __init__(self, plan: Plan, say: Callable[[str], None]) -> None:
        self.plan = plan
        self._say = say
        self._log = plan.home / "log"
        self._owner = Ownership(plan.home / "run.lock")
        self._database = None if plan.database_url else Cluster(plan.home / "postgres")
        self._database_falls = Falls()
        home = str(plan.home)
        self._env = {
            **os.environ,
            "GGZY_HOME": home,
            MARK: home,
            "PORT": str(plan.port),
            "PYTHONUNBUFFERED": "1",
        }
        self._children = [Child(program, self._log, say) for program in plan.children]
        self._first: Leash | None = None
        self._step: Callable[[], None] | None = self._await_site
        self._alone_until = 0.0

    def run(self) -> None:
        """Bring everything up, watch it, and return when a stop signal came and all is down.

        Raises a `Refusal` when it cannot even begin; then nothing is left running either.
        """
        for number in STOP:
            signal.signal(number, signal.default_int_handler)
        try:
            self._begin()
            while True:
                self._watch()
                time.sleep(BEAT)
        except KeyboardInterrupt:
            self._say("正在停止")
        finally:
            for number in STOP:
                signal.signal(number, lambda *_: None)  # a second Ctrl-C must not leave half of it running
            self._end()
        self._say("已全部停止")

    def _begin(self) -> None:
        self._own_home()
        door.require_free(self.plan.port, self.plan.listen)
        if self._database:
            self._say("启动数据库")
            self._use(self._database.start(self._say))
        else:
            self._use(str(self.plan.database_url))
        for program in self.plan.before:
            if not (program.is_done and program.is_done(self._env["DATABASE_URL"])):
                self._say(program.title)
                self._finish(program)
        self._say(f"启动{'、'.join(child.program.title for child in self._children)}")
        self._alone_until = time.monotonic() + ALONE

    def _own_home(self) -> None:
        self._log.mkdir(parents=True, exist_ok=True)
        try:
            self._owner.take()
        except Taken as taken:
            raise Conflict(
                f"{self.plan.home} 已有一个 ggzy run 在运行（进程 {taken.pid or '未知'}）。"
                "请先停止它；要再运行一套，请用 GGZY_HOME 指定另一个目录，并换一个端口。",
                code="run.already",
            ) from None
        if swept := sweep(self.plan.home):
            self._say(f"清理了上次遗留的 {swept} 个进程")

    def _finish(self, program: Program) -> None:
        """Run a program to its end; without it there is no point in going on."""
        log = self._log / f"{program.name}.log"
        leash = start(program, log, self._env)
        try:
            while (code := leash.exit_code()) is None:
                time.sleep(0.02)
        finally:
            leash.end()
        if code:
            raise Unavailable(
                f"“{program.title}”未能完成（{reason(code, log)}）。请查看 {log}。", code="run.step_failed"
            )

    def _use(self, url: str) -> None:
        """Give the database's URL to all children, and to commands typed elsewhere when it is our own."""
        if self._env.get("DATABASE_URL") == url:
            return
        self._env["DATABASE_URL"] = url
        if self._database:
            new = self.plan.home / ".database.url"
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(f"{url}\n")
            new.replace(self.plan.home / "database.url")

    def _watch(self) -> None:
        self._tend_database()
        # The site starts alone, so that people see it soon; the others when it answers or has had its time.
        alone = self._step == self._await_site and time.monotonic() < self._alone_until
        for child in self._children[: 1 if alone else None]:
            child.tend(self._env)
        if self._step:
            self._step()

    def _tend_database(self) -> None:
        """Put our database up again when it fell; children find it again by themselves unless it moved."""
        if not self._database or self._database.alive() or time.monotonic() < self._database_falls.due:
            return
        known = self._env["DATABASE_URL"]
        self._say("数据库意外退出，正在重新启动")
        try:
            self._use(self._database.start(self._say))
        except Refusal as refusal:
            delay = self._database_falls.down()
            self._say(f"{refusal.detail}（{delay:.0f} 秒后再试）")
            return
        self._database_falls = Falls()
        self._say("数据库已恢复")
        if self._env["DATABASE_URL"] != known:
            for child in self._children:
                child.end()

    # --- what happens once, while the children already run: each step names the next

    def _await_site(self) -> None:
        if not door.answers(self.plan.port, self.plan.listen):
            return
        first = self.plan.first
        if first is None or (self.plan.home / "first.done").exists():
            self._greet()
            return
        self._say(f"网站已可访问：{self.plan.address}；{first.title}")
        self._first = leash = Leash(first.command, env=self._env, grace=first.grace)
        self._step = lambda: self._await_first(first, leash)

    def _await_first(self, first: Program, leash: Leash) -> None:
        code = leash.exit_code()
        if code is None:
            return
        if code:
            self._say(f"{first.title}没有完成（退出码 {code}），下次启动时再试")
        else:
            (self.plan.home / "first.done").touch()
        self._greet()

    def _greet(self) -> None:
        self._say(f"就绪：{self.plan.address}\n{self.plan.greeting}")
        self._step = None

    def _end(self) -> None:
        """Stop all: asked in reverse order of starting, then awaited, the database last."""
        if self._first:
            self._first.end()
        for child in reversed(self._children):
            child.let_go()
        for child in reversed(self._children):
            child.end()
        if self._database:
            self._database.stop()
        self._owner.release()
