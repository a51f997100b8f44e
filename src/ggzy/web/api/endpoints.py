"""Every endpoint of the API, once: addresses and the OpenAPI document are both made from this table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http.response import HttpResponseBase

from ggzy.desks.exchange.envelope import KEY_LENGTH
from ggzy.web.api import acts, evidence, exchange, feed, packages

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Parameter:
    """A query parameter."""

    name: str
    text: str
    type: str = "integer"
    required: bool = False


@dataclass(frozen=True)
class Endpoint:
    """One method on one address. `path` is relative to /api/, with Django's converters."""

    method: str
    path: str
    view: View
    summary: str
    answer: str
    parameters: tuple[Parameter, ...] = ()
    body: str = ""
    schema: dict[str, Any] = field(default_factory=dict)
    secured: bool = False
    keyed: bool = False
    status: int = 200


NDJSON = "application/x-ndjson"
JSON = "application/json"
TEXT = "text/plain"

LINE = {
    "description": "每行一个对象",
    "type": "object",
    "required": ["data_set", "data"],
    "properties": {
        "data_set": {"type": "string", "description": "数据集编号，如 1900"},
        "key": {"type": "string", "maxLength": KEY_LENGTH, "description": "贵系统内不变的记录标识；撤回时必填"},
        "op": {
            "type": "string", "enum": ["1", "2", "3"], "default": "1",
            "description": "1 新增，2 变更（与 1 同样处理：平台自会识别是否已有），3 撤回（公开页面上只留撤回说明）",
        },
        "data": {"type": "object", "description": "该数据集的字段；撤回时只需 DATA_TIMESTAMP"},
        "attachments": {"type": "array", "description": "已上传的附件：name 为文件名，sha256 为上传时的答复"},
        "reason": {"type": "string", "maxLength": 2000, "description": "撤回的理由，向社会公开；缺少时照办，但有提示"},
    },
}  # fmt: skip

ENDPOINTS = (
    Endpoint(
        "POST", "exchange/records", exchange.records, "报送数据：一行一条记录，可为一行或数百万行，可用 gzip 压缩；逐行答复",
        NDJSON, body=NDJSON, schema=LINE, secured=True, keyed=True,
    ),
    Endpoint("POST", "exchange/packages", packages.packages,
             "报送国家标准数据包：ZIP 内为 XML 报文（UTF-8 或 GBK）和以 GUID 命名的附件；可为请求体或表单文件；逐条答复",
             NDJSON, body="application/zip", schema={"type": "string", "format": "binary"}, secured=True, keyed=True),
    Endpoint("POST", "exchange/files", exchange.upload, "上传附件：请求体就是文件本身，不用表单；答复其 SHA-256，随后在记录的 attachments 中引用",
             JSON, body="application/octet-stream", secured=True, status=201),
    Endpoint("GET", "files/<str:digest>", exchange.download, "下载公开记录的附件", "application/octet-stream",
             (Parameter("name", "保存时的文件名", "string"),)),
    Endpoint("GET", "feed", feed.feed, "公开变更流：按存证顺序，不漏不重；可长轮询", NDJSON,
             (Parameter("after", "上次读到的序号，从 -1 开始"), Parameter("wait", "没有新内容时最多等待的秒数，上限 30"))),
    Endpoint("GET", "records/<int:head_id>", feed.record, "一条公开记录的现行版本", JSON),
    Endpoint("GET", "records/<int:head_id>/<int:version>", feed.record, "一条公开记录的指定版本", JSON),
    Endpoint("POST", "acts/<str:name>", acts.act, "办理一项操作，答复结果与存证回执", JSON, body=JSON, secured=True, keyed=True),
    Endpoint("GET", "evidence/record/<int:head_id>/<int:version>", evidence.record, "一个版本的完整存证：从内容到检查点的每一步", JSON),
    Endpoint("GET", "evidence/proof", evidence.proof, "事件的包含证明（c2sp.org/tlog-proof）", TEXT,
             (Parameter("leaf", "叶子哈希，64 位十六进制", "string", required=True),)),
    Endpoint("GET", "evidence/consistency", evidence.consistency, "两个检查点之间的一致性证明", JSON,
             (Parameter("year", "哪一年的日志", required=True), Parameter("old", "较早的树大小", required=True),
              Parameter("new", "较晚的树大小", required=True))),
    Endpoint("GET", "evidence/trace/<path:subject>", evidence.trace, "一个对象的留痕，逐条相连、不可漏列，每条都可重算到叶子；审计令牌可查依法暂不公开的", JSON,
             (Parameter("after", "从第几条之后列起，默认 0"), Parameter("limit", "最多列多少条，默认 100，上限 1000"))),
)  # fmt: skip
