"""What each colour of the latency graph stands for, with its milliseconds."""

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPalette, QPen
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from avatar_app.gui.panels.latency_areas import FAINT, HATCHED
from avatar_app.gui.panels.latency_chart import line_pen, stage_brushes
from avatar_app.live.trip import STAGES

_SWATCH = 12
_GAP = 8


class LatencyLegend(QWidget):
    """Rows in the order of the stack, the uppermost first, and the line below them. A name that
    has no room is shortened and told in full by a tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Name and value of each stage in the order of STAGES, then of the line."""
        is_wider = tuple(name for name, _ in rows) != tuple(name for name, _ in self._rows)
        self._rows = tuple(rows)
        if is_wider:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        metrics = self.fontMetrics()
        names = max((metrics.horizontalAdvance(name) for name, _ in self._rows), default=0)
        return QSize(_SWATCH + 2 * _GAP + names + self._values(), self._row() * (len(STAGES) + 1))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(110, self.sizeHint().height())

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            row = event.pos().y() // self._row()
            shown = self._shown()
            words = " ".join(shown[row][0]) if row < len(shown) else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802, ARG002 - Qt's name
        with QPainter(self) as painter:
            metrics, height = painter.fontMetrics(), self._row()
            for number, ((name, value), stage) in enumerate(self._shown()):
                place = QRectF(0, number * height, self.width(), height)
                self._paint_swatch(painter, place, stage)
                painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
                text = place.adjusted(_SWATCH + _GAP, 0, -self._values() - _GAP, 0)
                elided = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(text.width()))
                painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, elided)
                painter.setPen(self.palette().color(QPalette.ColorRole.Text))
                flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
                painter.drawText(place, flags, value)

    def _shown(self) -> list[tuple[tuple[str, str], int | None]]:
        """Row and number of its stage, None for the line."""
        stages = list(zip(self._rows, range(len(STAGES)), strict=False))
        line: list[tuple[tuple[str, str], int | None]] = [(row, None) for row in self._rows[-1:]]
        return [*reversed(stages), *line]

    def _paint_swatch(self, painter: QPainter, place: QRectF, stage: int | None) -> None:
        middle = place.center().y()
        if stage is None:
            painter.setPen(line_pen(self.palette()))
            painter.drawLine(QPointF(0, middle), QPointF(_SWATCH, middle))
            return
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
        swatch = QRectF(0.5, middle - _SWATCH / 2, _SWATCH - 1, _SWATCH - 1)
        brush = list(stage_brushes(self.palette()))[stage]
        if STAGES[stage] in HATCHED:
            faint = QColor(brush.color())
            faint.setAlpha(FAINT)
            painter.fillRect(swatch, faint)
        painter.setBrush(brush)
        painter.drawRect(swatch)

    def _row(self) -> int:
        return self.fontMetrics().height() + 2

    def _values(self) -> int:
        values = ["999 ms", *(value for _, value in self._rows)]
        return max(self.fontMetrics().horizontalAdvance(value) for value in values)
