"""Where the delay comes from: the graph of the last seconds, its legend, and words."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.panels.form import label
from avatar_app.gui.panels.latency_chart import LatencyChart
from avatar_app.gui.panels.latency_legend import LatencyLegend
from avatar_app.gui.panels.latency_words import (
    averages,
    delay_sentence,
    legend_rows,
    rates_sentence,
    spoken,
)
from avatar_app.live.status import SessionStatus
from avatar_app.live.trip import Trip

_MARGINS = 20
_SPACING = 6


class LatencyPanel(QFrame):
    """Shows what it is given and measures nothing. Without room for them the sentences go; a
    screen reader still has them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName(tr("Latency graph"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.chart = LatencyChart()
        self.legend = LatencyLegend()
        self.delay = label("", "plain", wrap=True, selectable=True)
        self.rates = label("", "muted", wrap=True, selectable=True)
        self._words = QWidget()

        words = QVBoxLayout(self._words)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(2)
        words.addWidget(self.delay)
        words.addWidget(self.rates)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.chart, 1)
        row.addWidget(self.legend, 0, Qt.AlignmentFlag.AlignVCenter)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 9, 12, 11)
        rows.setSpacing(_SPACING)
        rows.addLayout(row)
        rows.addWidget(self._words)

    def set_brief(self, brief: bool) -> None:
        """Graph and legend alone, or the sentences too."""
        self._words.setVisible(not brief)

    def needed(self, *, brief: bool) -> int:
        """The height that it needs, pixels."""
        graph = max(self.chart.minimumSizeHint().height(), self.legend.sizeHint().height())
        room = graph + 2 * self.contentsMargins().top() + _MARGINS
        if brief:
            return room
        width = max(1, self.width() - _MARGINS)
        words = [w.heightForWidth(width) for w in (self.delay, self.rates)]
        return room + _SPACING + sum(words) + 2

    def show_trips(self, trips: Sequence[Trip], status: SessionStatus, now: float) -> None:
        """The trips of the last seconds and the figures that belong to them."""
        found = averages(trips)
        self.chart.show_trips(trips, now)
        self.legend.show_rows(legend_rows(found))
        self.delay.setText(delay_sentence(status))
        self.rates.setText(rates_sentence(status))
        self.setAccessibleDescription(spoken(found, status))
