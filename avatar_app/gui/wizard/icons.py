"""Small drawings of the calibration, in a square of 24 units, in one colour: a shape, not a
colour, says what is meant."""

from collections.abc import Callable

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PyQt6.QtWidgets import QWidget

from avatar_app.calibration.hints import Hint
from avatar_app.calibration.ranges import Task

_UNITS = 24.0

Draw = Callable[[QPainter], None]


def paint_hint(painter: QPainter, box: QRectF, hint: Hint, colour: QColor) -> None:
    """The drawing of a hint into ``box``."""
    _paint(painter, box, _HINTS[hint], colour)


def paint_task(painter: QPainter, box: QRectF, task: Task, colour: QColor) -> None:
    """A little face that does what ``task`` asks for."""
    _paint(painter, box, _TASKS[task], colour)


def paint_tick(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """What is well."""
    _paint(painter, box, _tick, colour)


def paint_pending(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """What is not known yet."""
    _paint(painter, box, lambda p: p.drawEllipse(QPointF(12, 12), 8, 8), colour)


def paint_mend(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """What is to be mended."""
    _paint(painter, box, _exclaim, colour)


def _paint(painter: QPainter, box: QRectF, draw: Draw, colour: QColor) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / _UNITS, box.height() / _UNITS)
    pen = QPen(colour, 1.8)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    draw(painter)
    painter.restore()


def _lines(painter: QPainter, *points: tuple[float, float]) -> None:
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(QPointF(*point))
    painter.drawPath(path)


def _curve(painter: QPainter, *points: tuple[float, float]) -> None:
    """From the first point to the third, drawn towards the second."""
    path = QPainterPath(QPointF(*points[0]))
    path.quadTo(QPointF(*points[1]), QPointF(*points[2]))
    painter.drawPath(path)


def _dot(painter: QPainter, x: float, y: float, radius: float = 1.1) -> None:
    painter.setBrush(painter.pen().color())
    painter.drawEllipse(QPointF(x, y), radius * 0.5, radius * 0.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _arrow(painter: QPainter, x: float, y: float, dx: float, dy: float) -> None:
    """From (x, y) by (dx, dy), with a head."""
    end_x, end_y = x + dx, y + dy
    length = max((dx * dx + dy * dy) ** 0.5, 1e-6)
    along_x, along_y = 3.2 * dx / length, 3.2 * dy / length
    _lines(painter, (x, y), (end_x, end_y))
    _lines(
        painter,
        (end_x - along_x - along_y, end_y - along_y + along_x),
        (end_x, end_y),
        (end_x - along_x + along_y, end_y - along_y - along_x),
    )


def _tick(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(12, 12), 9, 9)
    _lines(painter, (7.8, 12.4), (10.8, 15.2), (16.2, 9.2))


def _exclaim(painter: QPainter) -> None:
    _lines(painter, (12, 3.5), (21.5, 20), (2.5, 20), (12, 3.5))
    _lines(painter, (12, 9.5), (12, 14))
    _dot(painter, 12, 17)


def _person(painter: QPainter, x: float = 12.0) -> None:
    painter.drawEllipse(QPointF(x, 8.5), 4, 4.6)
    _curve(painter, (x - 7.5, 21), (x, 9.5), (x + 7.5, 21))


def _people(painter: QPainter) -> None:
    for x in (7.5, 16.5):
        painter.drawEllipse(QPointF(x, 9), 3, 3.6)
        _curve(painter, (x - 5, 20), (x, 10), (x + 5, 20))


def _camera(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(2.5, 7, 13, 10), 2, 2)
    _lines(painter, (15.5, 11), (21.5, 8), (21.5, 16), (15.5, 13))


def _nearer(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(12, 12), 2.4, 3)
    for x, y in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
        _arrow(painter, 12 + 4.5 * x, 12 + 4.5 * y, 5 * x, 5 * y)


def _back(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(12, 12), 2.4, 3)
    for x, y in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
        _arrow(painter, 12 + 9.5 * x, 12 + 9.5 * y, -5 * x, -5 * y)


def _centre(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(12, 12), 3.2, 4)
    for x, y in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        _arrow(painter, 12 + 10 * x, 12 + 10.5 * y, -4 * x, -4 * y)


def _sun(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(12, 12), 4, 4)
    for x, y in ((1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1)):
        _lines(painter, (12 + 6.8 * x, 12 + 6.8 * y), (12 + 9.5 * x, 12 + 9.5 * y))
    _lines(painter, (16.8, 7.2), (18.7, 5.3))


def _face(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(12, 12), 8, 9.5)


def _eyes(painter: QPainter, aside: float = 0.0) -> None:
    for x in (8.8, 15.2):
        _dot(painter, x + aside, 10, 2.0)


def _straight(painter: QPainter) -> None:
    _face(painter)
    _eyes(painter)
    _curve(painter, (9, 16), (12, 17.4), (15, 16))


def _still(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(12, 12), 5, 6.4)
    for side in (-1, 1):
        _curve(painter, (12 + 7.5 * side, 7), (12 + 9.8 * side, 12), (12 + 7.5 * side, 17))
        _curve(painter, (12 + 10 * side, 8.6), (12 + 11.4 * side, 12), (12 + 10 * side, 15.4))


def _drop(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(12, 12), 9, 9)
    painter.drawEllipse(QPointF(12, 12), 4.5, 4.5)
    _lines(painter, (5, 19), (19, 5))


def _turn(side: float) -> Draw:
    """``side`` is that of a mirror: the driver's left is the picture's left."""

    def draw(painter: QPainter) -> None:
        painter.drawEllipse(QPointF(12, 9.5), 5, 6)
        _dot(painter, 12 + 2.6 * side, 9.5, 1.6)
        _arrow(painter, 12 - 7 * side, 20, 14 * side, 0)

    return draw


def _nod(way: float) -> Draw:
    def draw(painter: QPainter) -> None:
        painter.drawEllipse(QPointF(9, 12), 5.5, 7)
        _dot(painter, 9, 12 + 3 * way, 1.6)
        _arrow(painter, 19, 12 - 6.5 * way, 0, 13 * way)

    return draw


def _lean(side: float) -> Draw:
    def draw(painter: QPainter) -> None:
        painter.save()
        painter.translate(12, 14)
        painter.rotate(20 * side)
        painter.drawEllipse(QPointF(0, 0), 5, 6.5)
        painter.restore()
        _arrow(painter, 12 - 6 * side, 3.5, 12 * side, 0)

    return draw


def _open_mouth(painter: QPainter) -> None:
    _face(painter)
    _eyes(painter)
    painter.drawEllipse(QPointF(12, 16.2), 2.6, 3)


def _close_mouth(painter: QPainter) -> None:
    _face(painter)
    _eyes(painter)
    _lines(painter, (9, 16.2), (15, 16.2))


def _smile(painter: QPainter) -> None:
    _face(painter)
    _eyes(painter)
    _curve(painter, (7.4, 14), (12, 20.5), (16.6, 14))
    _lines(painter, (7.4, 14), (16.6, 14))


def _blink(painter: QPainter) -> None:
    _face(painter)
    for x in (8.6, 15.4):
        _curve(painter, (x - 1.9, 9.6), (x, 12), (x + 1.9, 9.6))
    _curve(painter, (9.4, 16.4), (12, 17.4), (14.6, 16.4))


def _look_around(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(12, 10), 6.6, 8)
    _eyes(painter)
    for side in (-1, 1):
        _arrow(painter, 12 + 2 * side, 21, 8 * side, 0)


def _open_eyes(painter: QPainter) -> None:
    _curve(painter, (3, 12), (12, 2.5), (21, 12))
    _curve(painter, (3, 12), (12, 21.5), (21, 12))
    painter.drawEllipse(QPointF(12, 12), 3, 3)


_HINTS: dict[Hint, Draw] = {
    Hint.NO_PICTURE: _camera,
    Hint.NO_FACE: _person,
    Hint.TWO_FACES: _people,
    Hint.TOO_FAR: _nearer,
    Hint.TOO_NEAR: _back,
    Hint.OFF_CENTRE: _centre,
    Hint.DARK: _sun,
    Hint.BACK_LIT: _sun,
    Hint.OVEREXPOSED: _sun,
    Hint.TURNED: _straight,
    Hint.TILTED: _straight,
    Hint.MOVING: _still,
    Hint.BLURRED: _drop,
    Hint.TURN_LEFT: _turn(-1),
    Hint.TURN_RIGHT: _turn(1),
    Hint.CHIN_UP: _nod(-1),
    Hint.CHIN_DOWN: _nod(1),
    Hint.LEAN_LEFT: _lean(-1),
    Hint.LEAN_RIGHT: _lean(1),
    Hint.OPEN_MOUTH: _open_mouth,
    Hint.CLOSE_MOUTH: _close_mouth,
    Hint.OPEN_EYES: _open_eyes,
}
_TASKS: dict[Task, Draw] = {
    Task.OPEN_MOUTH: _open_mouth,
    Task.SMILE: _smile,
    Task.BLINK: _blink,
    Task.LOOK_AROUND: _look_around,
}


class Mark(QWidget):
    """A tick, an empty ring or a warning, beside a line of a checklist."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: bool | None = None
        self.setFixedSize(QSize(20, 20))

    def set_state(self, good: bool | None) -> None:
        """Well, to be mended, or None: not known."""
        if good is not self._state:
            self._state = good
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802, ARG002 - Qt's name
        box, palette = QRectF(self.rect()), self.palette()
        with QPainter(self) as painter:
            if self._state is None:
                paint_pending(painter, box, palette.color(QPalette.ColorRole.Mid))
            elif self._state:
                paint_tick(painter, box, palette.color(QPalette.ColorRole.Link))
            else:
                paint_mend(painter, box, WARNING)


WARNING = QColor("#d08a12")
"""To be mended; readable on both backgrounds beside its shape."""
