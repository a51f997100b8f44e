"""The log of one year for people: what it is, how large, what is signed, and how a stranger checks all of it."""

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy.kernel.errors import NotFound
from ggzy.kernel.ledger import years
from ggzy.kernel.tlog import tiles
from ggzy.kernel.tlog.checkpoint import Checkpoint
from ggzy.web.portal import program


class Log(NamedTuple):
    """A year's log as its files say it; nothing is taken from the database."""

    year: int
    checkpoint: str
    size: int
    root: str
    vkey: str


@require_safe
def logs(request: HttpRequest) -> HttpResponse:
    """The years there is a log of."""
    return render(request, "portal/logs.html", {"logs": list(_logs()), **program.offered(request)})


@require_safe
def log(request: HttpRequest, year: int) -> HttpResponse:
    """The page of one year's log; with a slash at its end it is the same page."""
    if request.path.endswith("/"):
        return HttpResponsePermanentRedirect(request.path.rstrip("/"))
    found = _log(year)
    if found is None:
        raise NotFound(_("没有这一年的存证日志。请从 /evidence 的年份表里选。"), code="evidence.no_log")
    context = {
        "log": found,
        "address": request.build_absolute_uri(f"/evidence/{year}"),
        "files": list(_files(found)),
        "others": [other for other in _logs() if other.year != year],
        **program.offered(request),
    }
    return render(request, "portal/log.html", context)


def _logs() -> Iterator[Log]:
    folder = settings.HOME / "evidence"
    names = sorted((path.name for path in folder.glob("[0-9][0-9][0-9][0-9]")), reverse=True) if folder.is_dir() else []
    yield from filter(None, (_log(int(name)) for name in names))


def _log(year: int) -> Log | None:
    folder = years.folder(year)
    try:
        text = (folder / "checkpoint").read_text(encoding="utf-8")
        tree = Checkpoint.parse(text.partition("\n\n")[0] + "\n")
        return Log(year, text, tree.size, tree.root.hex(), (folder / "vkey").read_text(encoding="utf-8").strip())
    except (FileNotFoundError, ValueError):
        return None


def _files(found: Log) -> Iterator[tuple[str, str]]:
    """Some files of the log with what each is; the first and the last of the tiles stand for all."""
    yield "checkpoint", _("已签名的检查点：条数和树根，随日志增长更新")
    yield "vkey", _("这本日志的验证公钥")
    last, rest = divmod(found.size, tiles.WIDTH)
    for name, said in ((tiles.ENTRIES, _("条目本身")), (0, _("条目的哈希"))):
        if last:
            yield tiles.path(name, 0), _("%s：第 1 块，已写满") % said
        if rest:
            yield tiles.path(name, last, rest), _("%s：最后一块，还没有写满") % said
