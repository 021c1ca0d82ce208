"""For some seconds after a removal: what went, and the way back."""

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.panels.form import label

SHOWN_MS = 10_000

_NATIVE = QKeySequence.SequenceFormat.NativeText


class UndoBar(QFrame):
    """Hidden until something was removed; goes by itself."""

    undo_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self.words = label("", "heading")
        self.undo = QPushButton(tr("Undo"))
        self.undo.setProperty("role", "quiet")
        self.undo.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
        self.undo.setToolTip(self.undo.shortcut().toString(_NATIVE))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)

        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 6, 4)
        row.addWidget(self.words, 1)
        row.addWidget(self.undo, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

        self.undo.clicked.connect(self.bring_back)
        self._timer.timeout.connect(self.hide)

    def show_removed(self, name: str) -> None:
        """Say that an avatar was removed."""
        self.words.setText(tr("{name} was removed.", name=name))
        self.setAccessibleName(self.words.text())
        self.undo.setAccessibleName(tr("Undo: bring {name} back", name=name))
        self.show()
        self._timer.start()

    def put_away(self) -> None:
        """Hide it now; for closing, too."""
        self._timer.stop()
        self.hide()

    def bring_back(self) -> None:
        """What a click on Undo does."""
        self.put_away()
        self.undo_wanted.emit()
