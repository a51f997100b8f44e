"""Django looks for an app's tables here; each is described where it is used."""

from ggzy.commons.files.models import StoredFile

__all__ = ["StoredFile"]
