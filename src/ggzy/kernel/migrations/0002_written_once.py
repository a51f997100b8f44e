"""What is written once, the database keeps: no change, no deletion, no emptying of events and records.

The one change that is allowed is the sequencer's: an event without a place gets one.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION kernel_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'a correction is a new version';
END $$;

CREATE TRIGGER an_event_changes_only_to_get_its_place BEFORE UPDATE ON kernel_event FOR EACH ROW
    WHEN (NOT (OLD.idx IS NULL AND OLD.log_id IS NULL AND NEW.idx IS NOT NULL AND NEW.log_id IS NOT NULL
          AND (OLD.id, OLD.subject, OLD.subject_seq, OLD.type, OLD.actor, OLD.at, OLD.body, OLD.prev, OLD.salt,
               OLD.disclose, OLD.entry)
              IS NOT DISTINCT FROM
              (NEW.id, NEW.subject, NEW.subject_seq, NEW.type, NEW.actor, NEW.at, NEW.body, NEW.prev, NEW.salt,
               NEW.disclose, NEW.entry)))
    EXECUTE FUNCTION kernel_written_once();
CREATE TRIGGER an_event_is_not_deleted BEFORE DELETE ON kernel_event FOR EACH ROW
    EXECUTE FUNCTION kernel_written_once();
CREATE TRIGGER events_are_not_emptied BEFORE TRUNCATE ON kernel_event FOR EACH STATEMENT
    EXECUTE FUNCTION kernel_written_once();

CREATE TRIGGER a_record_is_not_changed BEFORE UPDATE OR DELETE ON kernel_record FOR EACH ROW
    EXECUTE FUNCTION kernel_written_once();
CREATE TRIGGER records_are_not_emptied BEFORE TRUNCATE ON kernel_record FOR EACH STATEMENT
    EXECUTE FUNCTION kernel_written_once();
"""

ALLOW = """
DROP TRIGGER records_are_not_emptied ON kernel_record;
DROP TRIGGER a_record_is_not_changed ON kernel_record;
DROP TRIGGER events_are_not_emptied ON kernel_event;
DROP TRIGGER an_event_is_not_deleted ON kernel_event;
DROP TRIGGER an_event_changes_only_to_get_its_place ON kernel_event;
DROP FUNCTION kernel_written_once();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_the_ledger")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
