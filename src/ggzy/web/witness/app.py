"""The witness over HTTP: a WSGI application, served by granian."""

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from ggzy.web.witness import setup
from ggzy.web.witness.judge import Answer, Judge
from ggzy.web.witness.store import Store

MOST_BYTES = 256 * 1024  # of a request: 63 hashes, a checkpoint and its signatures, post-quantum ones too
_LOG = re.compile(r"/([0-9a-f]{64})/(checkpoint|refused)(?:/(\d{1,18}))?")
_NOTHING = Answer(404, "没有这个地址。\n")


class Application:
    """What the witness in this folder answers."""

    def __init__(self, home: Path) -> None:
        self._setup = setup.read(home)
        self._store = Store(home / "witness.sqlite")
        self._judge = Judge(self._setup, self._store)
        self._posts: dict[str, Callable[[str], Answer]] = {
            "/add-checkpoint": self._judge.add_checkpoint,
            "/add-log": self._judge.add_log,
        }

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = self._answer(environ)
        body = answer.body.encode()
        status = HTTPStatus(answer.status)
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(body)))]
        headers += [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        start_response(f"{status.value} {status.phrase}", headers)
        return [body] if environ["REQUEST_METHOD"] != "HEAD" else []

    def _answer(self, environ: dict[str, Any]) -> Answer:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path in self._posts:
            if method != "POST":
                return Answer(405, "请用 POST。\n")
            body = environ["wsgi.input"].read(MOST_BYTES + 1)
            if len(body) > MOST_BYTES:
                return Answer(413, "请求太长。\n")
            try:
                return self._posts[path](body.decode())
            except UnicodeDecodeError:
                return Answer(400, "请求不是 UTF-8 文本。\n")
        if method not in ("GET", "HEAD"):
            return Answer(405, "请用 GET。\n")
        return self._shown(path)

    def _shown(self, path: str) -> Answer:
        if path == "/":
            return Answer(200, self._front())
        if path == "/vkey":
            return Answer(200, "".join(f"{signer.verifier.vkey}\n" for signer in self._setup.signers))
        asked = _LOG.fullmatch(path)
        kept = self._store.by_hash(asked[1]) if asked else None
        if asked is None or kept is None:
            return _NOTHING
        origin, size = kept.checkpoint.origin, asked[3]
        if asked[2] == "refused":
            return Answer(200, self._refused(origin)) if size is None else _NOTHING
        if size is not None:
            accepted = self._store.accepted(origin, int(size))
            return Answer(200, accepted[1]) if accepted else Answer(404, "没有见证过这个条数。\n")
        return Answer(200, kept.note) if kept.note else Answer(404, "还没有见证过这本日志。\n")

    def _front(self) -> str:
        lines = [
            f"见证人 {self._setup.name}",
            "",
            "本程序只见证不断接续的日志；同一日志出现两个版本时保存证据。",
            "",
        ]
        for origin in sorted({*self._setup.logs, *self._store.origins()}):
            last = self._store.newest(origin)
            refused = len(self._store.refused(origin))
            ended = f"，已由 {last.followed_by} 接续" if last.followed_by else ""
            alarm = f"，另有 {refused} 个被拒绝的检查点（有问题）" if refused else ""
            lines.append(f"{origin}：已见证到第 {last.checkpoint.size:,} 条{ended}{alarm}")
        return "\n".join(lines) + "\n"

    def _refused(self, origin: str) -> str:
        """Each checkpoint that the log signed and that was not cosigned, beside the one cosigned at its size."""
        parts = []
        for size, at, verdict, signed in self._store.refused(origin):
            accepted = self._store.accepted(origin, size)
            beside = f"\n同一条数已见证的检查点：\n{accepted[1]}" if accepted else ""
            parts.append(f"== {verdict} {size} {at}\n{signed}{beside}")
        return "\n".join(parts)
