"""Text for other programs."""

from PyQt6.QtGui import QGuiApplication


def copy_text(text: str) -> None:
    """Put it into the clipboard; nothing where the screen has none."""
    clipboard = QGuiApplication.clipboard()
    if clipboard is not None:
        clipboard.setText(text)
