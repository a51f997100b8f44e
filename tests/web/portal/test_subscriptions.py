"""Subscribing by e-mail: twice confirmed, told what is new, cancelled in one click, and no weapon against others."""

import re
import smtplib
import socket
import threading
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client

from ggzy.commons.subscriptions import limits
from ggzy.commons.subscriptions.models import Subscription
from ggzy.desks.disclosure.subscriptions.posting import post_due
from ggzy.kernel import clock
from ggzy.kernel.ledger.models import Event
from ggzy.standard import CHINA

LIST = "/subscriptions/new?q=松溪&market=construction"
READER = "reader@example.com"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE = "https://ggzy.example"


@pytest.fixture
def notice(ledger, caught_up):
    """Publish a notice with this title, and let the index follow."""

    def publish(key: str, title: str) -> int:
        (head,) = ledger.publish(("503", key, {"NOTICE_NAME": title, "NOTICE_CONTENT": "概况"}))
        caught_up()
        return head

    return publish


def ask(client, address: str = READER, rhythm: str = "at_once", url: str = LIST, **more: str):
    return client.post(url, {"address": address, "rhythm": rhythm}, **more)


def link(message) -> str:
    """The path of the page to which a mail leads."""
    return re.search(r"https://ggzy\.example(/subscriptions/[0-9a-f-]{36}/[0-9a-f]{40})\b", message.body)[1]


def subscribe(client, mailoutbox, **given: str) -> str:
    """Subscribe and confirm; the page of the subscription."""
    assert ask(client, **given).status_code == 200
    post_due()
    page = link(mailoutbox[-1])
    assert client.post(page, {"verb": "confirm"}).status_code == 302
    mailoutbox.clear()
    return page


def test_nothing_is_sent_but_one_question_until_it_is_confirmed(client, mailoutbox, notice):
    notice("a", "松溪道路施工招标公告")
    assert "请查收" in ask(client).content.decode()
    post_due()
    post_due()
    (question,) = mailoutbox
    assert question.to == [READER] and "松溪" in question.subject and "松溪 · 工程建设" in question.body
    assert [kind for _, kind in question.alternatives] == ["text/html"]
    page = link(question)
    assert "确认订阅" in client.get(page).content.decode()
    assert Subscription.objects.get().state == "asked", "a scanner that opens links confirms nothing"
    notice("b", "松溪桥梁施工招标公告")
    post_due()
    assert len(mailoutbox) == 1


def test_what_is_new_is_told_once_with_words_and_links(client, mailoutbox, notice):
    notice("a", "松溪旧公告")
    subscribe(client, mailoutbox)
    post_due()
    assert not mailoutbox
    head = notice("b", "松溪桥梁<施工>招标公告")
    notice("c", "云汀学校施工招标公告")
    later = clock.now() + timedelta(minutes=1)
    post_due(later)
    post_due(later)
    (digest,) = mailoutbox
    assert "新增或更新 1 条" in digest.subject
    assert f"https://ggzy.example/notices/{head}" in digest.body and "松溪桥梁<施工>招标公告" in digest.body
    html = digest.alternatives[0][0]
    assert "松溪桥梁&lt;施工&gt;招标公告" in html and f'href="https://ggzy.example/notices/{head}"' in html
    assert "旧公告" not in digest.body and "学校" not in digest.body


def test_at_once_is_not_oftener_than_every_ten_minutes(client, mailoutbox, notice):
    subscribe(client, mailoutbox)
    now = clock.now() + timedelta(minutes=1)
    notice("a", "松溪一")
    post_due(now)
    notice("b", "松溪二")
    post_due(now + timedelta(minutes=9))
    assert len(mailoutbox) == 1
    post_due(now + timedelta(minutes=11))
    assert len(mailoutbox) == 2 and "松溪二" in mailoutbox[1].body and "松溪一" not in mailoutbox[1].body


def test_a_daily_digest_comes_in_the_morning(client, mailoutbox, notice):
    subscribe(client, mailoutbox, rhythm="daily")
    post_due()
    due = Subscription.objects.get().due_at.astimezone(CHINA)
    assert (due.hour, due.minute) == (8, 0) and due > clock.now()
    notice("a", "松溪一")
    notice("b", "松溪二")
    post_due(due - timedelta(minutes=1))
    assert not mailoutbox
    post_due(due)
    (digest,) = mailoutbox
    assert "新增或更新 2 条" in digest.subject
    assert Subscription.objects.get().due_at == due + timedelta(days=1)


def test_a_correction_is_news_and_a_withdrawal_is_not(client, mailoutbox, ledger, caught_up, notice):
    notice("a", "松溪道路")
    subscribe(client, mailoutbox)
    notice("a", "松溪道路（更正）")
    later = clock.now() + timedelta(minutes=1)
    post_due(later)
    assert "松溪道路（更正）" in mailoutbox[0].body


def test_one_click_cancels_and_deletes_the_address(mailoutbox, notice, db):
    strict = Client(enforce_csrf_checks=True)  # as a mail program: no cookie, no token
    page = subscribe(Client(), mailoutbox)
    notice("a", "松溪道路")
    post_due(clock.now() + timedelta(minutes=1))
    (digest,) = mailoutbox
    assert digest.extra_headers["List-Unsubscribe"] == f"<https://ggzy.example{page}/cancel>"
    assert digest.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert strict.get(f"{page}/cancel").status_code == 302 and Subscription.objects.exists()
    answer = strict.post(f"{page}/cancel", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and "已退订" in answer.content.decode()
    assert not Subscription.objects.exists()
    assert strict.post(f"{page}/cancel").status_code == 404
    assert strict.post(page, {"verb": "cancel"}).status_code == 403


def test_the_page_changes_the_rhythm_and_cancels(client, mailoutbox, db):
    page = subscribe(client, mailoutbox)
    client.post(page, {"verb": "change", "rhythm": "daily"})
    assert Subscription.objects.get().rhythm == "daily"
    assert client.post(page, {"verb": "change", "rhythm": "hourly"}).status_code == 422
    assert client.post(page, {"verb": "confirm"}).status_code == 409
    assert client.post(page, {}).status_code == 422
    assert "已退订" in client.post(page, {"verb": "cancel"}).content.decode()
    assert client.get(page).status_code == 404


def test_a_link_that_is_not_ours_opens_nothing(client, mailoutbox, db):
    page = subscribe(client, mailoutbox)
    forged = page[:-1] + ("0" if page[-1] != "0" else "1")
    for address in (forged, page[:-40] + "中" * 5, "/subscriptions/00000000-0000-4000-8000-000000000000/" + page[-40:]):
        assert client.get(address).status_code == 404
        assert client.post(f"{address}/cancel").status_code == 404
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "", "x", "a@b", "a b@example.com", "a@example.com\r\nBcc: x@example.com", "汉字@example.com",
        "a" * 300 + "@example.com", "a@example.com,b@example.com",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_in_words(client, mailoutbox, db, address):
    response = ask(client, address=address)
    assert response.status_code == 422 and "邮箱地址" in response.content.decode()
    assert not Subscription.objects.exists()


def test_no_address_stands_in_any_event(client, mailoutbox, notice):
    page = subscribe(client, mailoutbox)
    client.post(page, {"verb": "change", "rhythm": "daily"})
    client.post(page, {"verb": "cancel"})
    told = list(Event.objects.filter(type__startswith="subscription.").values_list("type", "body", "subject", "actor", "disclose"))
    assert [one[0] for one in told] == [f"subscription.{verb}" for verb in ("ask", "confirm", "change", "cancel")]
    assert "reader" not in repr(told) and "example.com" not in repr(told)
    assert {one[4] for one in told} == {"audit"}


def test_nobodys_mailbox_is_bombed(client, mailoutbox, db):
    for n in range(8):  # from many places, to many lists, under many tags
        answer = ask(client, f"victim+{n}@example.com", url=f"/subscriptions/new?q=词{n}", REMOTE_ADDR=f"203.0.113.{n}")
        assert answer.status_code == 200 and "请查收" in answer.content.decode(), "who asks learns nothing"
    post_due()
    assert len(mailoutbox) == limits.MAILBOX_A_DAY
    for _ in range(3):
        ask(client, "victim@example.com", url="/subscriptions/new?q=词0")
    post_due()
    assert len(mailoutbox) == limits.MAILBOX_A_DAY


def test_one_client_is_stopped(client, mailoutbox, db):
    for n in range(limits.CLIENT_AN_HOUR):
        assert ask(client, f"reader{n}@example.com").status_code == 200
    answer = ask(client, "another@example.com")
    assert answer.status_code == 429 and "一小时后" in answer.content.decode()
    assert ask(client, "another@example.com", REMOTE_ADDR="203.0.113.9").status_code == 200


def test_behind_a_proxy_each_client_counts_for_itself_and_cannot_pretend(client, mailoutbox, db, settings):
    settings.HTTPS = True
    for n in range(limits.CLIENT_AN_HOUR):
        ask(client, f"reader{n}@example.com", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}, 203.0.113.1")
    assert ask(client, "x@example.com", HTTP_X_FORWARDED_FOR="198.51.100.99, 203.0.113.1").status_code == 429
    assert ask(client, "x@example.com", HTTP_X_FORWARDED_FOR="203.0.113.2").status_code == 200


def test_a_flood_from_everywhere_is_stopped(client, mailoutbox, db, monkeypatch):
    monkeypatch.setattr(limits, "ALL_AN_HOUR", 5)
    for n in range(5):
        assert ask(client, f"reader{n}@example.com", REMOTE_ADDR=f"203.0.113.{n}").status_code == 200
    assert ask(client, "more@example.com", REMOTE_ADDR="203.0.113.99").status_code == 429


def test_what_is_not_confirmed_is_deleted(client, mailoutbox, db):
    ask(client)
    post_due(clock.now() + timedelta(days=1))
    assert Subscription.objects.exists()
    post_due(clock.now() + timedelta(days=3))
    assert not Subscription.objects.exists()


def test_a_dead_mail_server_loses_nothing(client, mailoutbox, notice, settings):
    subscribe(client, mailoutbox)
    notice("a", "松溪道路")
    later = clock.now() + timedelta(minutes=1)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", closed.getsockname()[1], 2
        assert post_due(later) == 0
        assert ask(client, "other@example.com").status_code == 200, "the site goes on"
    settings.EMAIL_BACKEND = working
    assert post_due(later + timedelta(minutes=1)) == 2
    assert {message.to[0] for message in mailoutbox} == {READER, "other@example.com"}


class FullMailbox(BaseEmailBackend):
    """A mail server that refuses one reader's mail and takes all others'."""

    taken: list[str] = []

    def send_messages(self, messages) -> int:
        for message in messages:
            if message.to == ["full@example.com"]:
                raise smtplib.SMTPRecipientsRefused({"full@example.com": (552, b"mailbox full")})
            self.taken += message.to
        return len(messages)


def test_a_mailbox_that_refuses_waits_and_holds_nobody_up(client, db, settings):
    settings.EMAIL_BACKEND = f"{__name__}.FullMailbox"
    FullMailbox.taken.clear()
    ask(client, "full@example.com")
    ask(client, READER)
    now = clock.now()
    assert post_due(now) == 1
    assert FullMailbox.taken == [READER]
    full = Subscription.objects.get(address="full@example.com")
    assert full.failures == 1 and full.due_at > now


def test_it_travels_by_smtp_as_mail_programs_expect(client, db, settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        got: list[bytes] = []
        thread = threading.Thread(target=_take_mail, args=(server, got), daemon=True)
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        ask(client)
        assert post_due() == 1
        thread.join(10)
    mail = message_from_bytes(got[0], policy=policy.default)
    assert mail["To"] == READER and "请确认订阅" in mail["Subject"]
    assert mail["List-Unsubscribe"].strip().startswith("<https://ggzy.example/subscriptions/")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert datetime.strptime(mail["Date"], "%a, %d %b %Y %H:%M:%S %z")


def _take_mail(server: socket.socket, got: list[bytes]) -> None:
    caller, _ = server.accept()
    with caller, caller.makefile("rwb") as stream:

        def say(line: bytes) -> None:
            stream.write(line + b"\r\n")
            stream.flush()

        say(b"220 hello")
        while line := stream.readline():
            if line.upper().startswith(b"DATA"):
                say(b"354 go on")
                lines = []
                while (part := stream.readline()) != b".\r\n":
                    lines.append(part)
                got.append(b"".join(lines))
            say(b"250 ok")
            if line.upper().startswith(b"QUIT"):
                return
