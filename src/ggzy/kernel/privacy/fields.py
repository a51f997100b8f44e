"""A column whose text lies sealed in the database and is plain in Python."""

from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from ggzy.kernel.privacy.sealed import seal, unseal


class SealedText(models.BinaryField):
    """Text that only this installation can read; an empty text lies there as nothing.

    It cannot be searched: give it a blind index (blind.py) in a column beside it.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"default": "", "editable": True, **options})

    @property
    def label(self) -> str:
        """What binds the content to its column."""
        return f"{self.model._meta.db_table}.{self.column}"

    def from_db_value(self, value: bytes | None, *_: Any) -> str | None:
        """Sealed bytes to text."""
        return value if value is None else self.open(value)

    def open(self, data: bytes) -> str:
        """The text of what lies in this column."""
        return unseal(bytes(data), self.label) if data else ""

    def get_db_prep_value(self, value: str | bytes | None, connection: Any, prepared: bool = False) -> Any:
        """Text to sealed bytes."""
        if isinstance(value, str):
            value = seal(value, self.label) if value else b""
        return super().get_db_prep_value(value, connection, prepared)

    def _check_str_default_value(self) -> list[Any]:
        return []  # bytes lie in the column, text is what Python sees

    def get_default(self) -> str:
        """Nothing."""
        return ""

    def value_to_string(self, obj: models.Model) -> str:
        """A dump never holds it."""
        raise FieldError(f"{self.label} is sealed and is not dumped")

    def get_lookup(self, lookup_name: str) -> Any:
        """Only whether there is anything: the same text is sealed differently each time."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.label} is sealed: search by its blind index")
        return super().get_lookup(lookup_name)
