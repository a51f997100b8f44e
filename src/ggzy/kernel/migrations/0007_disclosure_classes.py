"""Disclosure classes, the moments from which all may see, auditors, and the one way to erase.

An event of type evidence.erase erases, by a trigger, what its body names: no erasure without its event, no such
event without its erasure. All other changes to what is written once are refused as before.
"""

from django.db import migrations, models

ERASE = """
CREATE FUNCTION kernel_erasure_is_on_record(erasing uuid, target uuid, place int) RETURNS boolean LANGUAGE sql STABLE
    AS $$ SELECT EXISTS (SELECT 1 FROM kernel_event e WHERE e.id = erasing AND e.type = 'evidence.erase'
                         AND (e.body::json->>'event')::uuid = target
                         AND (e.body::json->>'n')::int IS NOT DISTINCT FROM place) $$;

CREATE FUNCTION kernel_event_may_only_be_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.erased_by IS NULL AND OLD.idx IS NOT NULL AND OLD.type <> 'evidence.erase'
       AND (NEW.disclose, NEW.body, NEW.salt) = ('erased', '{}', ''::bytea)
       AND (NEW.id, NEW.subject, NEW.subject_seq, NEW.type, NEW.actor, NEW.at, NEW.prev, NEW.entry, NEW.log_id, NEW.idx)
           IS NOT DISTINCT FROM
           (OLD.id, OLD.subject, OLD.subject_seq, OLD.type, OLD.actor, OLD.at, OLD.prev, OLD.entry, OLD.log_id, OLD.idx)
       AND kernel_erasure_is_on_record(NEW.erased_by, OLD.id, NULL) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'kernel_event is written once: UPDATE refused'
        USING ERRCODE = 'restrict_violation', HINT = 'a correction is a new version';
END $$;

CREATE FUNCTION kernel_record_may_only_be_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.erased_by IS NULL AND (NEW.public, NEW.private) = ('{}', '{}')
       AND NEW.salts = sha256(substr(OLD.salts, 1, 16) || convert_to(OLD.public, 'UTF8'))
                    || sha256(substr(OLD.salts, 17) || convert_to(OLD.private, 'UTF8'))
       AND (NEW.event_id, NEW.n, NEW.head_id, NEW.version, NEW.data_set, NEW.withdrawn)
           = (OLD.event_id, OLD.n, OLD.head_id, OLD.version, OLD.data_set, OLD.withdrawn)
       AND kernel_erasure_is_on_record(NEW.erased_by, OLD.event_id, OLD.n) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'kernel_record is written once: UPDATE refused'
        USING ERRCODE = 'restrict_violation', HINT = 'a correction is a new version';
END $$;

CREATE FUNCTION kernel_erase() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    target uuid := (NEW.body::json->>'event')::uuid;
    place int := (NEW.body::json->>'n')::int;
    erased int;
BEGIN
    IF place IS NULL THEN
        UPDATE kernel_event SET disclose = 'erased', body = '{}', salt = '', erased_by = NEW.id WHERE id = target;
    ELSE
        UPDATE kernel_head h SET digest = '' FROM kernel_record r
            WHERE (r.event_id, r.n) = (target, place) AND h.id = r.head_id AND h.version = r.version;
        UPDATE kernel_record SET public = '{}', private = '{}', erased_by = NEW.id,
            salts = sha256(substr(salts, 1, 16) || convert_to(public, 'UTF8'))
                 || sha256(substr(salts, 17) || convert_to(private, 'UTF8'))
            WHERE (event_id, n) = (target, place);
    END IF;
    GET DIAGNOSTICS erased = ROW_COUNT;
    IF erased <> 1 THEN
        RAISE EXCEPTION 'there is nothing like % % to erase', target, place USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION kernel_erase() FROM PUBLIC;

DROP TRIGGER an_event_changes_only_to_get_its_place ON kernel_event;
CREATE TRIGGER an_event_changes_only_to_get_its_place_or_be_erased BEFORE UPDATE ON kernel_event FOR EACH ROW
    WHEN (NOT (OLD.idx IS NULL AND OLD.log_id IS NULL AND NEW.idx IS NOT NULL AND NEW.log_id IS NOT NULL
          AND (OLD.id, OLD.subject, OLD.subject_seq, OLD.type, OLD.actor, OLD.at, OLD.body, OLD.prev, OLD.salt,
               OLD.disclose, OLD.entry, OLD.erased_by)
              IS NOT DISTINCT FROM
              (NEW.id, NEW.subject, NEW.subject_seq, NEW.type, NEW.actor, NEW.at, NEW.body, NEW.prev, NEW.salt,
               NEW.disclose, NEW.entry, NEW.erased_by)))
    EXECUTE FUNCTION kernel_event_may_only_be_erased();
DROP TRIGGER a_record_is_not_changed ON kernel_record;
CREATE TRIGGER a_record_changes_only_to_be_erased BEFORE UPDATE ON kernel_record FOR EACH ROW
    EXECUTE FUNCTION kernel_record_may_only_be_erased();
CREATE TRIGGER a_record_is_not_deleted BEFORE DELETE ON kernel_record FOR EACH ROW
    EXECUTE FUNCTION kernel_written_once();
CREATE TRIGGER an_erasure_erases AFTER INSERT ON kernel_event FOR EACH ROW
    WHEN (NEW.type = 'evidence.erase') EXECUTE FUNCTION kernel_erase();

CREATE TRIGGER a_moment_stays BEFORE UPDATE OR DELETE ON kernel_moment FOR EACH ROW
    EXECUTE FUNCTION kernel_written_once();
CREATE TRIGGER moments_are_not_emptied BEFORE TRUNCATE ON kernel_moment FOR EACH STATEMENT
    EXECUTE FUNCTION kernel_written_once();
"""

KEEP = """
DROP TRIGGER moments_are_not_emptied ON kernel_moment;
DROP TRIGGER a_moment_stays ON kernel_moment;
DROP TRIGGER an_erasure_erases ON kernel_event;
DROP TRIGGER a_record_is_not_deleted ON kernel_record;
DROP TRIGGER a_record_changes_only_to_be_erased ON kernel_record;
CREATE TRIGGER a_record_is_not_changed BEFORE UPDATE OR DELETE ON kernel_record FOR EACH ROW
    EXECUTE FUNCTION kernel_written_once();
DROP TRIGGER an_event_changes_only_to_get_its_place_or_be_erased ON kernel_event;
CREATE TRIGGER an_event_changes_only_to_get_its_place BEFORE UPDATE ON kernel_event FOR EACH ROW
    WHEN (NOT (OLD.idx IS NULL AND OLD.log_id IS NULL AND NEW.idx IS NOT NULL AND NEW.log_id IS NOT NULL
          AND (OLD.id, OLD.subject, OLD.subject_seq, OLD.type, OLD.actor, OLD.at, OLD.body, OLD.prev, OLD.salt,
               OLD.disclose, OLD.entry)
              IS NOT DISTINCT FROM
              (NEW.id, NEW.subject, NEW.subject_seq, NEW.type, NEW.actor, NEW.at, NEW.body, NEW.prev, NEW.salt,
               NEW.disclose, NEW.entry)))
    EXECUTE FUNCTION kernel_written_once();
DROP FUNCTION kernel_erase();
DROP FUNCTION kernel_record_may_only_be_erased();
DROP FUNCTION kernel_event_may_only_be_erased();
DROP FUNCTION kernel_erasure_is_on_record(uuid, uuid, int);
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0006_witnessed")]
    operations = [
        migrations.CreateModel(
            "Moment",
            [
                ("chain", models.TextField(primary_key=True, serialize=False, help_text="the sealed chain: see disclosure.chain_of")),
                ("event_id", models.UUIDField(db_index=True, help_text="the event that discloses it")),
            ],
        ),
        migrations.CreateModel(
            "Auditor",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField(unique=True)),
                ("name", models.TextField()),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField("event", "erased_by", models.UUIDField(null=True, help_text="the event that erased body and salt")),
        migrations.AddField(
            "record", "erased_by", models.UUIDField(null=True, help_text="the event that erased both parts and their salts")
        ),
        migrations.AlterField(
            "event",
            "disclose",
            models.TextField(default="public", help_text="who may see it, from when: see disclosure.CLASSES"),
        ),
        migrations.AlterField(
            "record",
            "salts",
            models.BinaryField(help_text="16 bytes for each part, public first; of an erased version the parts' digests"),
        ),
        migrations.AddConstraint(
            "event",
            models.CheckConstraint(
                name="an_event_is_of_a_known_disclosure_class",
                condition=models.Q(disclose__in=["public", "after_open", "after_award", "audit", "cover", "erased"]),
            ),
        ),
        migrations.RunSQL(ERASE, KEEP),
    ]
