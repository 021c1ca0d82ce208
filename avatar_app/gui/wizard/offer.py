"""The calibration offered, once, as a quiet card under the picture."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.panels.form import label


class CalibrationOffer(QFrame):
    """Hidden until it is shown; it goes whatever the answer is. ``accepted`` tells of a
    yes, ``declined`` of a no."""

    accepted = pyqtSignal()
    declined = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self.setProperty("level", "info")
        self.setAccessibleName(tr("Calibration offered"))
        self.yes = QPushButton(tr("Calibrate &now…"))
        self.no = QPushButton(tr("Not now"))
        self.no.setProperty("role", "quiet")
        self.hide()

        words = QVBoxLayout()
        words.setSpacing(2)
        question = tr("Shall the avatar follow you more closely?")
        hint = tr("Half a minute of calibration does it; you find it beside Start at any time.")
        words.addWidget(label(question, "heading", wrap=True))
        words.addWidget(label(hint, "muted", wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 10, 8)
        row.addLayout(words, 1)
        row.addWidget(self.no, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.yes, 0, Qt.AlignmentFlag.AlignVCenter)

        self.yes.clicked.connect(self._on_yes)
        self.no.clicked.connect(self._on_no)

    def _on_yes(self) -> None:
        self.hide()
        self.accepted.emit()

    def _on_no(self) -> None:
        self.hide()
        self.declined.emit()
