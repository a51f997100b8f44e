"""Looking records up costs the same however many there are."""

from django.db import connection

from ggzy.kernel.ledger import records
from ggzy.kernel.ledger.records import Candidate


def test_a_large_batch_is_looked_up_by_the_index_and_not_by_reading_all_heads(db):
    batch = [Candidate("500", f"K-{n}", "20260101000000", b"{}", b"{}") for n in range(4000)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_head (source, data_set, key, version, stamp, digest, n, withdrawn, event_id)"
            " SELECT 'S', '500', 'K-' || n, 1, '', '', 0, false, gen_random_uuid() FROM generate_series(1, 20000) n"
        )
        cursor.execute("ANALYZE kernel_head")
        cursor.execute(f"EXPLAIN {records._HEADS}", records._given("S", batch))
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in plan, plan
    assert len(records._heads("S", batch)) == 3999
