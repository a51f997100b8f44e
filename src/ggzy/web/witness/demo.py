"""Three witnesses of the demo city, with keys and stores of their own below the home folder.

They show how it works and prove nothing: a witness is worth its independence, and these run on the same machine.
An installation that has named its own witnesses is left alone.
"""

import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from ggzy.kernel import clock
from ggzy.kernel.database.ownership import Ownership, Taken
from ggzy.kernel.ledger import keys, years
from ggzy.kernel.sequencing import witnesses
from ggzy.kernel.tlog import policy
from ggzy.kernel.writing import replace, write_once
from ggzy.web.supervisor.plan import Program
from ggzy.web.witness import setup

BODIES = {"jiancha": "监察", "shenji": "审计", "gongzheng": "公证处"}
LEAST = 2
CONFIGURATION = """\
# 演示用见证人（{title}），由 ggzy run 建立。
name = "{name}.{host}/witness"

[[log]]
vkey = "{vkey}"
next_years = true
"""


def programs(make: bool) -> tuple[Program, ...]:
    """The demo witnesses as programs to run; none where there are none and none are to be made."""
    home: Path = settings.HOME / "witnesses"
    theirs = all((home / name / "witness.toml").exists() for name in BODIES)
    if settings.WITNESSES or not theirs and (not make or witnesses.place().exists()):
        return ()
    owner = Ownership(settings.HOME / "run.lock")
    try:
        owner.take()  # while another run is at it, its ports are not free, but not to be changed either
    except Taken:
        return ()
    try:
        _configure(home)
        ports = _name(home)
    finally:
        owner.release()
    return tuple(
        Program(
            f"witness-{name}",
            f"演示见证人（{title}）",
            (
                sys.executable,
                "-m",
                "ggzy.web.witness",
                "--home",
                str(home / name),
                "--port",
                str(ports[name]),
            ),
        )
        for name, title in BODIES.items()
    )


def _configure(home: Path) -> None:
    vkey = keys.log_signer().verifier.named(years.origin(years.year(clock.now()))).vkey
    for name, title in BODIES.items():
        told = CONFIGURATION.format(title=title, name=name, host=settings.HOST, vkey=vkey)
        write_once(home / name / "witness.toml", told, 0o644)


def _name(home: Path) -> dict[str, int]:
    """Write the policy with the witnesses' keys and ports; a port that somebody else has taken is changed."""
    known = {name: urlsplit(witness.url).port for name, witness in witnesses.policy().witnesses.items()}
    ports = {name: _free(known.get(name)) for name in BODIES}
    named = {
        name: policy.Witness(name, setup.read(home / name).signers[0].verifier, f"http://127.0.0.1:{port}")
        for name, port in ports.items()
    }
    told = policy.Policy((), named, {"demo": policy.Group(LEAST, tuple(BODIES))}, "demo")
    replace(home / "policy", told.text.encode())
    return ports


def _free(wanted: int | None) -> int:
    """This port when nobody listens there, else any that is free."""
    for port in (wanted, 0) if wanted else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise OSError("no free port")
