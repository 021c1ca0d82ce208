"""A question beside what it is about, instead of a dialog over the window."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QWidget

from avatar_app.gui.panels.form import label

_MOST_LINES = 2.5
"""A question of more lines has its answers below it."""


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
        self.yes = QPushButton(yes)
        self.no = QPushButton(no)

        self._question = label("", "plain", wrap=True)
        self._answers = QHBoxLayout()
        self._answers.addStretch(1)
        self._answers.addWidget(self.no)
        self._answers.addWidget(self.yes)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(14, 8, 10, 8)
        self._row.addWidget(self._question, 1)
        self._row.addLayout(self._answers)

        self.yes.clicked.connect(self._on_yes)
        self.no.clicked.connect(self.hide)
        self.hide()
        self.word(question, yes)

    @property
    def answers(self) -> tuple[QPushButton, QPushButton]:
        """The harmless one first, as they stand."""
        return self.no, self.yes

    def word(self, question: str, yes: str) -> None:
        """Ask this from now on; ``yes`` is its answer."""
        self.setAccessibleName(question)
        self._question.setText(question)
        self.yes.setText(yes)

    def ask(self) -> None:
        """Show the question."""
        self.show()
        self.no.setFocus()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Beside the question where that has room, else below it."""
        super().resizeEvent(event)
        margins = self._row.contentsMargins()
        room = self.width() - margins.left() - margins.right() - self._row.spacing()
        beside = max(1, room - self._answers.sizeHint().width())
        lines = self._question.heightForWidth(beside) / self._question.fontMetrics().lineSpacing()
        ways = QBoxLayout.Direction
        self._row.setDirection(ways.TopToBottom if lines > _MOST_LINES else ways.LeftToRight)

    def _on_yes(self) -> None:
        self.hide()
        self.confirmed.emit()
