"""A receiver of webhooks: a real HTTP server in a thread, whose behaviour a test chooses and changes while it runs."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behave = Callable[["Message"], int]


@dataclass(frozen=True)
class Message:
    """One request as it came."""

    id: str
    timestamp: str
    signature: str
    body: bytes
    path: str = "/"

    @property
    def change(self) -> dict[str, Any]:
        """The change that it tells of."""
        return json.loads(self.body)


def takes_all(message: Message) -> int:
    """A good receiver."""
    return 200


@dataclass
class Receiver:
    """Listens on a port of its own; `die` and `live` take it off and bring it back on the same port."""

    behave: Behave = takes_all
    taken: list[Message] = field(default_factory=list)
    """What it answered with 2xx, in the order of its answers."""
    seen: list[Message] = field(default_factory=list)
    """All that came, in the order in which it came."""
    port: int = 0
    _server: ThreadingHTTPServer | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def live(self) -> "Receiver":
        self._server = _Server(("127.0.0.1", self.port), _Handler)
        self._server.receiver = self
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def die(self) -> None:
        """Stop listening, and hang up on whoever is being served."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.hang_up()
            server.server_close()

    def hear(self, message: Message) -> int:
        with self._lock:
            self.seen.append(message)
        status = self.behave(message)
        if 200 <= status < 300:
            with self._lock:
                self.taken.append(message)
        return status

    def await_taken(self, count: int, seconds: float = 30) -> None:
        """Until so many different messages were taken."""
        deadline = time.monotonic() + seconds
        while (taken := len({m.id for m in self.taken})) < count:
            assert time.monotonic() < deadline, f"{taken} of {count} arrived within {seconds} s"
            time.sleep(0.02)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
    receiver: Receiver

    def __init__(self, *given: Any) -> None:
        self.open: set[Any] = set()
        super().__init__(*given)

    def process_request(self, request: Any, client: Any) -> None:
        self.open.add(request)
        super().process_request(request, client)

    def hang_up(self) -> None:
        for request in list(self.open):
            self.shutdown_request(request)

    def handle_error(self, request: Any, client: Any) -> None:
        """A caller that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        body = self.rfile.read(length)
        if len(body) < length:  # hung up in the middle: nothing was received
            self.close_connection = True
            return
        heads = [self.headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature")]
        status = self.server.receiver.hear(Message(*heads, body, self.path))
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("location", "/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_: Any) -> None:
        """Silence."""
