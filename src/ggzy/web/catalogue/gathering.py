"""From the code to the catalogue, and from the catalogue to what gettext and the scripts read (needs Babel)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings

from ggzy.web.catalogue.tables import tables

SOURCE = settings.BASE_DIR / "src/ggzy"
FOLDER = settings.BASE_DIR / "src/ggzy/locale/en/LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
SCRIPT = SOURCE / "web/static/english.js"
_PYTHON = [("**.py", "python")]
_PAGES = [("**.html", "jinja2")]
_SCRIPTS = [("**.js", "javascript")]
_IN_SCRIPTS = {"gettext": None, "counted": (1, 1)}
_THEN = datetime(2026, 1, 1, tzinfo=UTC)  # a catalogue differs from another by what it says, not by when it was made
_HEADER = """# The platform in English. Write the English here; `ggzy english` gathers what is new and compiles."""


def gathered() -> Catalog:
    """Every sentence in the code, with no English yet."""
    catalogue = Catalog(locale="en", charset="utf-8")
    for folder, methods in ((SOURCE, _PYTHON), (SOURCE / "web/templates", _PAGES)):
        for name, _line, message, _comments, _context in extract_from_dir(folder, methods):
            if not name.startswith(("mail/", "locale/")):
                catalogue.add(message, locations=[(_place(folder, name), 0)])
    for name, message in _of_scripts():
        catalogue.add(message, locations=[(name, 0)])
    for name, words in tables():
        for word in filter(None, words):
            catalogue.add(word, locations=[(name, 0)])
    return catalogue


def _of_scripts() -> Iterator[tuple[str, str | tuple[str, str]]]:
    """A sentence that has a number in it is a pair, as gettext wants it, of the same sentence."""
    folder = SOURCE / "web/static"
    for name, _line, message, _comments, _context in extract_from_dir(folder, _SCRIPTS, keywords=_IN_SCRIPTS):
        yield _place(folder, name), message


def _place(folder: Path, name: str) -> str:
    return (folder / name).relative_to(SOURCE).as_posix()


def merged() -> Catalog:
    """What is in the code, with the English that is known; what is new has none, what has gone is gone."""
    catalogue = read_po(BytesIO(PO.read_bytes()), locale="en") if PO.exists() else Catalog(locale="en")
    catalogue.update(gathered(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.creation_date = catalogue.revision_date = _THEN
    catalogue.project, catalogue.version, catalogue.header_comment, catalogue.fuzzy = "ggzy", "1", _HEADER, False
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = ""
    return catalogue


def missing(catalogue: Catalog) -> list[str]:
    """The sentences that say nothing yet in English, or something doubtful."""
    return [_id(message) for message in catalogue if message.id and (message.fuzzy or not all(_said(message)))]


def _id(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _said(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string or "",)


def po(catalogue: Catalog) -> bytes:
    """The catalogue for people, file by file."""
    written = BytesIO()
    write_po(written, catalogue, width=0, sort_by_file=True, include_lineno=False)
    return written.getvalue()


def mo(catalogue: Catalog) -> bytes:
    """The catalogue for gettext."""
    written = BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def script(catalogue: Catalog) -> bytes:
    """The part of it that scripts need: sentence by sentence, a pair where a number decides."""
    said = {}
    for _name, message in _of_scripts():
        known = catalogue.get(message if isinstance(message, str) else message[0])
        said[_id(known)] = known.string
    words = json.dumps(dict(sorted(said.items())), ensure_ascii=False, indent=1)
    return f"// Made by `ggzy english`.\nglobalThis.TRANSLATIONS = {words};\n".encode()
