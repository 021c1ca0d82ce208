"""The crop editor with its two short cuts, and what the checks say of the crop."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from avatar_app.gui.background import Background
from avatar_app.gui.language import tr
from avatar_app.gui.library.crop_editor import CropEditor
from avatar_app.gui.library.crop_judge import CropJudge
from avatar_app.gui.library.findings_list import FindingsList
from avatar_app.live.status import Problem
from avatar_app.types import Box

if TYPE_CHECKING:
    from avatar_app.avatars.inspection import Candidate
    from avatar_app.gui.library.look import Look


class CropPart(QWidget):
    """``judged`` comes whenever ``candidate`` is up to date with the rectangle. ``findings`` is a
    widget for the dialog to place."""

    judged = pyqtSignal()

    def __init__(self, lane: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = CropEditor()
        self.suggest = QPushButton(tr("&Head and shoulders"))
        self.suggest.setToolTip(tr("The part that suits an avatar best"))
        self.whole = QPushButton(tr("Whole p&icture"))
        self.findings = FindingsList()
        self.candidate: Candidate | None = None
        self._judge = CropJudge(lane, self)
        self._look: Look | None = None
        self._number = 0

        buttons = QHBoxLayout()
        buttons.addWidget(self.suggest)
        buttons.addWidget(self.whole)
        buttons.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(self.editor, 1)
        rows.addLayout(buttons)

        self.editor.crop_changed.connect(self._on_changed)
        self.suggest.clicked.connect(self._on_suggest)
        self.whole.clicked.connect(self._on_whole)
        self._judge.judged.connect(self._on_judged)
        self._judge.failed.connect(self._on_failed)

    @property
    def number(self) -> int:
        """The face that is meant."""
        return self._number

    @property
    def is_usable(self) -> bool:
        """Whether what the rectangle shows can become an avatar, and that is known already."""
        return (
            self.candidate is not None
            and self.candidate.refusal is None
            and not self._judge.is_busy
        )

    def show_look(self, look: "Look") -> None:
        """A picture that was looked at, its largest face first."""
        from avatar_app.avatars.crop import MIN_SIDE

        self._look = look
        self.editor.show_picture(look.picture, look.size, MIN_SIDE)
        has_face = bool(look.inspection.candidates)
        self.editor.setEnabled(has_face)
        self.suggest.setVisible(has_face)
        self.whole.setVisible(has_face)
        if has_face:
            self.mean(0)
        else:
            self.findings.show_findings(look.inspection.findings)

    def mean(self, number: int, crop: Box | None = None) -> None:
        """Go over to another face, with its suggested crop or the one given."""
        if self._look is None:
            return
        self._number = number
        candidate = self._look.inspection.candidates[number]
        self.editor.set_crop(crop or candidate.crop)
        if crop is None:
            self._show(candidate)
        else:
            self._on_changed(crop)

    def _show(self, candidate: "Candidate") -> None:
        self.candidate = candidate
        self.findings.show_findings(candidate.findings)
        self.judged.emit()

    def _on_changed(self, crop: Box) -> None:
        if self._look is not None:
            self._judge.judge(self._look.inspection, self._number, crop)

    def _on_suggest(self) -> None:
        self.mean(self._number)

    def _on_whole(self) -> None:
        if self._look is not None:
            self.mean(self._number, Box(0, 0, *self._look.size))

    def _on_judged(self, candidate: "Candidate") -> None:
        self._show(candidate)

    def _on_failed(self, problem: Problem) -> None:
        self.candidate = None
        self.findings.show_lines([("refuse", problem.message, problem.hint)])
        self.judged.emit()
