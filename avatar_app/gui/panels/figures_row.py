"""The live figures: what the camera gives, what the engine makes of it, how late it is."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.panels.form import label
from avatar_app.live.status import SessionStatus

SLOW_FPS = 9.5
"""Below that a tenth of a picture a second counts."""

_NONE = "–"


class FiguresRow(QWidget):
    """Four figures with their names, in one quiet line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.camera = self._figure("9.9 fps")
        self.engine = self._figure("9.9 fps")
        self.latency = self._figure("999 ms")
        self.dropped = self._figure("9999")

        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for name, figure, tip in (
            (tr("Camera"), self.camera, tr("Pictures a second that the camera gives")),
            (tr("Avatar"), self.engine, tr("Pictures a second that the engine makes")),
            (tr("Delay"), self.latency, tr("From the camera to the output; 95 of 100 are faster")),
            (tr("Dropped"), self.dropped, tr("Camera pictures that were too many and left out")),
        ):
            caption = label(name, "muted")
            caption.setToolTip(tip)
            figure.setToolTip(tip)
            figure.setAccessibleDescription(tip)
            row.addSpacing(14)
            row.addWidget(caption)
            row.addWidget(figure)
        self.clear()

    def show_status(self, status: SessionStatus) -> None:
        """Show the figures of one snapshot."""
        self.camera.setText(rate_words(status.source_fps))
        self.engine.setText(rate_words(status.fps))
        self.latency.setText(_delay_words(status.latency_p95_ms))
        self.dropped.setText(f"{status.dropped}")

    def clear(self) -> None:
        """Nothing runs, so there is nothing to say."""
        for figure in (self.camera, self.engine, self.latency, self.dropped):
            figure.setText(_NONE)

    def _figure(self, widest: str) -> QLabel:
        figure = label("", "figure")
        figure.setMinimumWidth(figure.fontMetrics().horizontalAdvance(widest))
        figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return figure


def rate_words(fps: float) -> str:
    """A rate as it is shown everywhere."""
    return tr("{fps:.1f} fps", fps=fps) if 0 < fps < SLOW_FPS else tr("{fps:.0f} fps", fps=fps)


def _delay_words(milliseconds: float) -> str:
    if not milliseconds:
        return _NONE
    if milliseconds < 999.5:
        return tr("{time:.0f} ms", time=milliseconds)
    return tr("{time:.1f} s", time=milliseconds / 1000)
