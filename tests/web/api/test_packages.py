"""National packages over HTTP: as the body or in a form, keyed, refused with a status."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ggzy.desks.exchange import packages
from ggzy.desks.exchange.packages import write
from ggzy.kernel.ledger.models import Event
from tests.desks.exchange.packages.conftest import outgoing

PACKAGES = "/api/exchange/packages"


@pytest.fixture
def post(client, token):
    def posted(package: bytes, form: bool = False, **headers: str):
        given = {"Authorization": f"Bearer {token}", **headers}
        if form:
            file = SimpleUploadedFile("20260317-000001-500.zip", package, "application/zip")
            response = client.post(PACKAGES, {"file": file}, headers=given)
        else:
            response = client.post(PACKAGES, package, content_type="application/zip", headers=given)
        return response, [json.loads(answer) for answer in response.getvalue().splitlines()]

    return posted


@pytest.mark.parametrize("form", [False, True])
def test_each_record_gets_its_answer_and_the_batch_its_receipt(post, form):
    response, answers = post(write([outgoing("500"), outgoing("1900")]), form)
    assert response.status_code == 200
    assert [answer.get("status") for answer in answers] == ["accepted", "accepted", None, None]
    assert answers[2]["receipt"].startswith("ggzy-receipt/1\n")
    assert (answers[3]["summary"], answers[3]["lines"]) == ({"accepted": 2}, 2)


def test_the_same_key_gets_the_same_bytes_in_either_form(post):
    package = write([outgoing("500")])
    _, answers = post(package, form=True, **{"Idempotency-Key": "k"})
    events = Event.objects.count()
    again, answers_again = post(package, form=False, **{"Idempotency-Key": "k"})
    assert answers_again == answers
    assert again["Idempotency-Replayed"] == "true"
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("package", "status", "code"),
    [
        (b"PK\x03\x04", 422, "package.broken"),
        (write([outgoing("500")])[:-9], 422, "package.broken"),
        (write([]), 422, "package.empty"),
    ],
)
def test_what_is_no_package_is_a_problem_with_a_code(post, package, status, code):
    for form in (False, True):
        response, (problem,) = post(package, form)
        assert (response.status_code, problem["code"]) == (status, code)
        assert response["Content-Type"] == "application/problem+json"


def test_a_form_without_a_file_is_told(client, token):
    sent = client.post(PACKAGES, {"file": "text"}, headers={"Authorization": f"Bearer {token}"})
    assert (sent.status_code, sent.json()["code"]) == (400, "package.no_file")


def test_an_oversized_package_is_refused_before_it_is_read(client, token):
    length = str(packages.PACKAGE_LIMIT * 2)
    sent = client.generic(
        "POST", PACKAGES, b"x", headers={"Authorization": f"Bearer {token}"}, CONTENT_LENGTH=length
    )
    assert (sent.status_code, sent.json()["code"]) == (413, "package.too_large")


def test_a_package_of_unknown_length_is_refused_when_it_grows_too_long(post, monkeypatch):
    monkeypatch.setattr("ggzy.web.api.packages.PACKAGE_LIMIT", 1000)
    response, (problem,) = post(write([outgoing("500")] * 9))
    assert (response.status_code, problem["code"]) == (413, "package.too_large")


def test_without_a_token_nothing_is_read(client, db):
    sent = client.post(PACKAGES, io.BytesIO(b"x").read(), content_type="application/zip")
    assert (sent.status_code, sent.json()["code"]) == (401, "access.token_missing")
