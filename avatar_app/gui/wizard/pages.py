"""The right side of the calibration's window, one page a step. A page shows a view and says what
was wanted; it decides nothing."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from avatar_app.calibration.hints import Hint
from avatar_app.calibration.match import GOOD_MATCH
from avatar_app.calibration.progress import Progress
from avatar_app.calibration.ranges import Task
from avatar_app.gui.choices import CameraChoice
from avatar_app.gui.language import told, tr
from avatar_app.gui.panels.form import ChoiceBox, label
from avatar_app.gui.wizard.gauge import MatchGauge
from avatar_app.gui.wizard.guide import View
from avatar_app.gui.wizard.icons import Mark
from avatar_app.gui.wizard.task_ring import TaskRing, TaskState
from avatar_app.translatable import translatable
from avatar_app.types import Calibration

_GHOST_PERCENT = 40
_CHECKS: dict[str, frozenset[Hint]] = {
    translatable("One face"): frozenset({Hint.NO_PICTURE, Hint.NO_FACE, Hint.TWO_FACES}),
    translatable("Distance"): frozenset({Hint.TOO_FAR, Hint.TOO_NEAR}),
    translatable("In the middle"): frozenset({Hint.OFF_CENTRE}),
    translatable("Light"): frozenset({Hint.DARK, Hint.BACK_LIT, Hint.OVEREXPOSED}),
    translatable("Straight and upright"): frozenset({Hint.TURNED, Hint.TILTED}),
    translatable("Still and sharp"): frozenset({Hint.MOVING, Hint.BLURRED}),
}


_GOOD = translatable("OK")
_BAD = translatable("needs a change")
_UNKNOWN = translatable("not known yet")


class Page(QWidget):
    """A heading, a sentence, and what the step adds to ``rows``."""

    def __init__(self, heading: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(10)
        self.rows.addWidget(label(heading, "title", wrap=True))
        self.rows.addWidget(label(words, "muted", wrap=True))

    def show_view(self, view: View) -> None:
        """Show how far the step is."""


class CameraPage(Page):
    """What comes, with which camera, what is kept, and the way to delete it."""

    forget_wanted = pyqtSignal()
    camera_wanted = pyqtSignal(str)

    def __init__(
        self, camera: str, others: Sequence[CameraChoice], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            tr("Calibrate"),
            tr(
                "Half a minute, and the avatar follows you more closely. You will hold your head "
                "as it holds its own, and show how far your face goes."
            ),
            parent,
        )
        self.camera = label(tr("Camera: {camera}", camera=camera), "heading", wrap=True)
        self.other = ChoiceBox()
        self.other.setAccessibleName(tr("Another camera"))
        self.other.addItem(tr("Another camera…"), "")
        for choice in others:
            self.other.addItem(choice.title, choice.word)
        if not others:
            self.other.hide()
        self.kept = label("", "muted", wrap=True)
        self.forget = QPushButton(tr("&Delete what is kept"))
        self.forget.setToolTip(tr("Forgets your face for this camera and avatar"))

        self.rows.addWidget(self.camera)
        self.rows.addWidget(self.other)
        self.rows.addWidget(
            label(
                tr("Others do not see this, and it never leaves this computer."),
                "muted",
                wrap=True,
            )
        )
        self.rows.addStretch(1)
        self.rows.addWidget(self.kept)
        self.rows.addWidget(self.forget, 0, Qt.AlignmentFlag.AlignLeft)

        self.forget.clicked.connect(self.forget_wanted)
        self.other.activated.connect(self._on_other)

    def _on_other(self, _index: int) -> None:
        if word := str(self.other.currentData()):
            self.camera_wanted.emit(word)

    def show_view(self, view: View) -> None:
        kept = view.kept
        self.forget.setVisible(kept is not None)
        self.kept.setVisible(kept is not None)
        if kept is not None:
            percent = round(100 * kept.quality)
            self.kept.setText(
                tr("A calibration is kept already: match {percent} %.", percent=percent)
            )


class PositionPage(Page):
    """A checklist of what makes a good picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Position"), tr("Sit as you will sit in a call and look at the camera."), parent
        )
        self.marks = {name: Mark() for name in _CHECKS}
        self.late = _late(tr("It need not be perfect: you can go on as it is."))

        for name, mark in self.marks.items():
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(mark)
            row.addWidget(label(tr(name), "plain", wrap=True), 1)
            self.rows.addLayout(row)
        self.rows.addStretch(1)
        self.rows.addWidget(self.late)

    def show_view(self, view: View) -> None:
        hints = set(view.progress.hints)
        for number, (name, mark) in enumerate(self.marks.items()):
            bad = bool(hints & _CHECKS[name])
            known = view.face is not None or (number == 0 and bad)
            mark.set_state(not bad if known else None)
            state = (_BAD if bad else _GOOD) if known else _UNKNOWN
            mark.setAccessibleName(tr("{check}: {state}", check=tr(name), state=tr(state)))
        self.late.setVisible(view.progress.late)


class NeutralPage(Page):
    """The gauge, and how much of the avatar's ghost is seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Neutral pose"),
            tr("Lay your face over the avatar's and hold still. The picture takes itself."),
            parent,
        )
        self.gauge = MatchGauge(GOOD_MATCH)
        self.ghost = QSlider(Qt.Orientation.Horizontal)
        self.ghost.setRange(0, 90)
        self.ghost.setValue(_GHOST_PERCENT)
        self.ghost.setAccessibleName(tr("How much of the avatar is seen"))
        self.late = _late(tr("It need not be perfect: you can take it as it is."))
        name = QLabel(tr("A&vatar over your picture"))
        name.setBuddy(self.ghost)

        self.rows.addWidget(self.gauge)
        self.rows.addSpacing(6)
        self.rows.addWidget(name)
        self.rows.addWidget(self.ghost)
        self.rows.addStretch(1)
        self.rows.addWidget(self.late)

    @property
    def opacity(self) -> float:
        """Of the ghost, in [0, 1]."""
        return self.ghost.value() / 100

    def show_view(self, view: View) -> None:
        self.gauge.set_value(view.progress.score)
        self.late.setVisible(view.progress.late)


class RangePage(Page):
    """Four little faces, one after the other."""

    retake_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Range"), tr("Do what the marked face does. Skip what you like."), parent
        )
        self.rings = {task: TaskRing(task) for task in Task}
        self.late = _late(tr("Not seen yet: go a little further, or skip it."))
        self.retake = QPushButton(tr("&Retake the neutral pose"))

        grid = QGridLayout()
        grid.setSpacing(8)
        for number, ring in enumerate(self.rings.values()):
            grid.addWidget(ring, number // 2, number % 2, Qt.AlignmentFlag.AlignTop)
        self.rows.addLayout(grid)
        self.rows.addWidget(self.late)
        self.rows.addStretch(1)
        self.rows.addWidget(self.retake, 0, Qt.AlignmentFlag.AlignLeft)

        self.retake.clicked.connect(self.retake_wanted)

    def show_view(self, view: View) -> None:
        for task, ring in self.rings.items():
            ring.set_state(_task_state(task, view.progress))
        self.late.setVisible(view.progress.late)


class ReviewPage(Page):
    """With and without, what was measured, and the way back to the pose."""

    before_wanted = pyqtSignal(bool)
    retake_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Review"), tr("Talk, smile and turn: the avatar follows you."), parent)
        self.new = QRadioButton(tr("&With this calibration"))
        self.before = QRadioButton()
        self.new.setChecked(True)
        self._both = QButtonGroup(self)
        self._both.addButton(self.new)
        self._both.addButton(self.before)
        self.summary = label("", "plain", wrap=True)
        self.retake = QPushButton(tr("&Retake the neutral pose"))

        self.rows.addWidget(self.new)
        self.rows.addWidget(self.before)
        self.rows.addSpacing(8)
        self.rows.addWidget(self.summary)
        self.rows.addStretch(1)
        self.rows.addWidget(self.retake, 0, Qt.AlignmentFlag.AlignLeft)

        self.before.toggled.connect(self.before_wanted)
        self.retake.clicked.connect(self.retake_wanted)

    def show_view(self, view: View) -> None:
        self.before.setText(tr("With&out it") if view.kept is None else tr("As it was bef&ore"))
        if view.result is not None:
            self.summary.setText(summary(view.result))


class DonePage(Page):
    """Where it is kept and how to do it again: with ``key``, in the system's words."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("Done"), tr("The avatar follows you from here."), parent)
        self.kept = label("", "plain", wrap=True)
        self.again = label(_again(key), "muted", wrap=True)
        self.rows.addWidget(self.kept)
        self.rows.addWidget(self.again)
        self.rows.addStretch(1)

    def show_view(self, view: View) -> None:
        problem = view.problem
        kept = tr("It is kept on this computer, for this camera and this avatar.")
        self.kept.setText(kept if problem is None else told(problem.message, problem.hint))


def summary(result: Calibration) -> str:
    """What was measured, in words, a line each."""
    ranges = result.ranges
    measured = {
        tr("mouth"): ranges is not None and ranges.mouth is not None,
        tr("smile"): ranges is not None and ranges.smile is not None,
        tr("blink"): ranges is not None and ranges.shut_eyes is not None,
        tr("gaze"): ranges is not None and ranges.gaze is not None,
        tr("turn"): ranges is not None and ranges.turn is not None,
    }
    names = ", ".join(name for name, was in measured.items() if was)
    match = tr("Match with the avatar: {percent} %", percent=round(100 * result.quality))
    return f"{match}\n{_measured(names)}"


def _measured(names: str) -> str:
    return tr("Measured: {names}", names=names) if names else tr("Measured: the pose alone")


def _again(key: str) -> str:
    if key:
        return tr("During a call, {key} takes your neutral pose anew in a moment.", key=key)
    return tr("Give “Set neutral pose” a key to take your pose anew during a call.")


def _late(words: str) -> QLabel:
    made = label(words, "plain", wrap=True)
    policy = made.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    made.setSizePolicy(policy)
    made.hide()
    return made


def _task_state(task: Task, progress: Progress) -> TaskState:
    if task is progress.task:
        return TaskState.PRESENT
    if task in progress.done:
        return TaskState.DONE
    order = list(Task)
    is_behind = progress.task is None or order.index(task) < order.index(progress.task)
    return TaskState.SKIPPED if is_behind else TaskState.WAITING
