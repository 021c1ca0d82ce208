"""A button that shows a key and takes another."""

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence
from PyQt6.QtWidgets import QPushButton, QWidget

from avatar_app.gui.hotkeys import shown
from avatar_app.gui.language import tr
from avatar_app.translatable import translatable

_WAITING = translatable("Press a key…")
LEAST_WIDTH = 132
"""Room for most keys, so that a change moves nothing."""

_MODIFIERS = {
    Qt.Key.Key_Control,
    Qt.Key.Key_Shift,
    Qt.Key.Key_Alt,
    Qt.Key.Key_Meta,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_unknown,
}


class KeyButton(QPushButton):
    """Shows a key; after a click the next key pressed is announced, "" for Backspace. A click
    elsewhere leaves all as it was. ``named`` is its name for a screen reader, with a ``{key}``."""

    offered = pyqtSignal(str)

    def __init__(self, named: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._named = named
        self._key = ""
        self.is_waiting = False
        self.setMinimumWidth(LEAST_WIDTH)
        self.setAutoDefault(True)  # Enter asks for a key, and does not close the sheet.
        self.clicked.connect(self._on_clicked)

    def show_key(self, key: str) -> None:
        """The key as it is now."""
        self._key, self.is_waiting = key, False
        self.setText(shown(key))
        self.setAccessibleName(self._named.replace("{key}", shown(key)))

    def offer(self, key: str) -> None:
        """Announce a key as if it had been pressed here."""
        self.show_key(self._key)
        self.offered.emit(key)

    def event(self, event: QEvent | None) -> bool:
        """While a key is awaited no shortcut takes it away, nor does Tab leave."""
        if self.is_waiting and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._take(event)
                return True
        return super().event(event)

    def focusOutEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        self.show_key(self._key)
        super().focusOutEvent(event)  # type: ignore[arg-type]

    def _on_clicked(self) -> None:
        self.is_waiting = True
        self.setText(tr(_WAITING))
        self.setFocus()

    def _take(self, event: QKeyEvent) -> None:
        if event.key() in _MODIFIERS:
            return
        if event.key() == Qt.Key.Key_Backspace and not event.modifiers():
            self.offer("")
        else:
            keys = QKeySequence(event.keyCombination())
            self.offer(keys.toString(QKeySequence.SequenceFormat.PortableText))
