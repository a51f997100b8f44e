"""The OpenAPI document, made from the endpoints and from the actions' signatures."""

import re
from typing import Any

import msgspec
from django.conf import settings

from ggzy import __version__
from ggzy.kernel.actions import ACTIONS, Action
from ggzy.web.api.endpoints import ENDPOINTS, Endpoint

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "稳定的错误代码"},
        "detail": {"type": "string", "description": "哪里不对、怎么办"},
    },
}
_CONVERTED = {"int": {"type": "integer", "minimum": 0}, "str": {"type": "string"}, "path": {"type": "string"}}


def document() -> dict[str, Any]:
    """The whole interface as OpenAPI 3.1."""
    doors = [a for a in ACTIONS.values() if a.door]
    schemas, components = msgspec.json.schema_components([a.schema for a in doors], ref_template="#/components/schemas/{name}")
    paths: dict[str, Any] = {}
    for endpoint in ENDPOINTS:
        if endpoint.path.startswith("acts/"):
            for door, schema in zip(doors, schemas, strict=True):
                paths[f"/api/acts/{door.name}"] = {"post": _act(endpoint, door, schema)}
        else:
            address = "/api/" + re.sub(r"<\w+:(\w+)>", r"{\1}", endpoint.path)
            paths.setdefault(address, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "ggzy 公共资源交易平台接口", "version": __version__, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM, **components},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }  # fmt: skip


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _CONVERTED[kind]}
        for kind, name in re.findall(r"<(\w+):(\w+)>", endpoint.path)
        if not endpoint.path.startswith("acts/")
    ]
    parameters += [
        {"name": p.name, "in": "query", "required": p.required, "description": p.text, "schema": {"type": p.type}}
        for p in endpoint.parameters
    ]
    if endpoint.keyed:
        parameters.append(
            {"name": "Idempotency-Key", "in": "header", "description": f"同一请求重复发送只办理一次；答复保存 {settings.ANSWER_DAYS} 天，之后再发视为新请求",
             "schema": {"type": "string", "maxLength": 255}}
        )  # fmt: skip
    operation: dict[str, Any] = {
        "operationId": f"{endpoint.method.lower()}_{re.sub(r'[^a-z]+', '_', endpoint.path.lower()).strip('_')}",
        "summary": endpoint.summary,
        "parameters": parameters,
        "responses": {
            str(endpoint.status): {"description": "已办理", "content": {endpoint.answer: {"schema": {}}}},
            "default": {
                "description": "未受理",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
    }
    if endpoint.body:
        operation["requestBody"] = {"required": True, "content": {endpoint.body: {"schema": endpoint.schema}}}
    if endpoint.secured:
        operation["security"] = [{"bearer": []}]
    return operation


def _act(endpoint: Endpoint, door: Action, schema: dict[str, Any]) -> dict[str, Any]:
    operation = _operation(endpoint)
    operation["operationId"] = door.name
    operation["summary"] = door.title
    operation["description"] = f"{door.summary}\n\n{door.may.text}"
    operation["requestBody"]["content"][endpoint.body]["schema"] = schema
    return operation
