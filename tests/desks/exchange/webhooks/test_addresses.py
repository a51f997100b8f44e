"""Nobody makes the platform call what only the platform can reach."""

import asyncio
import socket

import pytest

from ggzy.desks.exchange.webhooks.addresses import Unsafe, check, judged
from ggzy.desks.exchange.webhooks.models import Delivery
from ggzy.desks.exchange.webhooks.sending import Answer, Pools, Post
from ggzy.kernel.errors import Unprocessable
from tests.desks.exchange.webhooks.conftest import delivering
from tests.desks.exchange.webhooks.test_delivery import await_fault, report

INNER = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1",
]  # fmt: skip
OPEN = ["114.114.114.114", "223.5.5.5", "2400:3200::1", "64:ff9b::7272:7272"]


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_refused(address, settings):
    settings.WEBHOOK_NETWORKS = ()
    with pytest.raises(Unsafe):
        judged([address], by_tls=True)
    with pytest.raises(Unsafe):
        judged(["114.114.114.114", address], by_tls=True)


@pytest.mark.parametrize("address", OPEN)
def test_open_addresses_are_called_by_https_only(address, settings):
    settings.WEBHOOK_NETWORKS = ("10.20.0.0/16",)
    assert judged([address], by_tls=True) == [address]
    with pytest.raises(Unsafe, match="https"):
        judged([address], by_tls=False)


def test_a_named_network_is_called_by_http_too_and_its_neighbours_are_not(settings):
    settings.WEBHOOK_NETWORKS = ("10.20.0.0/16", "fd12::/64")
    for by_tls in (True, False):
        assert judged(["10.20.3.4", "fd12::8", "::ffff:10.20.3.4"], by_tls=by_tls)
        with pytest.raises(Unsafe):
            judged(["10.21.0.1"], by_tls=by_tls)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "https://localhost/x", "https://2130706433/", "https://0x7f.1/", "https://[::1]/", "https://127.1/",
        "https://[::ffff:169.254.169.254]/latest/meta-data", "https://user:pass@114.114.114.114/", "https://114.114.114.114/#x",
        "ftp://114.114.114.114/", "file:///etc/passwd", "gopher://127.0.0.1:5432/_x", "https://", "https:///x", "javascript:alert(1)",
        "https://no-such-host.invalid/", "https://114.114.114.114:99999/", "https://114.114.114.114/ x", "https://114.114.114.114/\r\nX: y",
        "https://示范.例子/", "https://114.114.114.114/" + "a" * 500, "https://xn--/", "https://[::1", "https://" + "a" * 70 + ".com/", "",
    ],
)  # fmt: skip
def test_an_unsafe_or_malformed_address_is_refused_in_words(url, settings):
    settings.WEBHOOK_NETWORKS = ()
    with pytest.raises(Unprocessable) as refused:
        check(url)
    assert refused.value.code == "webhook.address"
    assert refused.value.detail.endswith("。")


def test_a_good_address_passes(settings):
    settings.WEBHOOK_NETWORKS = ()
    check("https://114.114.114.114:8443/hooks/ggzy?token=a%20b")


def test_the_address_is_judged_again_where_the_connection_is_made(hook, receiver, settings, send, line, sequence):
    hook(receiver.url)
    report(send, line, sequence, 1)
    settings.WEBHOOK_NETWORKS = ()  # as if the name led elsewhere by now
    with delivering():
        assert "内部网络" in await_fault()
    assert not receiver.seen
    assert Delivery.objects.get().state == "waiting"


def test_the_connection_goes_to_the_address_that_was_judged(receiver, settings, monkeypatch):
    """A name that leads to an allowed address when it is asked first, and elsewhere ever after."""
    settings.WEBHOOK_NETWORKS = ("127.0.0.0/8",)
    asked = []
    genuine = socket.getaddrinfo

    def turning(host, *given, **more):
        if host not in ("turning.example", b"turning.example"):
            return genuine(host, *given, **more)
        asked.append(host)
        return genuine("127.0.0.1" if len(asked) == 1 else "10.9.9.9", *given, **more)

    monkeypatch.setattr(socket, "getaddrinfo", turning)

    async def send() -> Answer:
        return await Pools().send(Post(f"http://turning.example:{receiver.port}/", b"{}", {}), 3)

    assert asyncio.run(send()).arrived
    assert len(asked) == 1
    assert "内部网络" in asyncio.run(send()).fault
    assert len(receiver.seen) == 1


def test_a_proxy_of_the_environment_is_not_used(receiver, settings, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, receiver.url)
        monkeypatch.setenv(name.upper(), receiver.url)
    settings.WEBHOOK_NETWORKS = ("127.0.0.0/8",)

    async def send() -> str:
        return (await Pools().send(Post("http://127.0.0.1:9/", b"{}", {}), 2)).fault

    assert asyncio.run(send()) == "无法连接接收方"
    assert not receiver.seen
