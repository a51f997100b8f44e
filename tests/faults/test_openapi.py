"""Whatever the described interface allows, and much that it does not: never a 5xx, never an answer unlike its description."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ggzy.web.api import openapi
from tests.faults.installation import RECORDS, until
from tests.faults.stream import new

pytestmark = [pytest.mark.xdist_group("site")]  # they share one installation
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@schemathesis.serializer("application/x-ndjson", "application/zip")
def as_it_is(_context, value: object) -> bytes:
    """Bytes as they are, texts in UTF-8, anything else as a line of JSON."""
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value)).encode("utf-8", "surrogatepass")


@pytest.fixture(scope="package")
def described(site, token):
    """The interface as the running platform describes it, with a record on the log to ask about."""
    with site.client(token) as client:
        answer = json.loads(client.post(RECORDS, content=new()).text.splitlines()[0])
        assert answer["status"] == "accepted"
    until(lambda: site.rows("SELECT 1 FROM kernel_event WHERE idx >= 0"), 30)
    return schemathesis.openapi.from_url(f"{site.url}/api/openapi.json")


OPERATIONS = [(path, method) for path, item in openapi.document()["paths"].items() for method in item]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_request_breaks_the_interface(described, token, path, method, mode):
    operation = described[path][method]

    @settings(max_examples=25, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode))
    def holds(case):
        if "wait" in (case.query or {}):
            case.query["wait"] = 0  # a test has no half minutes to wait
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS, timeout=30)

    try:
        holds()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "no request can be made from the description"
