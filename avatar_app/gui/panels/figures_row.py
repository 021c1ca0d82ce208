"""The live figures: what the camera gives, what the engine makes of it, how late it is."""

from dataclasses import dataclass

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.panels.form import label
from avatar_app.gui.panels.latency_words import delay_sentence, rates_sentence
from avatar_app.live.status import SessionStatus

SLOW_FPS = 9.5
"""Below that a tenth of a picture a second counts."""

_NONE = "–"
_SPACING = 6
_APART = 14


@dataclass(frozen=True, slots=True)
class _Pair:
    caption: QLabel
    figure: QLabel

    def width(self) -> int:
        return self.caption.sizeHint().width() + self.figure.sizeHint().width()

    def set_visible(self, visible: bool) -> None:
        self.caption.setVisible(visible)
        self.figure.setVisible(visible)


class FiguresRow(QWidget):
    """Five figures with their names, in one quiet line. Where there is no room for all, the least
    important ones go; the tooltip of the row still tells them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.camera = self._figure("9.9 fps")
        self.engine = self._figure("9.9 fps")
        self.sent = self._figure("9.9 fps")
        self.latency = self._figure("999 ms")
        self.dropped = self._figure("9999")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addStretch(1)
        camera = self._add(tr("Camera"), self.camera, tr("Pictures a second that the camera gives"))
        engine = self._add(
            tr("Engine"), self.engine, tr("Pictures of the avatar a second that the engine makes")
        )
        sent = self._add(
            tr("Sent"), self.sent, tr("Pictures a second that the outputs get, repeats among them")
        )
        latency = self._add(
            tr("Delay"),
            self.latency,
            tr("From the camera to the output; 95 of 100 pictures are faster"),
        )
        dropped = self._add(
            tr("Dropped"),
            self.dropped,
            tr("Camera pictures that were too many and left out"),
        )
        self._by_importance = (latency, engine, camera, sent, dropped)
        self._is_idle = True
        self.clear()

    def show_status(self, status: SessionStatus) -> None:
        """Show the figures of one snapshot."""
        self.camera.setText(rate_words(status.source_fps))
        self.engine.setText(rate_words(status.fps))
        self.sent.setText(rate_words(status.sent_fps))
        self.latency.setText(_delay_words(status.latency_p95_ms))
        self.dropped.setText(f"{status.dropped}")
        self._is_idle = False
        self.setToolTip(f"{delay_sentence(status)}\n{rates_sentence(status)}")
        self._fit()

    def clear(self) -> None:
        """Nothing runs, so there is nothing to show."""
        for figure in (self.camera, self.engine, self.sent, self.latency, self.dropped):
            figure.setText(_NONE)
        self._is_idle = True
        self.setToolTip("")
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        width = sum(pair.width() for pair in self._by_importance)
        return QSize(width, self.latency.sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self._by_importance[0].width(), self.latency.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fit()

    def _add(self, name: str, figure: QLabel, tip: str) -> _Pair:
        caption = label(name, "muted")
        caption.setToolTip(tip)
        caption.setContentsMargins(_APART, 0, _SPACING, 0)
        figure.setToolTip(tip)
        figure.setAccessibleName(name)
        figure.setAccessibleDescription(tip)
        self._row.addWidget(caption)
        self._row.addWidget(figure)
        return _Pair(caption, figure)

    def _fit(self) -> None:
        left = self.width()
        for pair in self._by_importance:
            left -= pair.width()
            fits = left >= 0 or pair is self._by_importance[0]
            pair.set_visible(fits and not self._is_idle)

    def _figure(self, widest: str) -> QLabel:
        figure = label("", "figure")
        bold = QFont(figure.font())
        bold.setBold(True)
        figure.setMinimumWidth(QFontMetrics(bold).horizontalAdvance(widest))
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
