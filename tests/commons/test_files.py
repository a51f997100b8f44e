"""The file store keeps what it was given, whatever was cut short before."""

from hashlib import sha256
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from ggzy.commons.files import store
from ggzy.kernel.errors import NotFound, TooLarge


def test_the_same_bytes_are_stored_once(db):
    first, second = store.save([b"ab", b"cd"], "text/plain"), store.save([b"abcd"], "application/pdf")
    assert (first.digest, second.size, second.media_type) == (second.digest, 4, "text/plain")
    assert store.read(first.digest).read() == b"abcd"


@pytest.mark.parametrize("known", [True, False])
def test_a_file_that_was_cut_short_is_written_again(db, known):
    content = b"0123456789"
    digest = sha256(content).hexdigest()
    if known:
        store.save([content], "text/plain")
    fragment = Path(default_storage.path(store.path(digest)))
    fragment.parent.mkdir(parents=True, exist_ok=True)
    fragment.write_bytes(content[:5])
    store.save([content], "text/plain")
    assert store.read(digest).read() == content
    assert [path.name for path in fragment.parent.iterdir()] == [digest]


def test_too_large_a_file_leaves_nothing(db):
    with pytest.raises(TooLarge, match="0 MB"):
        store.save([b"x" * 11], "text/plain", limit=10)
    with pytest.raises(NotFound):
        store.read(sha256(b"x" * 11).hexdigest())
