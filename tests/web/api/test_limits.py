"""What a request may cost, and that what was begun is done once."""

import json

import pytest

from ggzy.desks.exchange.models import Quarantined
from ggzy.kernel import idempotency
from ggzy.web.api import acts, feed

DISMISS = "/api/acts/quarantine.dismiss"


def test_too_large_an_action_is_told_the_limit(client, token):
    answer = client.post(
        DISMISS, b" " * (2 * 1024**2 + 1), content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")


def test_who_finds_all_places_to_wait_taken_is_answered_at_once(client, db):
    for _ in range(feed.WAITING):
        assert feed._waiting.acquire(blocking=False)
    try:
        answer = client.get("/api/feed?after=1000000&wait=20")
    finally:
        for _ in range(feed.WAITING):
            feed._waiting.release()
    assert (answer["Retry-After"], json.loads(answer.content)) == ("5", {"next": 1000000})


def test_a_long_feed_comes_in_answers_of_bounded_size(client, send, line, sequence, monkeypatch):
    for number in range(12):
        send(line("500", PROJECT_CODE=f"E31000000010{number:05}"))
    sequence()
    monkeypatch.setattr(feed, "ENOUGH_BYTES", 1)
    seen, after, answers = [], -1, 0
    while True:
        *rows, last = map(json.loads, client.get(f"/api/feed?after={after}").content.splitlines())
        if last["next"] == after:
            break
        seen += [row["index"] for row in rows]
        after, answers = last["next"], answers + 1
    assert seen == list(range(12))
    assert answers == 3


def test_an_action_that_could_not_be_remembered_was_not_done(client, token, send, line, building, monkeypatch):
    number = send(line("500", PROJECT_NAME=None))[0]["quarantine"]
    body = json.dumps({"source": building.source, "number": number, "reason": "重复"})
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one"}

    def cut(*given: object, **named: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(idempotency, "remember", cut)
        assert client.post(DISMISS, body, content_type=acts.JSON, headers=headers).status_code == 500
    assert Quarantined.objects.get().state == "refused"
    assert client.post(DISMISS, body, content_type=acts.JSON, headers=headers).status_code == 200
    assert Quarantined.objects.get().state == "dismissed"


@pytest.mark.parametrize("path", ["/notices?until=9999-12-31", "/notices?since=0001-01-01", "/notices.atom?q=%01&code=a%00b%08"])
def test_addresses_at_the_edge_get_a_page(client, db, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "body",
    ['{"source": "%s", "number": 1, "number": %d, "reason": "重复"}', '{"source": "%s", "number": %d, "reason": "一", "reason": "二"}'],
)
def test_an_argument_given_twice_is_refused(client, token, send, building, body):
    number = send(b"junk")[0]["quarantine"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post(DISMISS, body % (building.source, number), content_type=acts.JSON, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "action.member_repeated")
    assert Quarantined.objects.get().state == "refused"


def test_a_deep_argument_is_refused(client, token):
    headers = {"Authorization": f"Bearer {token}"}
    body = '{"source": ' + "[" * 100_000 + "]" * 100_000 + "}"
    assert client.post(DISMISS, body, content_type=acts.JSON, headers=headers).status_code == 422
