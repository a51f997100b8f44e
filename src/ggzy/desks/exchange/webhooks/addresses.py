"""Where may be pushed to: the open Internet by https, and networks that the operator has named.

A webhook makes the platform call an address that somebody else chose (server-side request forgery, CWE-918). So the
name is resolved by us, every address behind it is judged, and the connection goes to the very address that was
judged: at creation for a quick answer, and again at each connection, since names move.
"""

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import httpcore
from anyio import getaddrinfo
from django.conf import settings

from ggzy.kernel.errors import Unprocessable

LONGEST = 500
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits
_CLOSED = (
    ip_network("192.0.0.0/24"),  # RFC 6890; older Pythons call parts of it global
    ip_network("168.63.129.16/32"),  # answers machines of a cloud from a public address
)
_PORTS = {"https": 443, "http": 80}

Address = IPv4Address | IPv6Address


class Unsafe(Exception):
    """An address that nothing may be pushed to; says which."""


def check(url: str) -> None:
    """Refuse an address that could never be pushed to: its form, its scheme, or where its name leads."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:
        raise _refusal("地址的格式不对，例如 https://example.com/ggzy") from None
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url or not host:
        raise _refusal(f"地址应为完整网址，不含空格和汉字，最多 {LONGEST} 个字符，例如 https://example.com/ggzy")
    if parts.scheme not in _PORTS:
        raise _refusal("地址应以 https:// 开头")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise _refusal("地址里不能带用户名、密码或 # 片段；要识别平台，请核对签名")
    try:
        judged(resolved(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)), by_tls=parts.scheme == "https")
    except (OSError, UnicodeError):
        raise _refusal(f"找不到主机 {host}。请核对域名") from None
    except Unsafe as unsafe:
        raise _refusal(str(unsafe)) from None


def resolved(found: Iterable[Any]) -> list[str]:
    """The addresses in what `getaddrinfo` found, each once, without the zone of a link-local one."""
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


def judged(addresses: list[str], *, by_tls: bool) -> list[str]:
    """The same addresses when all of them may be pushed to; Unsafe otherwise.

    One bad address among good ones is enough: such a name was made to be resolved until the bad one comes up.
    """
    for text in addresses:
        inner = _inner(ip_address(text))
        named = any(inner in network for network in _named())
        if not named and not _is_open(inner):
            raise Unsafe("这个地址指向内部网络，平台不向内部网络推送")
        if not named and not by_tls:
            raise Unsafe("地址应以 https:// 开头；只有平台登记过的专用网络可以用 http")
    return addresses


def _is_open(address: Address) -> bool:
    """Whether it belongs to the open Internet (IANA special-purpose registries), and to no machine beside ours."""
    return address.is_global and not address.is_multicast and not any(address in network for network in _CLOSED)


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, when it does (RFC 4291, 3056, 4380, 6052)."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


def _named() -> list[Any]:
    return [ip_network(network) for network in settings.WEBHOOK_NETWORKS]


def _refusal(text: str) -> Unprocessable:
    return Unprocessable(f"{text}。", code="webhook.address", fields=["address"])


class Guarded(httpcore.AsyncNetworkBackend):
    """Opens connections to judged addresses only; redirects and proxies of the environment are not known here."""

    def __init__(self, *, by_tls: bool) -> None:
        self._by_tls = by_tls
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(self, host: str, port: int, timeout: float | None = None, **more: Any) -> httpcore.AsyncNetworkStream:
        """Resolve, judge, then connect to what was judged: nothing can change the name in between."""
        found = await getaddrinfo(host, port, type=socket.SOCK_STREAM)
        problem: Exception = httpcore.ConnectError("no address")
        for address in judged(resolved(found), by_tls=self._by_tls):
            try:
                return await self._backend.connect_tcp(address, port, timeout, **more)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                problem = failed
        raise problem

    async def connect_unix_socket(self, path: str, timeout: float | None = None, **more: Any) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise Unsafe("只能推送到网络地址")

    async def sleep(self, seconds: float) -> None:
        """Between two tries of the pool."""
        await self._backend.sleep(seconds)
