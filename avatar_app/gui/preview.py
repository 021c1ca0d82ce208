"""A picture that changes thirty times a second, or the words that stand in its place."""

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from avatar_app.gui.theme import ALARM, STAGE
from avatar_app.types import RgbImage

_RADIUS = 10.0
_SLIVERS = 10
"""Where a picture would leave so many pixels at two sides together, it takes them as well."""
_ALARM_WIDTH = 6
_RGB = QImage.Format.Format_RGB888


class Preview(QWidget):
    """Shows the newest picture it was given, fitted and never stretched.

    The arrays are shown without a copy and never written to. ``set_alarm`` puts a red frame and a
    red banner around the picture; ``set_pill`` a small note into its left corner, ``set_note`` one
    into the right corner. ``ground`` is the colour of what it lies on."""

    def __init__(
        self,
        name: str,
        *,
        hint: QSize,
        ground: QPalette.ColorRole = QPalette.ColorRole.Window,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._hint = hint
        self._ground = ground
        self._pixels: RgbImage | None = None
        self._image: QImage | None = None
        self._portrait: QImage | None = None
        self._words = ""
        self._pill = ""
        self._note = ""
        self._alarm = ""
        self._mirrored = False
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def is_showing(self) -> bool:
        """Whether a picture of the stream is shown, not the idle words."""
        return self._image is not None

    @property
    def alarm(self) -> str:
        """The words of the red banner; empty while there is no alarm."""
        return self._alarm

    @property
    def pill(self) -> str:
        """The note in the corner; empty while there is none."""
        return self._pill

    @property
    def note(self) -> str:
        """The note in the right corner; empty while there is none."""
        return self._note

    @property
    def words(self) -> str:
        """What is written while no picture is shown."""
        return self._words

    def show_image(self, pixels: RgbImage) -> None:
        """Show ``pixels``, (H, W, 3) uint8, until the next one. The array is kept, not copied."""
        self._pixels = np.ascontiguousarray(pixels)
        height, width, _ = self._pixels.shape
        data, stride = self._pixels.data, 3 * width
        self._image = QImage(data, width, height, stride, _RGB)  # type: ignore[call-overload]
        self.update()

    def clear(self) -> None:
        """Back to the idle words."""
        self._image = None
        self._pixels = None
        self.update()

    def set_idle(self, words: str, portrait: QImage | None = None) -> None:
        """What is shown while there is no picture."""
        self._words = words
        self._portrait = portrait
        self.setAccessibleDescription(words)
        self.update()

    def set_pill(self, text: str) -> None:
        """A small note in the upper left corner of the picture; empty for none."""
        if text != self._pill:
            self._pill = text
            self.update()

    def set_note(self, text: str) -> None:
        """A small note in the upper right corner, with or without a picture; empty for none."""
        if text != self._note:
            self._note = text
            self.update()

    def set_alarm(self, text: str) -> None:
        """A red frame with ``text`` on a red banner; empty for none."""
        if text != self._alarm:
            self._alarm = text
            self.update()

    def set_mirrored(self, mirrored: bool) -> None:
        """Turn left and right round, here on the screen only."""
        self._mirrored = mirrored
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self._hint

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self._hint / 2

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802, ARG002 - Qt's name
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.fillRect(self.rect(), STAGE)
            if self._image is not None:
                self._draw(painter, self._image)
            else:
                self._paint_idle(painter)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pill = self._pill if self._image is not None else ""
            left = self._pill_box(pill) if pill else QRectF()
            if pill:
                _paint_words(painter, left, pill)
            if self._note:
                _paint_words(painter, self._note_box(left), self._note)
            self._round_corners(painter)
            if self._alarm:
                self._paint_alarm(painter)

    def _draw(self, painter: QPainter, image: QImage) -> None:
        target = self._place_of(image)
        painter.save()
        if self._mirrored:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        painter.drawImage(target, image)
        painter.restore()

    def _place_of(self, image: QImage) -> QRectF:
        """All of the preview, where else a few pixels would be left at two sides."""
        area = QRectF(self.rect())
        place = fitted(image.size(), area)
        left = max(area.width() - place.width(), area.height() - place.height())
        return area if left <= _SLIVERS else place

    def _paint_idle(self, painter: QPainter) -> None:
        area = QRectF(self.rect())
        if self._portrait is not None:
            self._draw(painter, self._portrait)
            painter.fillRect(area, QColor(16, 18, 22, 85))
        if not self._words:
            return
        box = area.adjusted(20, 16, -20, -16)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        if self._portrait is not None:
            box.setTop(area.height() * 0.7)
            needed = painter.boundingRect(box, flags, self._words).adjusted(-16, -10, 16, 10)
            path = QPainterPath()
            path.addRoundedRect(needed, 10, 10)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillPath(path, QColor(16, 18, 22, 215))
        painter.setPen(QColor("#d7dbe2"))
        painter.drawText(box, flags, self._words)

    def _pill_box(self, words: str) -> QRectF:
        picture = self._place_of(self._image) if self._image else QRectF()
        return self._box(words).translated(picture.left() + 12, max(picture.top(), self._top()))

    def _note_box(self, pill: QRectF) -> QRectF:
        """At the right, and below ``pill`` where there is no room beside it."""
        box = self._box(self._note)
        box.translate(max(12.0, self.width() - box.width() - 12), self._top())
        apart = box.adjusted(-8, 0, 8, 0).intersects(pill)
        return box.translated(0, pill.bottom() + 6 - box.top()) if apart else box

    def _box(self, words: str) -> QRectF:
        metrics = self.fontMetrics()
        return QRectF(0, 12, metrics.horizontalAdvance(words) + 22.0, metrics.height() + 10.0)

    def _top(self) -> float:
        return _banner_height(self) if self._alarm else 0.0

    def _round_corners(self, painter: QPainter) -> None:
        """Paint what is behind over the corners: cheaper than clipping the picture."""
        area = QRectF(self.rect())
        outside = QPainterPath()
        outside.addRect(area)
        inside = QPainterPath()
        inside.addRoundedRect(area, _RADIUS, _RADIUS)
        painter.fillPath(outside - inside, self.palette().color(self._ground))

    def _paint_alarm(self, painter: QPainter) -> None:
        inset = _ALARM_WIDTH / 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ALARM, _ALARM_WIDTH))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), _RADIUS - 2, _RADIUS - 2
        )
        banner = QRectF(inset, inset, self.width() - 2 * inset, _banner_height(self))
        painter.fillRect(banner, ALARM.darker(125))
        font = QFont(self.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(banner, Qt.AlignmentFlag.AlignCenter, self._alarm)


def fitted(size: QSize, area: QRectF) -> QRectF:
    """The largest rectangle of the shape of ``size`` in the middle of ``area``."""
    scaled = size.toSizeF().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
    corner = area.center() - QPointF(scaled.width() / 2, scaled.height() / 2)
    return QRectF(corner, scaled)


def _paint_words(painter: QPainter, box: QRectF, words: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(16, 18, 22, 200))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setPen(QColor("#f2f3f5"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _banner_height(widget: QWidget) -> float:
    return widget.fontMetrics().height() + 14.0
