"""A personal field lies sealed, opens only in its own column, and survives a change of keys."""

import pytest

from ggzy.kernel.privacy import keyring
from ggzy.kernel.privacy.blind import blind
from ggzy.kernel.privacy.sealed import Damaged, key_name, seal, unseal


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path
    return tmp_path


def test_the_text_comes_back_and_does_not_show():
    sealed = seal("310101199001011237", "account.document")
    assert unseal(sealed, "account.document") == "310101199001011237"
    assert b"3101" not in sealed
    assert seal("310101199001011237", "account.document") != sealed


def test_what_was_moved_or_changed_does_not_open():
    sealed = seal("13800138000", "account.phone")
    with pytest.raises(Damaged):
        unseal(sealed, "account.document")
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises((Damaged, keyring.UnknownKey)):
            unseal(changed, "account.phone")


def test_a_new_key_seals_and_the_old_one_still_opens(home):
    sealed = seal("甲", "a.b")
    name = keyring.add()
    again = seal("甲", "a.b")
    assert key_name(again) == name != key_name(sealed)
    assert unseal(sealed, "a.b") == unseal(again, "a.b") == "甲"
    assert {path.stat().st_mode & 0o777 for path in (home / "keys" / "fields").iterdir()} == {0o600}


def test_a_lost_key_is_named():
    sealed = seal("甲", "a.b")
    keyring.add()
    keyring.drop(key_name(sealed))
    with pytest.raises(keyring.UnknownKey, match=key_name(sealed).hex()):
        unseal(sealed, "a.b")


def test_one_number_has_one_digest_however_it_was_typed():
    assert blind("phone", "138 0013-8000") == blind("phone", "１３８００１３８０００")
    assert blind("document", "11010519491231002x") == blind("document", "11010519491231002X")
    assert blind("phone", "13800138000") != blind("account", "13800138000")
