"""The large picture of the calibration: the driver as in a mirror, and the avatar's ghost."""

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QTransform,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from avatar_app.calibration.hints import Hint
from avatar_app.face_mesh import EYE_LEFT, EYE_RIGHT, LIPS_INNER, LIPS_OUTER, OVAL
from avatar_app.gui.preview import fitted
from avatar_app.gui.theme import STAGE
from avatar_app.gui.wizard.icons import WARNING, paint_hint
from avatar_app.types import Points, RgbImage

_RADIUS = 10.0
_LIGHT = QColor("#f2f3f5")
_GROUND = QColor(16, 18, 22, 215)
_OUTLINES = (OVAL, EYE_LEFT, EYE_RIGHT, LIPS_OUTER, LIPS_INNER)
_INSET = 0.24


class Stage(QWidget):
    """Shows what it is given, fitted, and words that are translated already; of a recording without
    pictures the face's outlines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixels: RgbImage | None = None
        self._image: QImage | None = None
        self._mirrored = False
        self._inset_pixels: RgbImage | None = None
        self._outlines: Points | None = None
        self._ghost_pixels: NDArray[np.uint8] | None = None
        self._ghost: QImage | None = None
        self._ghost_place: QTransform | None = None
        self._opacity = 0.0
        self._guide = False
        self._hint: Hint | None = None
        self._words = ""
        self._count = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def words(self) -> str:
        """The sentence at the bottom."""
        return self._words

    @property
    def count(self) -> str:
        """The number in the middle; empty while nothing is counted."""
        return self._count

    @property
    def ghost_opacity(self) -> float:
        """How much of the avatar's ghost is seen now."""
        return self._opacity if self._ghost_place is not None else 0.0

    def show_image(self, pixels: RgbImage | None, *, mirrored: bool) -> None:
        """(H, W, 3) uint8, kept and not copied; None clears."""
        self._mirrored = mirrored
        self._pixels = None if pixels is None else np.ascontiguousarray(pixels)
        self._image = None if self._pixels is None else _image(self._pixels)
        self.update()

    def show_inset(self, pixels: RgbImage | None, *, mirrored: bool = False) -> None:
        """The driver small in a corner; None for nobody."""
        turned = pixels[:, ::-1] if mirrored and pixels is not None else pixels
        self._inset_pixels = None if turned is None else np.ascontiguousarray(turned)

    def show_outlines(self, landmarks: Points | None) -> None:
        """The lines of a face, in pixels of the picture; None for none."""
        self._outlines = landmarks

    def set_ghost(self, pixels: NDArray[np.uint8]) -> None:
        """The ghost (H, W, 4) of ``ghost_of``, kept and not copied."""
        height, width, _ = pixels.shape
        rgba = QImage.Format.Format_RGBA8888_Premultiplied
        self._ghost_pixels = pixels
        self._ghost = QImage(pixels.data, width, height, 4 * width, rgba)  # type: ignore[call-overload]

    def show_ghost(self, place: NDArray[np.float64] | None, opacity: float) -> None:
        """``place`` (2, 3) lays the avatar's picture over this one; None for no ghost."""
        self._opacity = opacity
        (a, b, c), (d, e, f) = ((0, 0, 0), (0, 0, 0)) if place is None else place.tolist()
        self._ghost_place = None if place is None else QTransform(a, d, b, e, c, f)

    def show_guide(self, on: bool) -> None:
        """A dashed oval where the head should be."""
        self._guide = on

    def say(self, words: str, hint: Hint | None = None, count: str = "") -> None:
        """The sentence at the bottom with the drawing of its hint, and a number."""
        if (words, hint, count) != (self._words, self._hint, self._count):
            self._words, self._hint, self._count = words, hint, count
            self.setAccessibleDescription(words)
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(560, 420)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(320, 240)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802, ARG002 - Qt's name
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), STAGE)
            if self._image is not None:
                self._paint_scene(painter, self._image)
            if self._inset_pixels is not None:
                self._paint_inset(painter, _image(self._inset_pixels))
            if self._count:
                self._paint_count(painter)
            if self._words:
                self._paint_words(painter)
            self._round_corners(painter)

    def _paint_scene(self, painter: QPainter, image: QImage) -> None:
        area = fitted(image.size(), QRectF(self.rect()))
        painter.save()
        painter.setClipRect(area)
        if self._mirrored:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        painter.translate(area.topLeft())
        painter.scale(area.width() / image.width(), area.height() / image.height())
        painter.drawImage(QPointF(0, 0), image)
        if self._outlines is not None:
            _paint_outlines(painter, self._outlines)
        if self._guide:
            _paint_guide(painter, image.size())
        if self._ghost is not None and self._ghost_place is not None:
            painter.setOpacity(self._opacity)
            painter.setTransform(self._ghost_place, combine=True)
            painter.drawImage(QPointF(0, 0), self._ghost)
        painter.restore()

    def _paint_inset(self, painter: QPainter, image: QImage) -> None:
        width = self.width() * _INSET
        height = width * image.height() / image.width()
        box = QRectF(self.width() - width - 12, 12, width, height)
        painter.drawImage(box, image)
        painter.setPen(QPen(_LIGHT, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)

    def _paint_words(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.2)
        font.setBold(True)
        painter.setFont(font)
        icon = 28.0 if self._hint is not None else 0.0
        room = QRectF(self.rect()).adjusted(28 + icon, 0, -28, 0)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        needed = painter.boundingRect(room, flags, self._words)
        width, height = needed.width() + icon + 28, max(needed.height(), icon) + 18
        lowest = self._picture_area().bottom() - 14  # On black a dark box would look cut off.
        box = QRectF((self.width() - width) / 2, lowest - height, width, height)
        path = QPainterPath()
        path.addRoundedRect(box, 12, 12)
        painter.fillPath(path, _GROUND)
        if self._hint is not None:
            place = QRectF(box.left() + 10, box.center().y() - 12, 24, 24)
            paint_hint(painter, place, self._hint, WARNING.lighter(130))
        painter.setPen(_LIGHT)
        text = box.adjusted(14 + icon, 0, -10, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | flags, self._words)

    def _picture_area(self) -> QRectF:
        size = self.size() if self._image is None else self._image.size()
        return fitted(size, QRectF(self.rect()))

    def _paint_count(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPixelSize(max(24, self.height() // 7))
        font.setBold(True)
        wide = QFontMetrics(font).horizontalAdvance(self._count)
        side = max(1.5 * font.pixelSize(), wide + 0.5 * font.pixelSize())
        picture = self._picture_area()
        box = QRectF(picture.right() - side - 14, picture.top() + 14, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_GROUND)
        painter.drawEllipse(box)
        painter.setFont(font)
        painter.setPen(_LIGHT)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._count)

    def _round_corners(self, painter: QPainter) -> None:
        outside, inside = QPainterPath(), QPainterPath()
        outside.addRect(QRectF(self.rect()))
        inside.addRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        painter.fillPath(outside - inside, self.palette().color(QPalette.ColorRole.Window))


def _image(pixels: RgbImage) -> QImage:
    height, width, _ = pixels.shape
    rgb = QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, 3 * width, rgb)  # type: ignore[call-overload, no-any-return]


def _paint_outlines(painter: QPainter, landmarks: Points) -> None:
    painter.setPen(QPen(QColor(210, 216, 226), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line in _OUTLINES:
        points = [QPointF(float(x), float(y)) for x, y in landmarks[list(line), :2]]
        painter.drawPolygon(QPolygonF(points))


def _paint_guide(painter: QPainter, size: QSize) -> None:
    pen = QPen(QColor(242, 243, 245, 170), max(2.0, size.height() / 160))
    pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    middle = QPointF(size.width() / 2, size.height() / 2)
    painter.drawEllipse(middle, 0.24 * size.height(), 0.32 * size.height())
