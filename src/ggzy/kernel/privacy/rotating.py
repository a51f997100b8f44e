"""Taking a new key for sealed fields: everything is sealed anew, row by row, while the platform runs."""

from collections.abc import Iterator
from functools import partial

from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

from ggzy.kernel.act import Act
from ggzy.kernel.actions import Outcome, action, has_role
from ggzy.kernel.privacy import keyring
from ggzy.kernel.privacy.fields import SealedText
from ggzy.kernel.privacy.sealed import seal

_AT_ONCE = 500

_is_operator = has_role("operator", text="只有平台运维人员可以更换字段加密密钥")


@action("keys.rotate", "更换字段加密密钥", subject=lambda act, **_: "keys", may=_is_operator, door=False)
def rotate(act: Act) -> Outcome:
    """Take a new key for personal fields; what lies under older ones is sealed anew afterwards (reseal)."""
    before = keyring.names()
    name = keyring.add()
    return Outcome(name, {"key": name.hex(), "before": [old.hex() for old in before]})


@action("keys.retire", "停用旧的字段加密密钥", subject=lambda act, **_: "keys", may=_is_operator, door=False)
def retire(act: Act) -> Outcome:
    """Forget the keys under which nothing lies any more; the newest stays."""
    used = {name for field in sealed_fields() for name in _names_in(field)} | {keyring.newest()}
    gone = [name for name in keyring.names() if name not in used]
    for name in gone:
        transaction.on_commit(partial(keyring.drop, name))
    return Outcome(gone, {"retired": [name.hex() for name in gone]})


def sealed_fields() -> list[SealedText]:
    """Every column of this installation that lies sealed."""
    return [f for model in apps.get_models() for f in model._meta.concrete_fields if isinstance(f, SealedText)]


def reseal() -> Iterator[tuple[str, int]]:
    """Seal anew what lies under older keys; yields each column with the number of rows done, batch by batch.

    Broken off at any point, it goes on where it was.
    """
    newest = keyring.newest()
    for field in sealed_fields():
        while done := _reseal_some(field, newest):
            yield field.label, done


def _reseal_some(field: SealedText, newest: bytes) -> int:
    names = _identifiers(field)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "SELECT {key}, {column} FROM {table} WHERE length({column}) > 0 AND substr({column}, 2, 4) <> %s"
                " LIMIT %s FOR UPDATE"
            ).format(**names),
            [newest, _AT_ONCE],
        )
        rows = [(seal(field.open(data), field.label), key) for key, data in cursor.fetchall()]
        cursor.executemany(sql.SQL("UPDATE {table} SET {column} = %s WHERE {key} = %s").format(**names), rows)
    return len(rows)


def _names_in(field: SealedText) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT DISTINCT substr({column}, 2, 4) FROM {table} WHERE length({column}) > 0").format(
                **_identifiers(field)
            )
        )
        return [bytes(name) for (name,) in cursor.fetchall()]


def _identifiers(field: SealedText) -> dict[str, sql.Identifier]:
    table = field.model._meta
    names = {"table": table.db_table, "column": field.column, "key": table.pk.column}
    return {role: sql.Identifier(str(name)) for role, name in names.items()}
