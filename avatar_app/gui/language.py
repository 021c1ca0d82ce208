"""The window's texts in the user's language."""

from PyQt6.QtCore import QCoreApplication

_CONTEXT = "avatar_app"


def tr(english: str, **values: object) -> str:
    """The text in the language of the application, with ``{name}`` filled in from ``values``.

    ``english`` is a literal where it can be, so that the texts can be collected; a sentence of the
    core (a Problem's, a setting's title) goes through it as it is. Call it when the text is shown:
    what is kept from loading a module stays English."""
    said = QCoreApplication.translate(_CONTEXT, english)
    return said.format(**values) if values else said
