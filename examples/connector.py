"""A connector in one file: a trading system's side of the interface, step by step, with Python's own library only.

    python connector.py http://localhost:8000 TOKEN PLATFORM_CODE

It sends made-up records of data set 1900, corrects one, withdraws one, attaches a file, sends a national package and
reads the public feed; docs/connector.md explains each step. It ends with 0 when every answer was the expected one.
"""

import gzip
import hashlib
import io
import json
import sys
import time
import urllib.error
import urllib.request
import uuid
import zipfile
from datetime import datetime, timedelta, timezone
from xml.sax.saxutils import escape

CHINA = timezone(timedelta(hours=8))
NDJSON = "application/x-ndjson"


class Platform:
    """The platform as a trading system sees it."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url.rstrip("/"), token

    def call(self, path: str, body: bytes | None = None, media_type: str = NDJSON, **headers: str) -> bytes:
        """One request. The same one is sent again while the platform is away; its key makes that safe."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": media_type, **headers}
        if body is not None:
            headers.setdefault("Idempotency-Key", str(uuid.uuid4()))
        for attempt in range(5):
            request = urllib.request.Request(self.url + path, body, headers)  # noqa: S310 - whoever runs it gives the address
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                    return answer.read()
            except urllib.error.HTTPError as error:
                problem = json.loads(error.read())
                if error.code not in (409, 429, 502, 503):
                    raise SystemExit(f"{error.code} {problem['code']}：{problem['detail']}") from None
                time.sleep(float(error.headers.get("Retry-After") or 2**attempt))
            except urllib.error.URLError:
                time.sleep(2**attempt)
        raise SystemExit("平台多次没有答复，请稍后重发。")

    def report(self, *lines: dict, compress: bool = False) -> list[dict]:
        """Send records, one a line; the answers, one a line in the same order."""
        body = b"\n".join(json.dumps(line, ensure_ascii=False).encode() for line in lines)
        if compress:
            answers = self.call("/api/exchange/records", gzip.compress(body), **{"Content-Encoding": "gzip"})
        else:
            answers = self.call("/api/exchange/records", body)
        return answered(answers)

    def upload(self, content: bytes, media_type: str) -> str:
        """Send a file; its SHA-256 is how a record names it."""
        return json.loads(self.call("/api/exchange/files", content, media_type))["sha256"]

    def send_package(self, package: bytes) -> list[dict]:
        """Send a national package; the answers, one a record."""
        return answered(self.call("/api/exchange/packages", package, "application/zip"))


def answered(body: bytes) -> list[dict]:
    """The answers to records; receipts and the summary are lines of their own, without a status."""
    return [line for line in map(json.loads, body.splitlines()) if "status" in line]


def stamp(seconds: int = 0) -> str:
    """The time as the standard writes it, so many seconds from now."""
    return (datetime.now(CHINA) + timedelta(seconds=seconds)).strftime("%Y%m%d%H%M%S")


def notice(platform_code: str, number: str, title: str, **changes: str) -> dict:
    """A made-up notice of data set 1900 as the fields of a record."""
    return {
        "RECORD_ID": number, "TITLE": title, "CONTENT": "接口示例，与真实项目无关。", "PUBLISH_TIME": stamp(-60),
        "MARKET": "02", "SOURCE_PLATFORM": "示例交易系统", "PLATFORM_CODE": platform_code,
        "PUB_SERVICE_PLAT_CODE": platform_code, "DATA_TIMESTAMP": stamp(-60), **changes,
    }  # fmt: skip


def package(number: str, fields: dict, name: str, content: bytes) -> bytes:
    """A national package: one XML message and one attachment, named by its GUID."""
    guid, stem = str(uuid.uuid4()), f"{stamp()[:8]}-000001-{number}"
    elements = "".join(f"<{field}>{escape(value)}</{field}>" for field, value in fields.items())
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest().upper()
    xml = (
        f'<?xml version="1.0" encoding="GBK"?><DATA><HEAD><DATA_NO>{number}</DATA_NO><DATA_TYPE>1</DATA_TYPE>'
        f"<DATA_KEY>{uuid.uuid4()}</DATA_KEY><TIMESTAMP>{stamp()}</TIMESTAMP></HEAD><BODY>{elements}<ATTACHMENTS>"
        f"<ATTACHMENT><ATT_CODE>{guid}</ATT_CODE><ATT_NAME>{escape(name)}</ATT_NAME><MD5>{md5}</MD5></ATTACHMENT>"
        f"</ATTACHMENTS></BODY></DATA>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr(f"{stem}.xml", xml.encode("gbk"))
        files.writestr(guid, content)
    return packed.getvalue()


def expect(step: str, answers: list[dict], *statuses: str) -> list[dict]:
    """Say what was answered; stop when it is not what should have been."""
    got = tuple(answer["status"] for answer in answers)
    print(f"{step}：{'、'.join(got)}")
    if got != statuses:
        raise SystemExit(json.dumps(answers, ensure_ascii=False, indent=1))
    return answers


def main(url: str, token: str, code: str) -> None:
    """Every step of docs/connector.md, in its order."""
    platform = Platform(url, token)
    run = uuid.uuid4().hex[:8]

    def line(n: int, title: str, **changes: str) -> dict:
        key = f"EXAMPLE-{run}-{n}"
        return {"data_set": "1900", "key": key, "op": "1", "data": notice(code, key, title, **changes)}

    first = line(1, "接口示例公告一")
    expect("第一条", platform.report(first), "accepted")
    expect("重复发送", platform.report(first), "unchanged")
    batch = [line(n, f"接口示例公告{n}") for n in range(2, 12)]
    expect("批量、压缩", platform.report(*batch, compress=True), *["accepted"] * 10)

    corrected = line(1, "接口示例公告一（更正）", DATA_TIMESTAMP=stamp())
    (answer,) = expect("更正", platform.report({**corrected, "op": "2"}), "accepted")
    print(f"  现行版本 {answer['version']}")

    wrong = line(12, "")
    (answer,) = expect("缺标题", platform.report(wrong), "refused")
    print(
        f"  {answer['faults'][0]['field']}：{answer['faults'][0]['text']} 隔离区编号 {answer['quarantine']}"
    )

    digest = platform.upload(b"%PDF-1.7 example", "application/pdf")
    attached = {**line(13, "接口示例公告（有附件）"), "attachments": [{"name": "公告.pdf", "sha256": digest}]}
    expect("附件", platform.report(attached), "accepted")

    fields = notice(code, f"EXAMPLE-{run}-14", "接口示例公告（数据包）")
    expect(
        "数据包", platform.send_package(package("1900", fields, "公告.pdf", b"%PDF-1.7 package")), "accepted"
    )

    withdrawal = {
        "data_set": "1900",
        "key": batch[0]["key"],
        "op": "3",
        "reason": "示例结束",
        "data": {"DATA_TIMESTAMP": stamp()},
    }
    expect("撤回", platform.report(withdrawal), "accepted")

    after, seen = -1, 0
    while True:
        *entries, last = map(json.loads, platform.call(f"/api/feed?after={after}").splitlines())
        seen += sum(run in entry["key"] for entry in entries)
        if last["next"] == after:
            if seen >= 15:
                break
            time.sleep(0.5)
        after = last["next"]
    print(f"变更流：读到本次示例的 {seen} 个版本")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
