"""A person with a browser, and a relying party that we did not write (Authlib), both against the platform's own WSGI."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.wsgi import get_wsgi_application

from ggzy.commons.identity.models import Account
from ggzy.kernel import clock
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.jobs import app
from ggzy.web.identity import clients  # noqa: F401 - registers the actions

OPERATOR = Act("operator:zhang", "operator", "console")
PASSWORD = "correct-horse-battery"
CALLBACK = "https://a.example/callback"
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_REQUEST = re.compile(r'name="request" value="([^"]+)"')


@dataclass
class Person:
    """Somebody at a browser, who fills in forms as they come."""

    browser: httpx.Client = field(
        default_factory=lambda: httpx.Client(transport=httpx.WSGITransport(get_wsgi_application()), base_url=settings.SITE)
    )

    def get(self, address: str) -> httpx.Response:
        """Open a page; redirects within the platform are followed, others are returned."""
        return self._follow(self.browser.get(address))

    def send(self, page: httpx.Response, to: str = "", **fields: str | list[str]) -> httpx.Response:
        """Send the form of a page."""
        token = _CSRF.search(page.text)
        hidden = {name: unescape(value) for name, value in _HIDDEN.findall(page.text)}
        data = {**hidden, "csrfmiddlewaretoken": token[1] if token else "", **fields}
        address = str(page.url.join(to)) if to else str(page.url)
        return self._follow(self.browser.post(address, data=data, headers={"Referer": str(page.url)}))

    def sign_in(self, login: str, password: str = PASSWORD, page: httpx.Response | None = None) -> httpx.Response:
        """Sign in by name and password."""
        page = page or self.get("/account/sign-in")
        return self.send(page, "/account/sign-in", login=login, password=password)

    def agree(self, page: httpx.Response) -> str:
        """Agree to be recognised by a system; returns the address to which the browser is sent."""
        if "Location" in page.headers:
            return page.headers["Location"]  # agreed before
        scopes = re.findall(r'name="scopes" value="([^"]+)"', page.text)
        request = _REQUEST.search(page.text)
        assert request, page.text
        return self.send(page, "/openid/authorize", request=unescape(request[1]), scopes=scopes, action="grant").headers["Location"]

    def _follow(self, answer: httpx.Response) -> httpx.Response:
        while answer.is_redirect and answer.next_request.url.host == urlsplit(settings.SITE).hostname:
            answer = self.browser.send(answer.next_request)
        return answer


@pytest.fixture
def person(db) -> Person:
    """Somebody at a browser."""
    return Person()


@pytest.fixture
def wang(db) -> Account:
    """Somebody who has an account and a password."""
    return Account.objects.create(login="wang", name="王小明", password=make_password(PASSWORD), created_at=clock.now(), assurance=2)


@pytest.fixture
def admitted(db) -> Callable[..., str]:
    """Admit a system; returns its secret."""

    def admit(client: str = "system-a", **given) -> str:
        given = {"name": "示范交易系统甲", "redirect_uris": [CALLBACK], "after_logout_uris": ["https://a.example/"]} | given
        return perform(OPERATOR, "client.admit", client=client, **given).result

    return admit


@pytest.fixture
def system(admitted) -> OAuth2Client:
    """A relying party by Authlib, as a trading system would use it."""
    return OAuth2Client(
        "system-a", admitted(), scope="openid profile party roles", redirect_uri=CALLBACK, code_challenge_method="S256",
        transport=httpx.WSGITransport(get_wsgi_application()),
    )  # fmt: skip


def answered(address: str) -> dict[str, str]:
    """What a redirect tells a relying party."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


class Receiver(ThreadingHTTPServer):
    """A system's back channel: it hears that a session has ended."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Heard)
        self.heard: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def work(self) -> None:
        """Do the jobs that wait, as the worker would."""
        app.with_connector(app.connector.get_worker_connector()).run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    def claims(self, token: str) -> dict:
        """What a logout token says, held against the published keys."""
        keys = jwt.PyJWKSet.from_dict(Person().browser.get("/.well-known/jwks.json").json())
        return jwt.decode(token, keys.keys[0], algorithms=["RS256"], audience="system-a")


class _Heard(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.heard.append(parse_qs(body)["logout_token"][0])
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def receiver():
    """A system that can be told of sign-outs."""
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
