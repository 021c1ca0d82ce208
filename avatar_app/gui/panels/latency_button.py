"""The delay of the last seconds as one small line; a click or the key opens the graph."""

from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PyQt6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from avatar_app.gui.language import tr
from avatar_app.live.stats import TRIP_SECONDS
from avatar_app.live.trip import Trip

_SIZE = QSize(92, 24)
_ARROW = 18.0
_LEAST_MS = 50.0


class LatencyButton(QAbstractButton):
    """Checked while the graph is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: list[tuple[float, float]] = []
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(tr("Latency graph"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_trips(self, trips: Sequence[Trip], now: float) -> None:
        """Draw the delay of these."""
        delays = [trip.latency for trip in trips] or [0.0]
        top = max(_LEAST_MS / 1000, 1.2 * float(np.percentile(delays, 98)))
        self._points = [
            (1 - (now - trip.sent_at) / TRIP_SECONDS, trip.latency / top) for trip in trips[::4]
        ]
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return _SIZE

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802, ARG002 - Qt's name
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            palette, frame = self.palette(), QRectF(self.rect()).adjusted(1, 1, -1, -1)
            edge = QPalette.ColorRole.Mid
            if self.hasFocus() or self.underMouse():
                edge = QPalette.ColorRole.Link
            painter.setPen(QPen(palette.color(edge), 2 if self.hasFocus() else 1))
            painter.setBrush(palette.color(QPalette.ColorRole.Button))
            painter.drawRoundedRect(frame, 6, 6)
            self._paint_line(painter, frame.adjusted(6, 5, -_ARROW, -5))
            self._paint_arrow(painter, QPointF(frame.right() - _ARROW / 2, frame.center().y()))

    def _paint_line(self, painter: QPainter, area: QRectF) -> None:
        if len(self._points) < 2:
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1.5))
            painter.drawLine(area.bottomLeft(), area.bottomRight())
            return
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 1.5))
        places = np.array(self._points).clip(0, 1)
        x = area.left() + places[:, 0] * area.width()
        y = area.bottom() - places[:, 1] * area.height()
        line = [QPointF(*place) for place in zip(x.tolist(), y.tolist(), strict=True)]
        painter.drawPolyline(QPolygonF(line))

    def _paint_arrow(self, painter: QPainter, middle: QPointF) -> None:
        painter.setPen(QPen(QColor(self.palette().color(QPalette.ColorRole.Text)), 1.5))
        way = -2.0 if self.isChecked() else 2.0
        left, right = middle + QPointF(-4, -way), middle + QPointF(4, -way)
        painter.drawPolyline(QPolygonF([left, middle + QPointF(0, way), right]))
