"""Bad requests at the running platform: each gets an answer that says what is wrong, and none breaks anything."""

import gzip
import json
import socket
import threading

import httpx
import pytest

from tests.faults.installation import RECORDS, Installation
from tests.faults.stream import line, new

pytestmark = [pytest.mark.xdist_group("site")]  # they share one installation
DEEP = b"[" * 100_000


# --- the body as a whole


def test_a_gzip_bomb_is_stopped_and_what_came_before_it_stays(post):
    body = gzip.compress(new() + b"\n") + gzip.compress(b" " * 200 * 1024**2)
    response, (problem,) = post(body, **{"Content-Encoding": "gzip"})
    assert (response.status_code, problem["code"], problem["counts"]) == (413, "request.gzip_bomb", {"accepted": 1})


def test_a_truncated_gzip_is_named_and_its_whole_lines_are_taken_in(post):
    body = gzip.compress(b"\n".join(new() for _ in range(200)))
    response, (problem,) = post(body[: len(body) // 2], **{"Content-Encoding": "gzip"})
    assert (response.status_code, problem["code"]) == (400, "request.bad_gzip")
    assert 10 < problem["counts"]["accepted"] < 200


@pytest.mark.parametrize(
    ("coding", "code"), [("gzip", "request.bad_gzip"), ("br", "request.encoding_unknown"), ("x", "request.encoding_unknown")]
)
def test_a_body_that_is_not_what_it_says_is_refused(post, coding, code):
    response, (problem,) = post(new(), **{"Content-Encoding": coding})
    assert (response.status_code, problem["code"]) == (400, code)


def test_a_body_over_the_limit_is_refused_before_it_is_sent(site, token):
    status, body = exchange_raw(site, head(token, f"Content-Length: {17 * 1024**3}"))
    assert (status, json.loads(body)["code"]) == (413, "request.too_large")
    assert "16 GB" in json.loads(body)["detail"]


def test_a_client_that_waits_to_be_told_is_told(site, token):
    body = new()
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as raw_connection:
        raw_connection.sendall(head(token, f"Content-Length: {len(body)}", "Expect: 100-continue"))
        assert raw_connection.recv(1024).startswith(b"HTTP/1.1 100")
        raw_connection.sendall(body)
        assert b'"accepted":1' in read_all(raw_connection)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_connection_cut_in_the_middle_leaves_whole_lines(site, token, post, chunked):
    first, second = new(), new()
    part = first + b"\n" + second[:200]
    framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(first + second) + 1}"
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as raw_connection:
        raw_connection.sendall(head(token, framing) + (b"%x\r\n" % (2 * len(part)) if chunked else b"") + part)
        raw_connection.shutdown(socket.SHUT_WR)
        answered = read_all(raw_connection)
    assert not answered.startswith(b"HTTP/1.1 5"), answered
    _, answers = post(first + b"\n" + second)  # sending all of it again is safe
    assert [answer["status"] for answer in answers[:2]] in (["accepted"] * 2, ["unchanged", "accepted"])


@pytest.mark.parametrize("length", ["abc", "-1", "1, 2", "9" * 400])
def test_a_length_that_is_none_is_refused(site, token, length):
    status, _ = exchange_raw(site, head(token, f"Content-Length: {length}"))
    assert 400 <= status < 500


# --- who may


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "access.token_missing"),
        ("Basic YTpi", "access.token_missing"),
        ("Bearer", "access.token_missing"),
        ("Bearer ggzy_wrong", "access.token_unknown"),
        ("Bearer " + "x" * 20_000, "access.token_unknown"),
        ("Bearer \xff\xfe", "access.token_missing"),  # the server lets no header pass that is not plain text
    ],
)
def test_without_a_token_nothing_is_read(site, authorization, code):
    headers = [] if authorization is None else [("Authorization", authorization.encode("latin-1"))]
    with site.client() as client:
        response = client.post(RECORDS, content=new(), headers=headers)
    assert (response.status_code, response.json()["code"]) == (401, code)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_opens_nothing(site):
    secret = site.token()
    ((number,),) = site.rows("SELECT max(id) FROM exchange_token")
    assert site.command("token", "revoke", str(number)).returncode == 0
    with site.client(secret) as client:
        response = client.post(RECORDS, content=new())
    assert (response.status_code, response.json()["code"]) == (401, "access.token_revoked")


def test_an_expired_token_opens_nothing(site):
    secret = site.token("--days", "1")
    with site.client(secret) as client:
        assert client.post(RECORDS, content=new()).status_code == 200
        site.rows("UPDATE exchange_token SET expires_at = now() WHERE id = (SELECT max(id) FROM exchange_token) RETURNING id")
        response = client.post(RECORDS, content=new())
    assert (response.status_code, response.json()["code"]) == (401, "access.token_expired")
    assert "已过期" in site.command("token", "list").stdout


def test_a_copied_cookie_opens_nothing_after_sign_out(site, token):
    with site.client() as client, site.client() as copy:
        client.get("/exchange/sign-in")
        form = {"csrfmiddlewaretoken": client.cookies["csrftoken"], "token": token}
        assert client.post("/exchange/sign-in", data=form).status_code == 302
        copy.cookies.set("sessionid", client.cookies["sessionid"])
        assert copy.get("/exchange/quarantine").status_code == 200
        form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
        assert client.post("/exchange/sign-out", data=form).status_code == 302
        assert copy.get("/exchange/quarantine").status_code == 302


def test_a_token_for_other_data_sets_is_named_as_such_line_by_line(site):
    with site.client(site.token("--sets", "50")) as client:
        answers = client.post(RECORDS, content=line("100") + b"\n" + new()).content.splitlines()
    first, second = (json.loads(answer) for answer in answers[:2])
    assert first["faults"][0]["code"] == "record.data_set_not_yours"
    assert second["status"] == "accepted"


# --- once and only once


def test_two_at_once_with_one_key_are_done_once(site, token):
    body = b"\n".join(new() for _ in range(800))
    found: list[httpx.Response] = []

    def send() -> None:
        with site.client(token) as client:
            found.append(client.post(RECORDS, content=body, headers={"Idempotency-Key": "at once"}))

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {response.status_code for response in found} <= {200, 409}
    done = {response.content for response in found if response.status_code == 200}
    assert len(done) == 1
    assert b'"accepted":800' in done.pop()
    assert all(r.json()["code"] == "idempotency.in_flight" for r in found if r.status_code == 409)


@pytest.mark.parametrize(
    ("key", "again", "status", "code"),
    [("reused", True, 422, "idempotency.key_reused"), ("k" * 256, False, 422, "idempotency.key_too_long")],
)
def test_a_key_has_its_limits(post, key, again, status, code):
    if again:
        post(new(), **{"Idempotency-Key": key})
    response, (problem,) = post(new(), **{"Idempotency-Key": key})
    assert (response.status_code, problem["code"]) == (status, code)


# --- everything else that is asked for


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_a_wrong_method_is_named(site, token, method):
    with site.client(token) as client:
        response = client.request(method, RECORDS)
    assert (response.status_code, response.json()["code"]) == (405, "request.method")


@pytest.mark.parametrize("body", [b"{", b"[1]", DEEP, b"\xff", b'{"number":1e999}', b'{"source":"\\u0000","number":1,"reason":"r"}',
                                  b'{"source":"' + b"s" * 10_000 + b'","number":1,"reason":"r"}'])  # fmt: skip
def test_bad_arguments_of_an_act_are_named(site, token, body):
    with site.client(token) as client:
        response = client.post("/api/acts/quarantine.dismiss", content=body)
    assert response.status_code in (400, 403, 422)
    assert response.json()["code"]


HUGE = 10**30
LONG = "x" * 10_000
ODD = ["%00", "%ff", "%ff%fe%00", "%ed%a0%80", "..%2f..%2fetc", "-1", "0", str(2**31), str(2**63), str(HUGE), "9" * 5000, LONG,
       "%25", "%0d%0a", "'\"<script>"]  # fmt: skip
PATHS = ["/{}", "/notices/{}", "/notices/{}/proof", "/notices/{}/compare", "/projects/{}", "/parties/{}", "/static/{}",
         "/evidence/2026/{}", "/evidence/{}/checkpoint", "/api/records/{}", "/api/records/1/{}", "/api/files/{}",
         "/api/evidence/record/{}/1", "/api/evidence/trace/{}", "/api/acts/{}", "/exchange/quarantine/{}"]  # fmt: skip
QUERIES = ["/notices?q={}", "/notices?page={}", "/notices?market={}", "/notices?region={}", "/notices?from={}",
           "/notices?to={}", "/notices?min={}", "/notices?sort={}", "/notices?{}", "/notices.json?q={}", "/notices.csv?q={}",
           "/notices.atom?q={}", "/notices/count?q={}", "/api/feed?after={}", "/api/feed?wait={}", "/?q={}",
           "/api/evidence/proof?leaf={}", "/api/evidence/consistency?year={0}&old={0}&new={0}",
           "/notices/1/compare?old={0}&new={0}", "/exchange/sign-in?next={}", "/exchange/sign-in?ended={}"]  # fmt: skip


@pytest.mark.parametrize("address", PATHS + QUERIES)
def test_no_address_breaks_a_page(site, address):
    answered = {odd[:40]: exchange_raw(site, _get(address.format(odd)))[0] for odd in ODD}
    assert not {odd: status for odd, status in answered.items() if not 200 <= status < 500}


def test_nothing_of_all_this_was_an_inner_fault(site):
    log = (site.home / "log" / "web.log").read_text(errors="replace")
    assert "incident" not in log
    assert "Traceback" not in log


def head(token: str, *more: str) -> bytes:
    """The head of a request that sends records, without its end."""
    lines = [f"POST {RECORDS} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}", "Connection: close", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def _get(address: str) -> bytes:
    return f"GET {address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()


def exchange_raw(site: Installation, request: bytes) -> tuple[int, bytes]:
    """Send these bytes as they are; gives the status and the body."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=40) as connection:
        connection.sendall(request)
        answered = read_all(connection)
    begin, _, body = answered.partition(b"\r\n\r\n")
    return int(begin.split(b" ", 2)[1]), body


def read_all(connection: socket.socket) -> bytes:
    found = b""
    try:
        while more := connection.recv(65536):
            found += more
    except ConnectionResetError:
        pass
    return found
