"""Taking a new key for sealed fields: everything is sealed anew, broken off or not, and old keys go when nothing needs them."""

from uuid import uuid4

import pytest
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection

from ggzy.commons.identity.models import Account
from ggzy.kernel import clock
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Forbidden
from ggzy.kernel.privacy import keyring, rotating
from ggzy.kernel.privacy.sealed import key_name

OPERATOR = Act("operator:zhang", "operator", "console")


@pytest.fixture
def people(db):
    """Some accounts with sealed names, one of them with a document, and one that has neither."""
    made = [Account(login=f"p{n}", name=f"甲{n}", number=uuid4(), created_at=clock.now()) for n in range(7)]
    made[0].document, made[6].name = "310101199003070003", ""
    return Account.objects.bulk_create(made)


def _keys() -> set[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM commons_account WHERE length(name) > 0 UNION ALL SELECT document FROM commons_account WHERE length(document) > 0")
        return {key_name(bytes(row[0])) for row in cursor.fetchall()}


def test_after_a_rotation_all_lies_under_the_new_key_and_the_old_one_can_go(people):
    old = keyring.newest()
    new = perform(OPERATOR, "keys.rotate").result
    assert _keys() == {old}
    assert perform(OPERATOR, "keys.retire").result == [], "an old key stays while anything lies under it"
    assert sum(done for _, done in rotating.reseal()) == 7
    assert _keys() == {new}
    assert perform(OPERATOR, "keys.retire").result == [old] and keyring.names() == [new]
    assert sorted(Account.objects.values_list("name", flat=True)) == ["", *(f"甲{n}" for n in range(6))]
    assert Account.objects.get(login="p0").document == "310101199003070003"


def test_broken_off_it_goes_on_where_it_was(people, monkeypatch):
    monkeypatch.setattr(rotating, "_AT_ONCE", 2)  # so that some rows reach the limit
    perform(OPERATOR, "keys.rotate")
    steps = rotating.reseal()
    next(steps), steps.close()
    assert len(_keys()) == 2
    assert sum(done for _, done in rotating.reseal()) == 5
    assert len(_keys()) == 1


def test_a_sealed_field_cannot_be_searched_or_dumped(people):
    with pytest.raises(FieldError, match="blind index"):
        Account.objects.filter(name="甲1").exists()
    with pytest.raises(CommandError, match="not dumped"):
        call_command("dumpdata", "commons.account", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM commons_account WHERE position(%s in name) > 0", ["甲".encode()])
        assert cursor.fetchone() == (0,)


def test_only_an_operator_changes_keys(db):
    for name in ("keys.rotate", "keys.retire"):
        with pytest.raises(Forbidden):
            perform(Act("account:x", "sysadmin", "web"), name)
