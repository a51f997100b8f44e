"""A package sent from the browser: its answers on the page, in words, with the way to mend what was refused."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ggzy.desks.exchange.models import Quarantined
from ggzy.desks.exchange.packages import Enclosure, write
from ggzy.kernel.ledger.models import Head
from tests.desks.exchange.packages.conftest import outgoing

PAGE = "/exchange/packages"


def sent(client, package: bytes) -> tuple[int, str]:
    response = client.post(
        PAGE, {"package": SimpleUploadedFile("20260317-000001-500.zip", package, "application/zip")}
    )
    return response.status_code, response.content.decode()


def test_the_page_wants_a_token(client, db):
    assert client.get(PAGE)["Location"].startswith("/exchange/sign-in")
    assert client.post(PAGE, {"package": SimpleUploadedFile("a.zip", b"x")}).status_code == 302


def test_each_record_is_told_and_the_refused_one_leads_to_the_quarantine(client, token):
    client.post("/exchange/sign-in", {"token": token})
    assert "选择数据包" in client.get(PAGE).content.decode()
    good, bad = outgoing("500", Enclosure("批复.pdf", b"x")), outgoing("1900", TITLE="")
    status, page = sent(client, write([good, bad]))
    assert status == 200
    assert '入库 <span class="num">1</span>' in page
    assert "没有填写" in page
    assert f'href="/exchange/quarantine/{Quarantined.objects.get().pk}"' in page
    assert page.index("没有填写") < page.index("20260317-000001-500.xml</span>"), (
        "what was not taken in comes first"
    )
    assert Head.objects.count() == 1


def test_what_is_no_package_is_told_on_the_page(client, token):
    client.post("/exchange/sign-in", {"token": token})
    status, page = sent(client, b"no zip")
    assert (status, "package.broken" in page) == (422, True)
    assert client.post(PAGE, {}).status_code == 422


def test_a_form_of_another_site_is_refused(token):
    client = Client(enforce_csrf_checks=True)
    form = client.get("/exchange/sign-in").content.decode()
    secret = form.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    client.post("/exchange/sign-in", {"token": token, "csrfmiddlewaretoken": secret})
    assert sent(client, write([outgoing("500")]))[0] == 403
    assert not Head.objects.exists()
