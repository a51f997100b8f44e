"""Starting a witness: `ggzy witness --home DIR --port N`, or without Django `python -m ggzy.web.witness …`."""

import argparse
import logging
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces

from ggzy.web.witness import setup
from ggzy.web.witness.app import Application


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of a witness."""
    parser.add_argument("--home", type=Path, required=True, help="见证人的文件夹：配置、密钥、记录都在其中")
    parser.add_argument("--port", type=int, default=8090, help="监听端口（默认 8090）")
    parser.add_argument(
        "--listen", default="127.0.0.1", help="监听的 IPv4 地址（默认只限本机，前面请放 HTTPS 代理）"
    )


def main(arguments: Sequence[str]) -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser("ggzy witness", description="见证存证日志")
    add_arguments(parser)
    options = parser.parse_args(arguments)
    serve(options.home, options.port, options.listen)


def serve(home: Path, port: int, listen: str) -> None:
    """Serve the witness in this folder until told to stop; exits with the reason when it cannot."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        told = setup.read(home)
    except (setup.Misconfigured, OSError) as fault:
        sys.exit(str(fault))
    print(f"见证人 {told.name}，验证公钥 {told.signers[0].verifier.vkey}", flush=True)
    server = Granian(
        "ggzy.web.witness",
        address=listen,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=4,
        websockets=False,
        respawn_failed_workers=True,
    )
    server.serve(target_loader=partial(load, home), wrap_loader=False)


def load(home: Path, *_: object) -> Application:
    """The application, in the process that serves it."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    return Application(home)
