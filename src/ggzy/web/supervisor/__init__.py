"""One process that brings up all others, puts up again what falls, and takes everything down with it."""

from ggzy.web.supervisor.loop import Supervisor
from ggzy.web.supervisor.plan import Plan, Program, children

__all__ = ["Plan", "Program", "Supervisor", "children"]
