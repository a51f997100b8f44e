"""The port that the site is served on: is it free, does the site answer?"""

import errno
import http.client
import socket

from ggzy.kernel.errors import Conflict


def require_free(port: int, listen: str) -> None:
    """Refuse when somebody else already listens on this port.

    A browser may take `localhost` for ::1, so a stranger on that address is in the way too.
    """
    if not 0 < port < 65536:
        raise Conflict(f"端口 {port} 不存在，请选 1024 至 65535 之间的端口。", code="run.port_refused")
    for family, address in ((socket.AF_INET, listen), (socket.AF_INET6, "::1")):
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise Conflict(
                        f"端口 {port} 已被别的程序占用。请换一个端口，例如：make run PORT={port + 1}"
                        f"（或 ggzy run --port {port + 1}）。",
                        code="run.port_taken",
                    ) from None
                if family == socket.AF_INET:  # a machine without IPv6 is no reason to refuse
                    raise Conflict(
                        f"不能在 {listen}:{port} 上监听：{error.strerror}。请检查 --port 和 --listen。",
                        code="run.port_refused",
                    ) from None


def answers(port: int, listen: str) -> bool:
    """Whether the site answers a request, no matter with what."""
    connection = http.client.HTTPConnection(listen, port, timeout=2)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
