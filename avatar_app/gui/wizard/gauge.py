"""How well the pose matches, as a dial; and the steps of the calibration as a row of dots."""

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from avatar_app.gui.language import tr

_SPAN = 240.0
_START = 210.0
_QT_DEGREE = 16


class MatchGauge(QWidget):
    """A dial from 0 to 100 % with a tick where a pose is good."""

    def __init__(self, good: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._good = good
        self._value = 0.0
        self.setAccessibleName(tr("Match with the avatar's pose"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def value(self) -> float:
        """What is shown, in [0, 1]."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show ``value`` in [0, 1]."""
        if round(100 * value) != round(100 * self._value):
            self.setAccessibleDescription(_percent(value))
            self.update()
        self._value = value

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(150, 112)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802, ARG002 - Qt's name
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            side = min(self.width(), self.height() * 1.3) - 14
            box = QRectF((self.width() - side) / 2, 7, side, side)
            palette = self.palette()
            self._arc(painter, box, palette.color(QPalette.ColorRole.Mid), 1.0)
            good = self._value >= self._good
            role = QPalette.ColorRole.Link if good else QPalette.ColorRole.PlaceholderText
            self._arc(painter, box, palette.color(role), self._value)
            self._tick(painter, box, palette.color(QPalette.ColorRole.WindowText))
            self._number(painter, box)

    def _arc(self, painter: QPainter, box: QRectF, colour: QColor, part: float) -> None:
        pen = QPen(colour, 9)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if part > 0:
            painter.drawArc(box, int(_START * _QT_DEGREE), int(-_SPAN * part * _QT_DEGREE))

    def _tick(self, painter: QPainter, box: QRectF, colour: QColor) -> None:
        painter.save()
        painter.translate(box.center())
        painter.rotate(-(_START - _SPAN * self._good))
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QPointF(box.width() / 2 - 9, 0), QPointF(box.width() / 2 + 6, 0))
        painter.restore()

    def _number(self, painter: QPainter, box: QRectF) -> None:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.9)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, _percent(self._value))


def _percent(part: float) -> str:
    return tr("{percent} %", percent=round(100 * part))


class StepRow(QWidget):
    """The names of all steps, translated already; the present one is emphasised, those behind it
    are ticked."""

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = tuple(names)
        self._present = 0
        self.setAccessibleName(tr("Steps"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_step(0)

    @property
    def present(self) -> int:
        """The number of the present step, from 0."""
        return self._present

    def show_step(self, present: int) -> None:
        """Emphasise step ``present``."""
        self._present = present
        name, count = self._names[present], len(self._names)
        said = tr("Step {number} of {count}: {name}", number=present + 1, count=count, name=name)
        self.setAccessibleDescription(said)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(480, self.fontMetrics().height() + 26)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802, ARG002 - Qt's name
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            width = self.width() / len(self._names)
            palette, y = self.palette(), 9.0
            for number in range(len(self._names) - 1):
                behind = number < self._present
                role = QPalette.ColorRole.Accent if behind else QPalette.ColorRole.Mid
                painter.setPen(QPen(palette.color(role), 2))
                left = width * (number + 0.5)
                painter.drawLine(QPointF(left + 9, y), QPointF(left + width - 9, y))
            for number, name in enumerate(self._names):
                self._paint_step(painter, number, name, QRectF(width * number, 0, width, 0))

    def _paint_step(self, painter: QPainter, number: int, name: str, place: QRectF) -> None:
        palette, middle = self.palette(), QPointF(place.center().x(), 9)
        reached = number <= self._present
        role = QPalette.ColorRole.Accent if reached else QPalette.ColorRole.Mid
        painter.setPen(QPen(palette.color(role), 2))
        painter.setBrush(palette.color(role if reached else QPalette.ColorRole.Window))
        painter.drawEllipse(middle, 6, 6)
        if number < self._present:
            painter.setPen(QPen(QColor("#ffffff"), 1.6))
            painter.drawLine(middle + QPointF(-2.8, 0.2), middle + QPointF(-0.8, 2.4))
            painter.drawLine(middle + QPointF(-0.8, 2.4), middle + QPointF(3, -2.2))
        font = QFont(self.font())
        font.setBold(number == self._present)
        painter.setFont(font)
        present = number == self._present
        role = QPalette.ColorRole.WindowText if present else QPalette.ColorRole.PlaceholderText
        painter.setPen(palette.color(role))
        box = QRectF(place.left(), 18, place.width(), self.height() - 18)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
