"""Sending: one POST, and what the receiver made of it, in words for the owner. Never raises for what a receiver does."""

import asyncio
import logging
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpcore

from ggzy.desks.exchange.webhooks.addresses import Guarded, Unsafe

PATIENCE_SECONDS = 15.0
_MOST_READ = 64 * 1024
"""What is read of an answer, so that its connection can be used again; of a longer one it is closed."""
_NAME_LOOKUPS = 64
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Post:
    """One message to one address."""

    url: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: the HTTP status if there was one, and what was wrong, or nothing when it arrived."""

    status: int | None
    fault: str
    took_ms: int

    @property
    def arrived(self) -> bool:
        """The receiver has it: it said 2xx."""
        return not self.fault


class Pools:
    """The connections of one event loop, kept open between messages; one pool a scheme, for each has its own rules."""

    def __init__(self) -> None:
        context = ssl.create_default_context()
        self._pools = {
            scheme: httpcore.AsyncConnectionPool(
                ssl_context=context, max_connections=None, max_keepalive_connections=100, keepalive_expiry=30,
                network_backend=Guarded(by_tls=scheme == "https"),
            )
            for scheme in ("https", "http")
        }  # fmt: skip

    async def send(self, post: Post, patience: float) -> Answer:
        """Send one message and judge the answer; `patience` is for all of it, from the name to the last byte read."""
        began = time.perf_counter()
        status: int | None = None
        try:
            async with asyncio.timeout(patience):
                status = await self._post(post)
            fault = _fault_of(status)
        except TimeoutError:
            fault = f"{patience:g} 秒内没有答复完"
        except Unsafe as unsafe:
            fault = str(unsafe)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, OSError) as problem:
            fault = _why_no_connection(problem)
        except (httpcore.ProtocolError, UnicodeError):
            fault = "答复不是有效的 HTTP"
        except httpcore.NetworkError:
            fault = "连接中途断开"
        except Exception as problem:  # whatever a receiver can provoke is its own failure and not ours
            log.error("sending failed in a way that is not known: %s", type(problem).__name__)
            fault = "推送失败，原因不明"
        return Answer(status, fault, round((time.perf_counter() - began) * 1000))

    async def _post(self, post: Post) -> int:
        headers = {**post.headers, "content-type": "application/json", "user-agent": "ggzy-webhooks/1"}
        scheme = post.url.partition(":")[0]
        async with self._pools[scheme].stream("POST", post.url, headers=headers, content=post.body) as response:
            read = 0
            async for chunk in response.aiter_stream():
                read += len(chunk)
                if read > _MOST_READ:
                    break
            return response.status

    async def close(self) -> None:
        """Hang up."""
        for pool in self._pools.values():
            await pool.aclose()


def _fault_of(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"接收方要求转到别处（HTTP {status}），平台不跟随转向，请直接填写最终地址"
    return f"接收方拒收（HTTP {status}）"


def _why_no_connection(problem: Exception) -> str:
    text = str(problem).lower()
    if "certificate" in text or "ssl" in text or "tls" in text:
        return "接收方的 TLS 证书或协议有误"
    return "无法连接接收方"


def send_now(post: Post, patience: float) -> Answer:
    """Send one message and wait for what becomes of it, as the test button does."""

    async def once() -> Answer:
        pools = Pools()
        try:
            return await pools.send(post, patience)
        finally:
            await pools.close()

    return asyncio.run(once())


class Sender:
    """Sends many messages at once, from a thread of its own; `on_answer` is called there with each token and answer."""

    def __init__(self, on_answer: Callable[[object, Answer], None]) -> None:
        self._on_answer = on_answer
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(_NAME_LOOKUPS))  # slow names hold up no other receiver
        self._pools: Pools | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sender", daemon=True)
        self._thread.start()

    def send(self, token: object, post: Post, patience: float = PATIENCE_SECONDS) -> None:
        """Begin to send; returns at once."""
        asyncio.run_coroutine_threadsafe(self._begin(token, post, patience), self._loop)

    async def _begin(self, token: object, post: Post, patience: float) -> None:
        self._pools = self._pools or Pools()
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)  # the loop itself keeps only weak references
            task.add_done_callback(self._tasks.discard)
        self._on_answer(token, await self._pools.send(post, patience))

    def close(self) -> None:
        """Break off what is under way and end the thread."""
        asyncio.run_coroutine_threadsafe(self._break_off(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def _break_off(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._pools is not None:
            await self._pools.close()

