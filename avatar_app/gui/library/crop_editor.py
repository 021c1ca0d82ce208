"""A picture with a rectangle on it that can be dragged: what of it becomes the avatar."""

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.library.crop_frame import INSIDE, Grip, dragged, grip_at, scaled
from avatar_app.gui.preview import fitted
from avatar_app.gui.theme import STAGE
from avatar_app.types import Box

_REACH = 10.0
_HANDLE = 9.0
_STEP, _FINE = 0.02, 0.002
_GROWTH = 1.05
_SHADE = QColor(16, 18, 22, 165)
_CURSORS = {
    (0, 0): Qt.CursorShape.SizeAllCursor,
    (-1, 0): Qt.CursorShape.SizeHorCursor,
    (1, 0): Qt.CursorShape.SizeHorCursor,
    (0, -1): Qt.CursorShape.SizeVerCursor,
    (0, 1): Qt.CursorShape.SizeVerCursor,
    (-1, -1): Qt.CursorShape.SizeFDiagCursor,
    (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (-1, 1): Qt.CursorShape.SizeBDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor,
}
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CropEditor(QWidget):
    """Shows a picture and the part of it that is used. ``crop_changed`` comes with each movement;
    boxes are in pixels of the whole picture, whatever size it is shown at."""

    crop_changed = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QImage()
        self._size = (1, 1)
        self._least = (1.0, 1.0)
        self._crop: Box | None = None
        self._grip: Grip | None = None
        self._start = (QPointF(), Box(0, 0, 1, 1))
        self.setAccessibleName(tr("Crop"))
        self.setToolTip(
            tr("Drag the rectangle or its sides; arrows move it, + and − change its size.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def crop(self) -> Box | None:
        """The rectangle; None while there is no picture."""
        return self._crop

    def show_picture(self, picture: QImage, size: tuple[int, int], least: float) -> None:
        """Show ``picture``, at whatever scale, of one that has ``size`` (width, height) pixels;
        the rectangle keeps ``least`` of them a side, where there are as many."""
        self._picture = picture
        self._size = size
        self._least = min(least, size[0]), min(least, size[1])
        self.set_crop(Box(0, 0, *size))

    def set_crop(self, crop: Box) -> None:
        """Put the rectangle somewhere, without announcing it."""
        self._crop = crop
        self.setAccessibleDescription(self._described(crop))
        self.update()

    def on_screen(self, crop: Box) -> QRectF:
        """Where a part of the picture is shown in this widget."""
        area, scale = self._shown()
        corner = area.topLeft() + QPointF(crop.x0, crop.y0) * scale
        return QRectF(corner.x(), corner.y(), crop.width * scale, crop.height * scale)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(440, 440)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(220, 200)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None or self._crop is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        self._grip = self._grip_under(event.position())
        self._start = event.position(), self._crop

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None or self._crop is None:
            return
        if self._grip is None:
            grip = self._grip_under(event.position())
            self.setCursor(_CURSORS[grip] if grip is not None else Qt.CursorShape.ArrowCursor)
            return
        _, scale = self._shown()
        gone = (event.position() - self._start[0]) / scale
        by = gone.x(), gone.y()
        self._change(dragged(self._start[1], self._grip, by, self._size, self._least))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802, ARG002 - Qt's name
        self._grip = None

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        moved = self._moved_by(event) if event is not None and self._crop is not None else None
        if moved is not None:
            self._change(moved)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802 - Qt's name
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802, ARG002 - Qt's name
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.fillRect(self.rect(), STAGE)
            if self._crop is None or self._picture.isNull():
                return
            area, _ = self._shown()
            painter.drawImage(area, self._picture)
            if not self.isEnabled():
                return
            frame = self.on_screen(self._crop)
            outside = QPainterPath()
            outside.addRect(area)
            inside = QPainterPath()
            inside.addRect(frame)
            painter.fillPath(outside - inside, _SHADE)
            self._paint_frame(painter, frame)

    def _described(self, crop: Box) -> str:
        return tr(
            "{width} by {height} pixels from {x}, {y} of a picture of {whole_width} by "
            "{whole_height}. Arrows move, plus and minus change the size.",
            width=round(crop.width),
            height=round(crop.height),
            x=round(crop.x0),
            y=round(crop.y0),
            whole_width=self._size[0],
            whole_height=self._size[1],
        )

    def _paint_frame(self, painter: QPainter, frame: QRectF) -> None:
        accent = self.palette().color(QPalette.ColorRole.Link)
        painter.setPen(QPen(accent if self.hasFocus() else QColor("#ffffff"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)
        painter.setPen(QPen(QColor("#101216"), 1))
        painter.setBrush(QColor("#ffffff"))
        half = _HANDLE / 2
        for x in (frame.left(), frame.center().x(), frame.right()):
            for y in (frame.top(), frame.center().y(), frame.bottom()):
                if QPointF(x, y) != frame.center():
                    painter.drawRect(QRectF(x - half, y - half, _HANDLE, _HANDLE))

    def _shown(self) -> tuple[QRectF, float]:
        """Where the picture stands, and how many points of the screen a pixel of it takes."""
        area = fitted(QSize(*self._size), QRectF(self.rect()).adjusted(6, 6, -6, -6))
        return area, max(area.width() / self._size[0], 1e-9)

    def _grip_under(self, point: QPointF) -> Grip | None:
        area, scale = self._shown()
        there = (point - area.topLeft()) / scale
        crop = self._crop
        return grip_at(crop, there.x(), there.y(), _REACH / scale) if crop is not None else None

    def _moved_by(self, event: QKeyEvent) -> Box | None:
        crop = self._crop
        if crop is None:
            return None
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            return scaled(crop, _GROWTH, self._size, self._least)
        if event.key() == Qt.Key.Key_Minus:
            return scaled(crop, 1 / _GROWTH, self._size, self._least)
        arrow = _ARROWS.get(Qt.Key(event.key()))
        if arrow is None:
            return None
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        step = max(1.0, (_FINE if fine else _STEP) * min(self._size))
        return dragged(crop, INSIDE, (arrow[0] * step, arrow[1] * step), self._size, self._least)

    def _change(self, crop: Box) -> None:
        self.set_crop(crop)
        self.crop_changed.emit(crop)
