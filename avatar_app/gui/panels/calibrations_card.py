"""What is kept of the user's own face, and the way to delete all of it."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QPushButton, QWidget

from avatar_app.gui.language import told, tr
from avatar_app.gui.panels.confirm_bar import ConfirmBar
from avatar_app.gui.panels.form import Card, label
from avatar_app.live.status import Problem
from avatar_app.translatable import translatable

_ABOUT = translatable(
    "A calibration holds a picture of your face. It is kept on this computer only, one for each "
    "camera and avatar."
)
_QUESTION = translatable("Delete them all? They cannot be brought back.")


class CalibrationsCard(Card):
    """Deletes nothing by itself: ``forget_wanted`` comes after the question, and whoever deletes
    tells by ``show_deleted`` or ``show_problem`` what came of it."""

    forget_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Calibrations"), parent)
        self.forget = QPushButton(tr("&Delete all calibrations…"))
        self.question = ConfirmBar(tr(_QUESTION), tr("D&elete all"), tr("Keep &them"))
        self.outcome = label("", "muted", wrap=True)

        self.rows.addWidget(label(tr(_ABOUT), "muted", wrap=True))
        self.rows.addWidget(self.forget, 0, Qt.AlignmentFlag.AlignLeft)
        self.rows.addWidget(self.question)
        self.rows.addWidget(self.outcome)
        self.forget.setAutoDefault(False)
        self.rest()

        self.forget.clicked.connect(self.question.ask)
        self.question.confirmed.connect(self.forget_wanted)

    def rest(self) -> None:
        """Neither a question nor an answer."""
        self.question.hide()
        self.outcome.hide()

    def show_deleted(self, count: int) -> None:
        """Say how many there were."""
        self._say(tr("Deleted: {count}.", count=count))

    def show_problem(self, problem: Problem) -> None:
        """Say why they are still there."""
        self._say(told(problem.message, problem.hint))

    def _say(self, sentence: str) -> None:
        self.outcome.setText(sentence)
        self.outcome.show()
