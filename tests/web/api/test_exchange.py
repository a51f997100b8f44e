"""The intake over HTTP: tokens, gzip, limits, idempotency, and answers that people can act on."""

import gzip
import html
import json
import re

import pytest

from ggzy.desks.exchange import lines
from ggzy.desks.exchange.demo.trial import TRIAL
from ggzy.desks.exchange.models import Token
from ggzy.desks.exchange.prepare import Reporter
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.ledger.models import Event, Head

RECORDS = "/api/exchange/records"


@pytest.fixture
def post(client, token):
    def posted(body: bytes, **headers: str):
        given = {"Authorization": f"Bearer {token}", **headers}
        response = client.post(RECORDS, body, content_type="application/x-ndjson", headers=given)
        content = response.getvalue()
        return response, [json.loads(answer) for answer in content.splitlines()]

    return posted


def projects(line, count: int) -> bytes:
    return b"\n".join(line("500", PROJECT_CODE=f"E31000000010{i:05}") for i in range(count))


def test_each_line_gets_its_answer_and_each_batch_its_receipt(post, line):
    response, answers = post(projects(line, 3))
    assert response.status_code == 200
    assert [a["status"] for a in answers[:3]] == ["accepted"] * 3
    assert answers[3]["receipt"].startswith("ggzy-receipt/1\n")
    assert answers[4] == {"summary": {"accepted": 3}, "lines": 3}


def test_gzip_is_undone_also_in_several_members(post, line):
    body = gzip.compress(projects(line, 2) + b"\n") + gzip.compress(line("500", PROJECT_CODE="E3100000001999999"))
    _, answers = post(body, **{"Content-Encoding": "gzip"})
    assert answers[-1]["summary"] == {"accepted": 3}


def test_a_gzip_bomb_is_refused_with_the_limit(post):
    response, (problem,) = post(gzip.compress(b" " * 64 * 1024**2), **{"Content-Encoding": "gzip"})
    assert (response.status_code, problem["code"]) == (413, "request.gzip_bomb")
    assert str(lines.RATIO_LIMIT) in problem["detail"]


def test_a_cut_gzip_keeps_what_was_whole(post, line):
    body = gzip.compress(projects(line, 3000), compresslevel=0)
    response, (problem,) = post(body[:-2000], **{"Content-Encoding": "gzip"})
    assert (response.status_code, problem["code"]) == (400, "request.bad_gzip")
    assert problem["counts"]["accepted"] == Head.objects.count() >= 1000


def test_an_oversized_body_is_refused_before_it_is_read(client, token):
    response = client.generic(
        "POST", RECORDS, b"x", headers={"Authorization": f"Bearer {token}"}, CONTENT_LENGTH=str(lines.BODY_LIMIT + 1)
    )
    assert response.status_code == 413
    assert "GB" in response.json()["detail"]


def test_a_line_beyond_the_limit_is_refused_alone(post, line):
    long = b'{"data_set":"500","data":{"PROJECT_NAME":"' + b"x" * lines.LINE_LIMIT + b'"}}'
    _, answers = post(long + b"\n" + line("500", PROJECT_CODE="E3100000001999999"))
    assert answers[0]["faults"][0]["code"] == "record.line_too_long"
    assert answers[1]["status"] == "accepted"


@pytest.mark.parametrize(
    ("header", "code"),
    [("", "access.token_missing"), ("Bearer ggzy_wrong", "access.token_unknown"), ("Basic eDp5", "access.token_missing")],
)
def test_without_a_good_token_nothing_is_taken(client, db, header, code):
    response = client.post(RECORDS, b"{}", content_type="application/x-ndjson", headers={"Authorization": header})
    assert (response.status_code, response.json()["code"]) == (401, code)
    assert "Bearer" in response["WWW-Authenticate"]


def test_a_revoked_token_is_told_so(client, token):
    issued = Token.objects.get()
    perform(Act("operator:test", "operator", "console"), "token.revoke", platform_code=issued.system_id, token=issued.pk)
    response = client.post(RECORDS, b"{}", content_type="text/plain", headers={"Authorization": f"Bearer {token}"})
    assert (response.status_code, response.json()["code"]) == (401, "access.token_revoked")


def test_the_same_key_gets_the_same_bytes_and_does_nothing_twice(post, line):
    body = projects(line, 2)
    first, answers = post(body, **{"Idempotency-Key": "k-1"})
    events = Event.objects.count()
    again, answers_again = post(body, **{"Idempotency-Key": "k-1"})
    assert answers_again == answers
    assert again["Idempotency-Replayed"] == "true"
    assert Event.objects.count() == events


def test_a_long_answer_is_replayed_from_the_file_store(post, line):
    body = projects(line, 600)
    _, answers = post(body, **{"Idempotency-Key": "k-2"})
    _, answers_again = post(body, **{"Idempotency-Key": "k-2"})
    assert len(answers) == 602
    assert answers_again == answers


def test_a_key_used_for_another_body_is_refused(post, line):
    post(projects(line, 1), **{"Idempotency-Key": "k-3"})
    response, (problem,) = post(projects(line, 2), **{"Idempotency-Key": "k-3"})
    assert (response.status_code, problem["code"]) == (422, "idempotency.key_reused")


def test_an_attachment_is_sent_first_and_named_by_its_digest(client, post, token, line):
    sent = client.post(
        "/api/exchange/files", b"%PDF-1.7 demo", content_type="application/pdf", headers={"Authorization": f"Bearer {token}"}
    ).json()
    good = json.loads(line("500", PROJECT_CODE="E3100000001000001"))
    good["attachments"] = [{"name": "批复.pdf", "sha256": sent["sha256"]}]
    bad = {**good, "attachments": [{"name": "别的.pdf", "sha256": "0" * 64}]}
    _, answers = post(json.dumps(bad).encode() + b"\n" + json.dumps(good).encode())
    assert answers[0]["faults"][0]["code"] == "record.attachment_missing"
    assert answers[1]["status"] == "accepted"
    got = client.get(f"/api/files/{sent['sha256']}?name=批复.pdf")
    assert got.getvalue() == b"%PDF-1.7 demo"
    assert got["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("media_type", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_a_file_in_a_form_is_told_how_to_be_sent(client, token, media_type):
    sent = client.post(
        "/api/exchange/files", b"--x", content_type=media_type, headers={"Authorization": f"Bearer {token}"}
    )
    assert (sent.status_code, sent.json()["code"]) == (415, "file.not_raw")
    assert "--data-binary" in sent.json()["detail"]


def test_the_pages_own_withdrawal_withdraws_its_own_example(client, send):
    shown = dict(re.findall(r'<pre[^>]* id="(\w+)">(.*?)</pre>', client.get("/api/").content.decode(), re.DOTALL))
    reported, withdrawn = (html.unescape(shown[name]).encode() for name in ("record", "withdrawal"))
    answers = send(reported, withdrawn, reporter=Reporter(TRIAL.code, f"system:{TRIAL.code}", TRIAL.data_sets))
    assert [(a["status"], a["version"]) for a in answers] == [("accepted", 1), ("accepted", 2)]
    assert "warnings" not in answers[1]


def test_a_file_that_no_public_record_names_is_not_given_out(client, token):
    sent = client.post(
        "/api/exchange/files", b"secret", content_type="application/pdf", headers={"Authorization": f"Bearer {token}"}
    ).json()
    assert client.get(f"/api/files/{sent['sha256']}").status_code == 404


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_the_wrong_method_is_told_the_right_one(client, db, method):
    response = getattr(client, method)(RECORDS)
    assert response.status_code == 405
    assert response.json()["allowed"] == ["POST"]


def test_the_file_of_a_record_that_only_government_may_see_is_not_given_out(client, post, token, line):
    sent = client.post(
        "/api/exchange/files", b"an expert's papers", content_type="application/pdf", headers={"Authorization": f"Bearer {token}"}
    ).json()
    expert = {**json.loads(line("212")), "attachments": [{"name": "证书.pdf", "sha256": sent["sha256"]}]}
    _, answers = post(json.dumps(expert).encode())
    assert answers[0]["status"] == "accepted"
    assert client.get(f"/api/files/{sent['sha256']}").status_code == 404
    assert client.get(f"/api/records/{answers[0]['id']}").status_code == 404
