"""The last seconds of delay as areas stacked on each other, and the time between two pictures."""

from collections.abc import Iterator, Sequence

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.panels.latency_areas import HATCHED, Run, Table, areas, runs_of
from avatar_app.gui.theme import stage_colours
from avatar_app.live.stats import TRIP_SECONDS
from avatar_app.live.trip import STAGES, Trip

_TOPS = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
_LINE_STEP = 2
"""Pixels between two points of the line, where there are more pictures than pixels."""

_APART = 10
_SMALLEST = QSize(160, 72)
_WANTED = QSize(360, 112)


class LatencyChart(QWidget):
    """Paints the trips it was given last; time runs to the right and ends now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: list[Run] = []
        self._top = _TOPS[1]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def top_ms(self) -> int:
        """What the upper edge stands for, milliseconds."""
        return self._top

    def show_trips(self, trips: Sequence[Trip], now: float) -> None:
        """Those of the last seconds; ``now`` on their clock."""
        self._runs = runs_of(trips, now)
        self._top = _top(self._runs)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return _WANTED

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return _SMALLEST

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802, ARG002 - Qt's name
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            font = self.font()
            font.setPointSizeF(font.pointSizeF() * 0.85)
            painter.setFont(font)
            plot = self._plot(painter)
            self._paint_scale(painter, plot)
            painter.save()
            painter.setClipRect(plot)
            self._paint_runs(painter, plot)
            painter.restore()
            self._paint_times(painter, plot)

    def _plot(self, painter: QPainter) -> QRectF:
        metrics = painter.fontMetrics()
        left = metrics.horizontalAdvance(self._label(self._top)) + 6.0
        height = float(metrics.height())
        return QRectF(self.rect()).adjusted(left, height / 2, -1, -height - 2)

    def _label(self, milliseconds: float) -> str:
        return tr("{time:.0f} ms", time=milliseconds)

    def _paint_scale(self, painter: QPainter, plot: QRectF) -> None:
        palette, height = self.palette(), painter.fontMetrics().height()
        for part in (0.0, 0.5, 1.0):
            y = plot.bottom() - part * plot.height()
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            place = QRectF(0, y - height / 2, plot.left() - 6, height)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, self._label(part * self._top))

    def _paint_times(self, painter: QPainter, plot: QRectF) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        place = QRectF(plot.left(), plot.bottom() + 2, plot.width(), self.height())
        metrics, now = painter.fontMetrics(), tr("now")
        room = int(plot.width()) - metrics.horizontalAdvance(now) - _APART
        before = tr("{seconds} seconds ago", seconds=round(TRIP_SECONDS))
        shown = metrics.elidedText(before, Qt.TextElideMode.ElideRight, room)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, shown)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight, now)

    def _paint_runs(self, painter: QPainter, plot: QRectF) -> None:
        ratio = self.devicePixelRatioF()
        size = (plot.size() * ratio).toSize()
        colours = stage_colours(self.palette())
        painter.drawImage(plot.topLeft(), areas(self._runs, self._top, colours, size, ratio))
        painter.setPen(line_pen(self.palette()))
        for run in self._runs:
            x, y = run.places(plot.width())[1:], run.gaps[1:] * plot.height() / self._top
            fewer = max(1, round(len(x) / max(1.0, plot.width() / _LINE_STEP)))
            painter.drawPolyline(QPolygonF(_points(plot, x[::fewer], y[::fewer])))


def stage_brushes(palette: QPalette) -> Iterator[QBrush]:
    """One for each of STAGES, for a legend."""
    for stage, colour in zip(STAGES, stage_colours(palette), strict=True):
        pattern = Qt.BrushStyle.BDiagPattern if stage in HATCHED else Qt.BrushStyle.SolidPattern
        yield QBrush(colour, pattern)


def line_pen(palette: QPalette) -> QPen:
    """The line of the time between two pictures."""
    return QPen(QColor(palette.color(QPalette.ColorRole.Text)), 1.2)


def _top(runs: Sequence[Run]) -> int:
    if not runs:
        return _TOPS[1]
    values = np.concatenate([np.maximum(run.borders[-1], run.gaps) for run in runs])
    wanted = 1.1 * float(np.percentile(values, 98))
    return next((top for top in _TOPS if top >= wanted), _TOPS[-1])


def _points(plot: QRectF, x: Table, y: Table) -> list[QPointF]:
    places = zip((plot.left() + x).tolist(), (plot.bottom() - y).tolist(), strict=True)
    return [QPointF(*place) for place in places]
