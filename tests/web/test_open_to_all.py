"""Scripts of any site may read what is public, and nothing else."""

import pytest

ANY = "Access-Control-Allow-Origin"


@pytest.fixture
def published(send, line, sequence) -> int:
    number = send(line("500"))[0]["id"]
    sequence()
    return number


@pytest.mark.parametrize(
    "address",
    [
        "/notices.json",
        "/notices/count",
        "/widgets/count.json",
        "/widgets/list.json",
        "/standard.json",
        "/api/openapi.json",
        "/api/feed",
        "/api/records/{number}",
        "/api/records/{number}/1",
        "/api/evidence/record/{number}/1",
        "/evidence/witnesses.json",
        "/evidence/policy",
        "/evidence/receipts.vkey",
    ],
)
def test_what_is_public_may_be_read_from_any_site(client, published, address):
    answer = client.get(address.format(number=published), headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, answer[ANY]) == (200, "*")
    assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize("address", ["/api/records/999999", "/api/feed?after=x", "/api/evidence/proof?leaf=abc"])
def test_so_may_the_reason_why_there_is_nothing(client, published, address):
    answer = client.get(address)
    assert (answer.status_code >= 400, answer[ANY], answer["Content-Type"]) == (True, "*", "application/problem+json")


@pytest.mark.parametrize("address", ["/exchange/sign-in", "/exchange/quarantine", "/", "/health/ready"])
def test_what_is_for_people_or_for_one_system_may_not(client, published, address):
    assert ANY not in client.get(address)


def test_an_act_answers_no_other_site(client, token):
    headers = {"Authorization": f"Bearer {token}"}
    assert ANY not in client.post("/api/acts/quarantine.dismiss", "{}", content_type="application/json", headers=headers)
    assert ANY not in client.post("/api/exchange/records", "", content_type="application/x-ndjson", headers=headers)
