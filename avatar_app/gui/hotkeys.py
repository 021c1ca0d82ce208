"""The keys of the window: one shortcut for each action of the table."""

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QWidget

from avatar_app.gui.actions import ACTIONS, PANIC, KeyMap


class Hotkeys(QObject):
    """``pressed`` carries the name of an action. The keys work while the window has the focus;
    typing in a text field goes there, and Escape closes an open list or dialog first."""

    pressed = pyqtSignal(str)

    def __init__(self, window: QWidget, keys: KeyMap) -> None:
        super().__init__(window)
        self._shortcuts: dict[str, QShortcut] = {}
        for action in ACTIONS:
            shortcut = QShortcut(window)
            shortcut.setAutoRepeat(False)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(lambda name=action.name: self.pressed.emit(name))
            self._shortcuts[action.name] = shortcut
        self.keys = keys
        self.use(keys)

    def use(self, keys: KeyMap) -> None:
        """Other keys from now on."""
        self.keys = keys
        for name, shortcut in self._shortcuts.items():
            shortcut.setKey(QKeySequence(keys.key(name)))
        panic = self._shortcuts[PANIC]
        everywhere = keys.key(PANIC) != "Esc"  # In a dialog Escape belongs to the dialog.
        context = Qt.ShortcutContext
        panic.setContext(context.ApplicationShortcut if everywhere else context.WindowShortcut)


def shown(key: str) -> str:
    """A key in the words of this system; a dash for none."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) or "–"
