"""Bad lines at the running platform: each kind gets its own clear answer, the others go on, nothing is lost."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ggzy import standard
from tests.faults.stream import line, new

pytestmark = [pytest.mark.xdist_group("site")]  # they share one installation
OTHER = "12320200466372674G"
BOM = b"\xef\xbb\xbf"


def raw(number: str, data: bytes, **more: str) -> bytes:
    """A line whose data is given as it is."""
    head = json.dumps({"data_set": number, **more}).encode()
    return head[:-1] + b',"data":' + data + b"}"


def ahead(minutes: int) -> str:
    return (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(minutes=minutes)).strftime("%Y%m%d%H%M%S")


def without(*names: str) -> bytes:
    data = {name: value for name, value in standard.example("500").items() if name not in names}
    return json.dumps({"data_set": "500", "data": data}, ensure_ascii=False).encode()


DEEP = b"[" * 100_000
BAD = {
    "a broken line": (b'{"data_set": "500", "data": {', "record.not_json"),
    "not an object": (b'"500"', "record.envelope"),
    "an unknown data set": (raw("999", b"{}"), "record.data_set_unknown"),
    "a NUL in the data set": (raw("5\0", b"{}"), "record.envelope"),
    "an endless data set": (raw("5" * 10_000, b"{}"), "record.envelope"),
    "a missing field": (without("PROJECT_NAME"), "record.field_missing"),
    "an overlong field": (new(PROJECT_NAME="长" * 10_000), "record.field_too_long"),
    "a code that is not in the list": (new(RELATE_CODE="9"), "record.code_unknown"),
    "GBK": (new(PROJECT_NAME="体育馆").decode().encode("gbk"), "record.encoding"),
    "UTF-16": (new().decode().encode("utf-16").replace(b"\n", b""), "record.encoding"),
    "a clock that is ahead": (new(DATA_TIMESTAMP=ahead(120)), "record.clock_ahead"),
    "a foreign platform": (new(PLATFORM_CODE=OTHER), "record.foreign_platform"),
    "a NUL in a field": (new(PROJECT_NAME="a\0b"), "record.text_malformed"),
    "a NUL in the key": (raw("500", b"{}", key="a\0b"), "record.envelope"),
    "an endless key": (raw("500", b"{}", key="k" * 10_000), "record.envelope"),
    "bytes that are NUL": (b"\0\0\0", "record.not_json"),
    "half a surrogate pair": (new().replace(b"E3300", b"\\ud800", 1), "record.not_json"),
    "half a surrogate pair in the key": (b'{"data_set":"500","key":"\\ud800","data":{}}', "record.not_json"),
    "deeply nested": (DEEP, "record.envelope"),
    "deeply nested data": (raw("500", DEEP + b"]" * len(DEEP)), "record.not_json"),
    "deeply nested data of a withdrawal": (raw("500", DEEP + b"]" * len(DEEP), op="3", key="k"), "record.not_json"),
    "a number of a million digits": (raw("500", b'{"PROJECT_NAME":' + b"9" * 10**6 + b"}"), "record.field_missing"),
    "a number for the data set": (b'{"data_set":' + b"9" * 10**6 + b',"data":{}}', "record.envelope"),
    "an unknown operation": (raw("500", b"{}", op="4"), "record.envelope"),
    "a withdrawal of nothing": (
        raw("500", b'{"DATA_TIMESTAMP":"20260101000000"}', op="3", key="nothing"),
        "record.nothing_to_withdraw",
    ),
    "a withdrawal without a time": (raw("500", b"{}", op="3", key="nothing"), "record.field_missing"),
    "an attachment that was not sent": (
        new().replace(b'"data":', b'"attachments":[{"name":"a.pdf","sha256":"%b"}],"data":' % (b"0" * 64), 1),
        "record.attachment_missing",
    ),
    "an attachment without a digest": (
        new().replace(b'"data":', b'"attachments":[{"name":"a.pdf","sha256":"\\u0000"}],"data":', 1),
        "record.envelope",
    ),
    "a member given twice": (
        new().replace(b'"PROJECT_NAME"', b'"PROJECT_NAME": "first", "PROJECT_NAME"', 1),
        "record.member_repeated",
    ),
    "a line of 5 MB": (new(PROJECT_NAME="a" * 5 * 1024**2), "record.line_too_long"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_line_is_refused_and_kept_and_the_others_go_on(site, post, kind):
    bad, code = BAD[kind]
    response, answers = post(b"\n".join([new(), bad, new()]))
    assert response.status_code == 200
    assert [answer["status"] for answer in answers[:3]] == ["accepted", "refused", "accepted"]
    assert code in [fault["code"] for fault in answers[1]["faults"]], answers[1]
    ((kept,),) = site.rows("SELECT line FROM exchange_quarantined WHERE id = %s", answers[1]["quarantine"])
    assert bytes(kept) == bad[: 4 * 1024**2]


def test_all_of_it_at_once(post):
    lines = [part for bad, _ in BAD.values() for part in (bad, new())]
    _, answers = post(b"\n".join(lines))
    assert answers[-1]["summary"] == {"accepted": len(BAD), "refused": len(BAD)}


def test_the_same_again_is_unchanged(post):
    record = new()
    _, answers = post(record + b"\n" + record)
    assert [answer["status"] for answer in answers[:2]] == ["accepted", "unchanged"]


def test_a_stale_version_is_kept_beside_the_newer_one(site, post):
    newer = new(DATA_TIMESTAMP="20260201000000")
    code = json.loads(newer)["data"]["PROJECT_CODE"]
    older = line("500", PROJECT_CODE=code, PROJECT_NAME="旧（演示）", DATA_TIMESTAMP="20260101000000")
    _, answers = post(newer + b"\n" + older)
    assert [answer["status"] for answer in answers[:2]] == ["accepted", "superseded"]
    assert site.rows("SELECT line FROM exchange_quarantined WHERE id = %s", answers[1]["quarantine"]) == [(older,)]


def test_a_byte_order_mark_is_passed_over_and_said(post):
    _, answers = post(BOM + new())
    assert answers[0]["status"] == "accepted"
    assert [warning["code"] for warning in answers[0]["warnings"]] == ["record.byte_order_mark"]


@pytest.mark.parametrize("end", [b"\r\n", b"\n\n\n", b"\n \t \r\n"])
def test_line_ends_and_blank_lines_do_not_matter(post, end):
    _, answers = post(end.join([b"", new(), new(), b""]))
    assert [answer["status"] for answer in answers[:2]] == ["accepted"] * 2
    assert answers[-1]["lines"] == 2


@pytest.mark.parametrize("body", [b"", b"\n", b" \r\n\r\n"])
def test_nothing_sent_is_nothing_received(post, body):
    response, answers = post(body)
    assert (response.status_code, answers) == (200, [{"summary": {}, "lines": 0}])


def test_a_body_in_chunks_is_read_to_its_end(post):
    whole = b"\n".join(new() for _ in range(50))
    _, answers = post(whole[i : i + 100] for i in range(0, len(whole), 100))
    assert answers[-1]["summary"] == {"accepted": 50}


def test_all_that_was_refused_can_be_looked_at_and_sent_again(site, token, post):
    numbers = [post(bad)[1][0]["quarantine"] for bad, _ in BAD.values()]
    with site.client(follow_redirects=True) as client:
        client.get("/exchange/sign-in")
        form = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
        assert client.post("/exchange/sign-in", data={**form, "token": token}).status_code == 200
        form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
        for number, (bad, _) in zip(numbers, BAD.values(), strict=True):
            shown = client.get(f"/exchange/quarantine/{number}")
            assert (shown.status_code, shown.url.path) == (200, f"/exchange/quarantine/{number}")
            again = client.post(f"/exchange/quarantine/{number}", data={**form, "line": bad[:5000].decode(errors="replace")})
            assert again.status_code in (200, 422)
        assert client.get("/exchange/quarantine").status_code == 200
