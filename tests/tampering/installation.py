"""A whole installation made through the real path, with everything in it that somebody could tamper with."""

import os
from base64 import b64encode
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from psycopg import sql

from ggzy.commons.files import store
from ggzy.kernel import clock
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.ledger import keys, records, years
from ggzy.kernel.ledger.emit import Emitted, Happening, emit, emit_all, hold
from ggzy.kernel.ledger.models import Event, Log
from ggzy.kernel.oversight import erasing  # noqa: F401 - registers the action
from ggzy.kernel.sequencing.sequencer import sequence
from ggzy.kernel.tlog import note, receipt, tree
from ggzy.kernel.tlog.checkpoint import Checkpoint

SYSTEM = "91310000MA1FL0000X"
GROUND = "个人信息保护法第四十七条，测字〔2026〕1号"


class Installation:
    """Some 300 events in two batches of the sequencer, records in several versions, sealed, erased and cover ones."""

    def __init__(self) -> None:
        self.batch = self.publish({"a": "1", "b": "2"})
        self.happen("lot/7", person="张三", n=1)
        self.erased = self.happen("lot/7", person="李四", n=2)
        self.happen("lot/7", person="王五", n=3)
        self.sealed = self.happen("lot/7", "after_open", bid=1)
        sequence()
        self.update = self.publish({"a": "3"})
        self.personal = self.publish({"c": "4", "d": "5"})
        with transaction.atomic():
            emit_all(
                hold("lot/9"), [Happening("lot.test", "clock", clock.now(), {"n": n}) for n in range(260)]
            )
        self.opening = self.happen("lot/7", discloses=("after_open",), opened=True)
        sequence()
        self.erase(self.erased)
        self.erase(self.personal, n=0)
        self.file = store.save([os.urandom(16)], "text/plain").digest
        sequence()

    def happen(
        self, subject: str, disclose: str = "public", discloses: tuple[str, ...] = (), **body: Any
    ) -> Emitted:
        """One event."""
        with transaction.atomic():
            return emit(
                hold(subject), type="lot.test", actor="clock", at=clock.now(), body=body, disclose=disclose,
                discloses=discloses,
            )  # fmt: skip

    def publish(self, contents: dict[str, str]) -> Emitted:
        """One event with records, as an action publishes them."""
        candidates = [
            records.Candidate(
                "500", key, f"2026010100000{text}", b'{"t":"%b"}' % text.encode(), b'{"phone":"1"}'
            )
            for key, text in contents.items()
        ]
        with transaction.atomic():
            chain = hold(f"platform/{SYSTEM}")
            _, new = records.decide(SYSTEM, candidates)
            root = b64encode(tree.root_of(records.leaves(SYSTEM, new))).decode()
            made = emit(
                chain, type="lot.records", actor=f"system:{SYSTEM}", at=clock.now(),
                body={"records": len(new), "root": root},
            )  # fmt: skip
            records.write(SYSTEM, made.event_id, new)
        return made

    def erase(self, event: Emitted, **more: int) -> None:
        """Erase by the law, as an operator does."""
        act = Act("operator:test", "operator", "command")
        perform(act, "evidence.erase", event=str(event.event_id), ground=GROUND, **more)

    @property
    def log(self) -> Log:
        return Log.objects.get()

    @property
    def folder(self) -> Path:
        return years.folder(self.log.pk)

    def of(self, event: Emitted | UUID) -> Event:
        """The row of an event."""
        return Event.objects.get(pk=event if isinstance(event, UUID) else event.event_id)

    def signed(self, size: int, root: bytes) -> str:
        """A checkpoint signed with the log's own keys, as their thief could."""
        return note.sign(Checkpoint(self.log.origin, size, root).text, keys.log_signers(self.log.origin))

    def flip(self, name: str, at: int = 5) -> None:
        """Turn one bit of a published file."""
        path = self.folder / name
        content = bytearray(path.read_bytes())
        content[at] ^= 1
        path.write_bytes(content)


def change(table: str, statement: str, *values: object) -> None:
    """What a superuser can do to a table: without its triggers. Exactly one row is touched."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        assert cursor.rowcount == 1, statement
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def flip_row(table: str, where: str, *values: object) -> None:
    """Turn one bit of a tile or bundle in the database."""
    change(
        table, f"UPDATE {table} SET data = set_byte(data, 5, get_byte(data, 5) # 1) WHERE {where}", *values
    )


def verify(*args: str, **options: Any) -> tuple[int, str]:
    """`ggzy verify …`: its exit code and what it says."""
    out = StringIO()
    try:
        call_command("verify", *args, stdout=out, **options)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue()
    return 0, out.getvalue()


class Backup:
    """A copy of the database as it is now, that can be put back."""

    def __init__(self) -> None:
        self._name = settings.DATABASES["default"]["NAME"]
        self._copy(f"{self._name}_backup", self._name)

    def restore(self) -> None:
        """Put the copy in the place of the database."""
        self._copy(self._name, f"{self._name}_backup")
        self.forget()

    def forget(self) -> None:
        """Drop the copy."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", f"{self._name}_backup")

    def _copy(self, new: str, old: str) -> None:
        connections.close_all()
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", new)
        self._run("CREATE DATABASE {} TEMPLATE {}", new, old)

    def _run(self, statement: str, *names: str) -> None:
        connections.close_all()
        with psycopg.connect(settings.DATABASE_URL, autocommit=True) as admin:
            admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def receipt_for(leaf: bytes) -> str:
    """A rightly signed receipt for this leaf."""
    return receipt.sign(
        receipt.Receipt(years.origin(years.year(clock.now())), leaf, 1), keys.receipt_signer()
    )
