"""One's own account."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ggzy import standard
from ggzy.commons.identity.queries import hats
from ggzy.kernel.errors import NotFound

ASSURANCE = {
    1: "仅自行填写",
    2: "已由政务服务大厅核实",
    3: "已由数字证书核实",
}


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Who one is to the platform, as whom one can act, and how one signs in."""
    account = request.user
    context = {
        "account": account, "document": standard.mask_id(str(account.document)) if account.document else "",
        "assurance": _(ASSURANCE[account.assurance]), "hats": [(hat if hat.party else hat._replace(title=_(hat.title))) for hat in hats(account)],
    }  # fmt: skip
    return render(request, "identity/overview.html", context)


def no_device(request: HttpRequest) -> HttpResponse:
    """There is no sign-in by device code."""
    raise NotFound(_("没有这个接口。请检查地址。"))
