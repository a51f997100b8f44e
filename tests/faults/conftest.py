"""One running platform for all tests that only talk to it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.faults.installation import RECORDS, Installation

Post = Callable[..., tuple[httpx.Response, list[dict[str, Any]]]]


@pytest.fixture(scope="package")
def site() -> Iterator[Installation]:
    running = Installation()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="package")
def token(site) -> str:
    return site.token()


@pytest.fixture
def post(site, token) -> Iterator[Post]:
    """Send a body; gives the response and its lines."""
    with site.client(token) as client:

        def posted(content: Any, **headers: str) -> tuple[httpx.Response, list[dict[str, Any]]]:
            response = client.post(RECORDS, content=content, headers=headers)
            assert response.status_code < 500, response.text
            return response, [json.loads(answer) for answer in response.content.splitlines()]

        yield posted
