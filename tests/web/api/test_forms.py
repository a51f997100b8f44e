"""Bodies that are wrapped in a form: told how to be sent, and nothing of them is kept."""

from ggzy.desks.exchange.models import Quarantined


def test_records_in_a_form_are_told_how_to_be_sent_and_leave_no_junk(client, token):
    form = "multipart/form-data; boundary=x"
    answer = client.post("/api/exchange/records", b"--x\r\n", content_type=form, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (415, "file.not_raw")
    assert not Quarantined.objects.exists()
