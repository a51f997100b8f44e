"""The write door, the feed and the API document."""

import json

from ggzy.desks.exchange.models import Quarantined


def test_an_action_at_the_door_answers_with_a_receipt(client, token, send, building):
    (answer,) = send(b"{")
    body = {"source": building.source, "number": answer["quarantine"], "reason": "测试数据，不再报送"}
    response = client.post(
        "/api/acts/quarantine.dismiss", body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    assert response.status_code == 200
    assert response.json()["receipt"].startswith("ggzy-receipt/1\n")
    assert Quarantined.objects.get().state == "dismissed"


def test_nobody_dismisses_anothers_line(client, token, send, building):
    (answer,) = send(b"{")
    body = {"source": "12320200466372674G", "number": answer["quarantine"], "reason": "x"}
    response = client.post(
        "/api/acts/quarantine.dismiss", body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    assert (response.status_code, response.json()["code"]) == (403, "access.forbidden")


def test_what_is_reserved_for_the_operator_is_refused_to_systems(client, token, building):
    body = {"platform_code": building.source, "data_sets": []}
    response = client.post(
        "/api/acts/token.issue", body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    assert response.status_code == 403


def test_an_unknown_action_and_wrong_arguments_are_answered(client, token):
    given = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {token}"}}
    assert client.post("/api/acts/lot.teleport", {}, **given).json()["code"] == "action.unknown"
    assert client.post("/api/acts/record.receive", {}, **given).json()["code"] == "action.unknown"
    assert client.post("/api/acts/quarantine.dismiss", {"number": "x"}, **given).json()["code"] == "action.arguments"
    assert client.post("/api/acts/quarantine.dismiss", "{", **given).json()["code"] == "request.not_json"


def test_an_action_with_a_key_is_done_once(client, token, send, building):
    (answer,) = send(b"{")
    body = {"source": building.source, "number": answer["quarantine"], "reason": "重复"}
    given = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {token}", "Idempotency-Key": "d"}}
    first = client.post("/api/acts/quarantine.dismiss", body, **given)
    again = client.post("/api/acts/quarantine.dismiss", body, **given)
    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"


def test_the_document_describes_every_action_at_the_door(client, db):
    document = client.get("/api/openapi.json").json()
    schema = document["paths"]["/api/acts/token.issue"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    name = schema["$ref"].rsplit("/", 1)[1]
    assert document["components"]["schemas"][name]["required"] == ["platform_code"]
    assert "/api/acts/record.receive" not in document["paths"]


def test_the_feed_gives_every_public_change_once_and_in_order(client, send, line, sequence):
    send(*(line("500", PROJECT_CODE=f"E31000000010000{i:02}") for i in range(3)), line("212"))
    sequence()
    send(line("500", PROJECT_CODE="E3100000001000000", PROJECT_NAME="改名（演示）", DATA_TIMESTAMP="20260601000000"))
    sequence()
    lines, after = [], -1
    while True:
        *found, last = map(json.loads, client.get(f"/api/feed?after={after}").content.splitlines())
        lines += found
        if last["next"] == after:
            break
        after = last["next"]
    assert [(x["data_set"], x["version"]) for x in lines] == [("500", 1)] * 3 + [("500", 2)]
    assert [(x["index"], x["n"]) for x in lines] == sorted((x["index"], x["n"]) for x in lines)


def test_the_feed_never_shows_what_only_government_may_see(client, send, line, sequence):
    send(line("500", PROJECT_CODE="E3100000001000000"))
    sequence()
    (found, _) = map(json.loads, client.get("/api/feed").content.splitlines())
    assert "PROJECT_NAME" in found["data"]
    assert "CONTACT_INFORMATION" not in found["data"]
    assert "PLATFORM_CODE" not in found["data"]


def test_a_bad_cursor_is_a_sentence(client, db):
    response = client.get("/api/feed?after=yesterday")
    assert (response.status_code, response.json()["code"]) == (422, "request.parameter")


def test_an_unknown_address_below_the_api_is_a_problem_document(client, db):
    response = client.get("/api/nowhere")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
