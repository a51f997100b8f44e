"""The API page's own example works as it stands."""

import html
import json
import re

from ggzy.desks.exchange.demo.trial import TRIAL
from ggzy.desks.exchange.prepare import Reporter


def test_the_example_on_the_page_is_accepted_without_a_warning(client, send):
    page = client.get("/api/").content.decode()
    line = html.unescape(re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)[0])
    trial = Reporter(TRIAL.code, f"system:{TRIAL.code}", TRIAL.data_sets)
    (answer,) = send(line.encode(), reporter=trial)
    assert answer["status"] == "accepted"
    assert "warnings" not in answer
    assert json.loads(line)["data"]["TITLE"].endswith("（演示）")
