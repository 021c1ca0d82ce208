"""A question beside what it is about, instead of a dialog over the window."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from avatar_app.gui.panels.form import label


class ConfirmBar(QFrame):
    """Asks once for each ``ask``; nothing else in the window is blocked meanwhile. The harmless
    answer has the focus, and hiding the bar is that answer. ``level`` is info, warning or error.
    """

    confirmed = pyqtSignal()

    def __init__(
        self,
        question: str,
        yes: str,
        no: str,
        parent: QWidget | None = None,
        *,
        level: str = "error",
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self.setProperty("level", level)
        self.setAccessibleName(question)
        self.yes = QPushButton(yes)
        self.no = QPushButton(no)

        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 10, 8)
        row.addWidget(label(question, "plain", wrap=True), 1)
        row.addWidget(self.no)
        row.addWidget(self.yes)

        self.yes.clicked.connect(self._on_yes)
        self.no.clicked.connect(self.hide)
        self.hide()

    def ask(self) -> None:
        """Show the question."""
        self.show()
        self.no.setFocus()

    def _on_yes(self) -> None:
        self.hide()
        self.confirmed.emit()
