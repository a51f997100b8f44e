"""The page of a year's log, and the program with which a stranger checks it."""

import hashlib
import re
import tarfile
import tomllib
from io import BytesIO

import pytest

from ggzy.kernel import clock
from ggzy.kernel.ledger import years
from ggzy.web.portal import program
from tests.web.portal.test_pages import text_of


@pytest.fixture
def year(send, line, sequence) -> int:
    """The year of a log with three records in it."""
    send(*(line("500", PROJECT_CODE=f"E31000000010000{i:02}") for i in range(3)))
    sequence()
    return years.year(clock.now())


def test_a_years_log_says_its_size_and_how_to_check_it(client, year):
    page = client.get(f"/evidence/{year}")
    checkpoint = client.get(f"/evidence/{year}/checkpoint").getvalue().decode()
    seen = text_of(page)
    assert f"条数 {int(checkpoint.splitlines()[1]):,}" in seen
    assert checkpoint.splitlines()[2] in seen
    assert f"ggzy verify http://testserver/evidence/{year}" in seen
    assert "pip install http://testserver/evidence/ggzy.tar.gz" in seen
    assert program.digest() in seen
    for address in re.findall(rf'href="(/evidence/{year}/[^"]+)"', page.content.decode()):
        assert client.get(address).status_code == 200, address


def test_a_slash_more_is_the_same_page_and_another_year_is_said_to_have_none(client, year):
    assert client.get(f"/evidence/{year}/").headers["Location"] == f"/evidence/{year}"
    assert client.get("/evidence/1999").status_code == 404
    assert f'href="/evidence/{year}"' in client.get("/evidence").content.decode()


def test_the_program_is_whole_the_same_each_time_and_holds_nothing_of_this_machine(client, ledger):
    packed = client.get("/evidence/ggzy.tar.gz").content
    assert hashlib.sha256(packed).hexdigest() == program.digest()
    make = program.archive.__wrapped__
    assert make() == make()
    with tarfile.open(fileobj=BytesIO(packed)) as tar:
        names = tar.getnames()
        project = tomllib.loads(tar.extractfile("ggzy/pyproject.toml").read().decode())
    assert project["project"]["scripts"]["ggzy"] == "ggzy.web.cli:main"
    assert "ggzy/src/ggzy/kernel/tlog/verify.py" in names
    assert not [name for name in names if "__pycache__" in name or "/var/" in name or "/." in name]
