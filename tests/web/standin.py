"""A supervisor over stand-in programs, run as a process of its own: `standin.py HOME PORT [name=code …]`.

Every name becomes a child that runs its Python code; `site` is always there and serves on PORT.
"""

import sys
from pathlib import Path

from ggzy.kernel.errors import Refusal
from ggzy.web.supervisor import Plan, Program, Supervisor

home, port, *others = sys.argv[1:]
site = Program("site", "网站", (sys.executable, "-m", "http.server", port, "--bind", "127.0.0.1"), grace=2)
named = [other.partition("=") for other in others]
programs = {name: Program(name, name, (sys.executable, "-c", code), grace=2) for name, _, code in named}
plan = Plan(
    home=Path(home),
    port=int(port),
    listen="127.0.0.1",
    children=(site, *(p for name, p in programs.items() if name not in ("before", "first"))),
    before=tuple(p for name, p in programs.items() if name == "before"),
    first=programs.get("first"),
    greeting="试试看",
)
try:
    Supervisor(plan, lambda text: print(text, flush=True)).run()
except Refusal as refusal:
    sys.exit(refusal.detail)
