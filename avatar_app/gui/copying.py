"""Text for other programs."""

from PyQt6.QtCore import QRect
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QToolTip, QWidget

from avatar_app.gui.language import tr

_TOLD_MS = 1500


def copy_text(text: str, button: QWidget) -> None:
    """Put it into the clipboard, and say so at the button; nothing where the screen has none."""
    clipboard = QGuiApplication.clipboard()
    if clipboard is not None:
        clipboard.setText(text)
        below = button.mapToGlobal(button.rect().bottomLeft())
        QToolTip.showText(below, tr("Copied."), button, QRect(), _TOLD_MS)
