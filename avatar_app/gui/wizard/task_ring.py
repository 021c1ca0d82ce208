"""One task of the range step: a little face that does it, in a ring that fills."""

from enum import Enum

from PyQt6.QtCore import QRect, QRectF, QSize, Qt
from PyQt6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from avatar_app.calibration.ranges import Task
from avatar_app.gui.language import tr
from avatar_app.gui.wizard.icons import paint_task, paint_tick
from avatar_app.translatable import translatable

_NAMES = {
    Task.OPEN_MOUTH: translatable("Open mouth"),
    Task.SMILE: translatable("Smile"),
    Task.BLINK: translatable("Blink"),
    Task.LOOK_AROUND: translatable("Look around"),
}
_SIDE = 62.0
_WIDTH = 112
_TOP = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
_FLAGS = int(_TOP | Qt.TextFlag.TextWordWrap)


class TaskState(Enum):
    """How far a task is; the value is read aloud."""

    WAITING = translatable("to do")
    PRESENT = translatable("now")
    DONE = translatable("done")
    SKIPPED = translatable("skipped")


class TaskRing(QWidget):
    """Draws one task; not a control."""

    def __init__(self, task: Task, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task, self._name = task, tr(_NAMES[task])
        self.state = TaskState.WAITING
        self.setAccessibleName(self._name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_state(self, state: TaskState) -> None:
        """Show how far it is."""
        if state is not self.state:
            self.state = state
            self.setAccessibleDescription(tr(state.value))
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        room = QRect(0, 0, _WIDTH, 1000)
        words = QFontMetrics(self._font(bold=True)).boundingRect(room, _FLAGS, self._name)
        return QSize(_WIDTH, round(_SIDE) + words.height() + 14)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802, ARG002 - Qt's name
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF((self.width() - _SIDE) / 2, 4, _SIDE, _SIDE)
            self._paint_ring(painter, box)
            paint_task(painter, box.adjusted(13, 13, -13, -13), self._task, self._colour())
            if self.state is TaskState.DONE:
                self._paint_tick(painter, QRectF(box.right() - 20, box.bottom() - 20, 22, 22))
            painter.setFont(self._font(bold=self.state is TaskState.PRESENT))
            painter.setPen(self._colour())
            place = QRectF(0, box.bottom() + 4, self.width(), self.height() - box.bottom() - 4)
            painter.drawText(place, _FLAGS, self._name)

    def _font(self, *, bold: bool) -> QFont:
        font = QFont(self.font())
        font.setBold(bold)
        return font

    def _colour(self) -> QColor:
        waiting = self.state in (TaskState.WAITING, TaskState.SKIPPED)
        role = QPalette.ColorRole.PlaceholderText if waiting else QPalette.ColorRole.WindowText
        return self.palette().color(role)

    def _paint_ring(self, painter: QPainter, box: QRectF) -> None:
        reached = self.state in (TaskState.PRESENT, TaskState.DONE)
        role = QPalette.ColorRole.Link if reached else QPalette.ColorRole.Mid
        pen = QPen(self.palette().color(role), 4 if self.state is TaskState.PRESENT else 2.5)
        if self.state is TaskState.SKIPPED:
            pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box.adjusted(2, 2, -2, -2))

    def _paint_tick(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawEllipse(box)
        paint_tick(painter, box, self.palette().color(QPalette.ColorRole.Link))
