"""Records as the ledger writes them: what a key holds stays within its own column."""

from uuid import UUID

import pytest
from django.db import connection, transaction

from ggzy.kernel.ledger import records
from ggzy.kernel.ledger.models import Head, Record

EVENT = UUID("01890000-0000-7000-8000-000000000000")
AWKWARD = (
    *("a\tb", "a\nb", "a\rb", "a\\b", "\\N", "\\.", "\\t", '"', "'", "é甲𠮷"),
    "a\t1\t\t\t00000000000000000000000000000000\t0\tf\n77777\tOTHER\t503\tK",
)


@pytest.mark.parametrize("key", AWKWARD)
def test_a_key_never_reaches_into_another_column_or_row(db, key):
    content = '{"A":"\\\\N \\" \\t 甲"}'.encode()
    candidate = records.Candidate("503", key, "20260101000000", content, b'{"B":"\\\\"}')
    with transaction.atomic():
        verdicts, new = records.decide("91310000MA1FL0001A", [candidate])
        records.write("91310000MA1FL0001A", EVENT, new)
    (head,) = Head.objects.all()
    assert (head.id, head.source, head.key) == (verdicts[0].head_id, "91310000MA1FL0001A", key)
    (record,) = Record.objects.all()
    assert (record.head_id, record.public.encode(), record.private) == (head.id, content, '{"B":"\\\\"}')
    again, nothing = records.decide("91310000MA1FL0001A", [candidate])
    assert (again[0].outcome, nothing) == ("unchanged", [])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_record")
        assert cursor.fetchone() == (1,)
