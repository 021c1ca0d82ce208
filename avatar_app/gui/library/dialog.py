"""What every dialog of the library has: a worker of its own, and a place for what went wrong."""

from collections.abc import Callable
from typing import TypeVar

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QWidget

from avatar_app.gui.background import Background
from avatar_app.gui.language import tr
from avatar_app.gui.library.findings_list import FindingsList
from avatar_app.live.status import Problem

T = TypeVar("T")


class LibraryDialog(QDialog):
    """Never modal: the call goes on beside it. What is still being done when it closes ends in
    its thread and is forgotten."""

    def __init__(self, title: str, action: str, size: QSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lane = Background("window-dialog", self)
        self.trouble = FindingsList()
        self.trouble.setAccessibleName(tr("What went wrong"))
        self.trouble.hide()
        self.buttons = QWidget()  # In a QDialogButtonBox Tab leaves out what is before the default.
        self.cancel = QPushButton(tr("Cancel"))
        self.action = QPushButton(action)
        self.action.setProperty("role", "accent")
        self._row = QHBoxLayout(self.buttons)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addStretch(1)
        self._row.addWidget(self.cancel)
        self._row.addWidget(self.action)

        self.setWindowTitle(title)
        self.setModal(False)
        self.resize(size.boundedTo(_room(parent)))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        self.cancel.clicked.connect(self.reject)

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Enter does what the dialog is for; before it is shown Qt would not remember that."""
        self.action.setDefault(True)
        super().showEvent(event)

    def done(self, result: int) -> None:
        """However it closes, its thread ends."""
        self.lane.close()
        super().done(result)

    def add_button(self, button: QPushButton) -> None:
        """One more, to the right of the others."""
        self._row.addWidget(button)

    def ask(self, job: Callable[[], T], then: Callable[[T], None]) -> None:
        """Do something slow; the action waits for it, and what goes wrong is shown."""
        self.trouble.hide()
        self.action.setEnabled(False)
        self.lane.submit(job, then, self._on_failed)

    def show_trouble(self, problem: Problem) -> None:
        """Say what went wrong, here, where the user looks."""
        self.trouble.show_lines([("refuse", problem.message, problem.hint)])
        self.trouble.show()

    def _on_failed(self, problem: Problem) -> None:
        self.action.setEnabled(True)
        self.show_trouble(problem)


def _room(parent: QWidget | None) -> QSize:
    """What the screen has to give, less the frame of a window."""
    screen = parent.screen() if parent is not None else None
    return (screen.availableSize() if screen is not None else QSize(1280, 720)) - QSize(20, 50)
