"""What others see, large, with the figures above it; polls the newest pictures while live."""

import time

from PyQt6.QtCore import QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QImage, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.panels.camera_panel import shows_the_user
from avatar_app.gui.panels.figures_row import SLOW_FPS, FiguresRow, rate_words
from avatar_app.gui.panels.form import label
from avatar_app.gui.panels.latency_button import LatencyButton
from avatar_app.gui.panels.latency_panel import LatencyPanel
from avatar_app.gui.panels.latency_words import delay_sentence
from avatar_app.gui.preview import Preview
from avatar_app.gui.session_bridge import SessionBridge
from avatar_app.live.status import SessionState, SessionStatus
from avatar_app.translatable import translatable
from avatar_app.types import Frame, Outcome, RenderedFrame

_PICTURES_MS = 12
_FIGURES_MS = 500
_GRAPH_MS = 200
_WIDE = 620
_LEAST_PICTURE = 110
_GOOD_PICTURE = 240
"""Below that the graph's sentences go."""

_GAP = 8
_ALARM = translatable("Pass-through: others see your real face")
_HELD_BACK = translatable("Pass-through is on: your real face shows when the card goes")
_ALARM_FILM = translatable("Pass-through: others see the original, not the avatar")
_HELD_BACK_FILM = translatable("Pass-through is on: the original shows when the card goes")
_SEEN = translatable("What others see")
_ALONE = translatable("Preview")
_PILLS: dict[str, str] = {
    Outcome.RENDERED: translatable("● Live"),
    Outcome.HELD: translatable("● Live · face lost for a moment"),
    Outcome.NO_FACE: translatable("No face in the camera picture"),
    Outcome.FAILED: translatable("Placeholder is shown"),
    Outcome.PASS_THROUGH: translatable("● Live"),
    Outcome.PLACEHOLDER: translatable("Placeholder is shown"),
    Outcome.FROZEN: translatable("❚❚ Frozen: others see a still picture"),
}


class LiveView(QWidget):
    """Shows the newest picture of the session and of its source.

    Timers run only while a session is open; a picture that was shown already is not drawn again.
    ``looked`` carries each SessionStatus that was read. ``graph_wanted`` tells that the
    user opens or closes the graph of the delay."""

    looked = pyqtSignal(object)
    graph_wanted = pyqtSignal(bool)

    def __init__(
        self, bridge: SessionBridge, input_preview: Preview, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._last_input: Frame | None = None
        self._last_output: RenderedFrame | None = None
        self._idle: tuple[str, QImage | None] = ("", None)
        self._asked_pass_through = False
        self._is_covered = False
        self.input = input_preview
        self.output = Preview(tr(_ALONE), hint=QSize(640, 360))
        self.output.setMinimumHeight(_LEAST_PICTURE)
        self.figures = FiguresRow()
        self._pictures = QTimer(self)
        self._pictures.setTimerType(Qt.TimerType.PreciseTimer)
        self._pictures.setInterval(_PICTURES_MS)
        self._seconds = QTimer(self)
        self._seconds.setInterval(_FIGURES_MS)
        self.graph = LatencyPanel()
        self.graph_button = LatencyButton()

        self._heading = label(tr(_ALONE), "heading")
        heading = QHBoxLayout()
        heading.addWidget(self._heading)
        heading.addWidget(self.figures, 1)
        heading.addWidget(self.graph_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(_GAP)
        rows.addLayout(heading)
        rows.addWidget(self.output, 1)
        rows.addWidget(self.graph)
        self._clear_graph()
        self._fit_graph()

        self.graph_button.toggled.connect(self._on_graph_toggled)
        self._pictures.timeout.connect(self._on_pictures_due)
        self._seconds.timeout.connect(self._on_figures_due)
        bridge.changed.connect(self._on_changed)

    def set_idle(self, words: str, portrait: QImage | None = None) -> None:
        """What the large preview shows while nothing runs."""
        self._idle = (words, portrait)
        self._show_idle()

    def set_mirrored(self, mirrored: bool) -> None:
        """Turn both pictures round, on this screen only."""
        self.output.set_mirrored(mirrored)
        self.input.set_mirrored(mirrored)

    def show_pass_through(self, asked: bool) -> None:
        """Red from the moment it is asked for until no camera picture goes out any more."""
        self._asked_pass_through = asked
        self._show_alarm()

    def stop_polling(self) -> None:
        """For closing: no timer is left."""
        self._pictures.stop()
        self._seconds.stop()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Where it is narrow the figures need the heading's place."""
        super().resizeEvent(event)
        self._heading.setVisible(self.width() >= _WIDE)
        self._fit_graph()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """With the graph as it is without its sentences: they go where there is no room."""
        width, height = super().minimumSizeHint().width(), self._least()
        if self.graph_button.isChecked():
            height += _GAP + self.graph.needed(brief=True)
        return QSize(width, height)

    def show_graph(self, shown: bool) -> None:
        """Open or close the graph without announcing it."""
        self.graph_button.blockSignals(True)
        self.graph_button.setChecked(shown)
        self.graph_button.blockSignals(False)
        self._fit_graph()

    def _fit_graph(self) -> None:
        room = self.height() - self._least() + _LEAST_PICTURE - _GOOD_PICTURE - _GAP
        self.graph.set_brief(room < self.graph.needed(brief=False))
        is_open = self.graph_button.isChecked()
        self.graph.setVisible(is_open)
        self.graph_button.setVisible(is_open or self._pictures.isActive())
        self.updateGeometry()
        interval = _GRAPH_MS if is_open else _FIGURES_MS
        if interval != self._seconds.interval():
            self._seconds.setInterval(interval)

    def _least(self) -> int:
        return self.graph_button.sizeHint().height() + _GAP + _LEAST_PICTURE

    def _show_alarm(self) -> None:
        last = self._last_output
        leaking = last is not None and last.outcome is Outcome.PASS_THROUGH
        if self._asked_pass_through or leaking:
            covered = self._is_covered and not leaking
            if shows_the_user(self._bridge.source):
                self.output.set_alarm(tr(_HELD_BACK if covered else _ALARM))
            else:
                self.output.set_alarm(tr(_HELD_BACK_FILM if covered else _ALARM_FILM))
        else:
            self.output.set_alarm("")

    def _on_changed(self, status: SessionStatus) -> None:
        if status.state in (SessionState.CLOSED, SessionState.CLOSING):
            self._rest()
            self.looked.emit(status)
            return
        if not self._pictures.isActive():
            self._pictures.start()
            self._seconds.start()
            self._show_idle()
            self._fit_graph()
        self._show_figures(status)
        self.looked.emit(status)

    def _rest(self) -> None:
        self.stop_polling()
        self._last_input = None
        self._last_output = None
        self.show_pass_through(False)
        self.input.clear()
        self.output.clear()
        self._show_idle()
        self._name(seen=False)
        self.figures.clear()
        self._clear_graph()
        self._fit_graph()

    def _show_idle(self) -> None:
        """Who has pressed Start is not told to press it while the first picture is on its way."""
        words, portrait = self._idle
        self.output.set_idle(tr("Starting…") if self._pictures.isActive() else words, portrait)

    def _show_figures(self, status: SessionStatus) -> None:
        self.figures.show_status(status)
        self._name(seen=status.sent_fps > 0)
        self._is_covered = status.placeholder
        self._show_alarm()
        self._show_pill(status)

    def _name(self, *, seen: bool) -> None:
        """While no output takes the pictures, others do not see them."""
        words = tr(_SEEN if seen else _ALONE)
        if words != self._heading.text():
            self._heading.setText(words)
            self.output.setAccessibleName(words)

    def _show_pill(self, status: SessionStatus) -> None:
        if status.state is SessionState.OPENING:
            waits = any(problem.where == "source" for problem in status.problems)
            self.output.set_pill(tr("Waiting for the camera.") if waits else tr("Starting…"))
        elif status.state is SessionState.PAUSED:
            self.output.set_pill(tr("Paused"))
        elif status.state is SessionState.FAILED:
            self.output.set_pill(tr("Not running: see the message"))
        elif status.placeholder:
            self.output.set_pill(tr("❚❚ “Be right back” is shown"))
        elif status.preparing:
            self.output.set_pill(tr("Preparing…"))
        else:
            self.output.set_pill(_pill(status))

    def _on_pictures_due(self) -> None:
        window = self.window()
        if window is None or window.isMinimized() or not self.isVisible():
            return
        rendered = self._bridge.latest_output()
        if rendered is not None and rendered is not self._last_output:
            self._last_output = rendered
            self._show_alarm()
            self.output.show_image(rendered.image)
        frame = self._bridge.latest_input()
        if frame is not None and frame is not self._last_input:
            self._last_input = frame
            self.input.show_image(frame.image)

    def _on_figures_due(self) -> None:
        status = self._bridge.status()
        if status is not None:
            self._show_figures(status)
            self._show_trips(status)
            self._forget_input(status)
            self.looked.emit(status)

    def _forget_input(self, status: SessionStatus) -> None:
        """A source that is gone shows nothing: its last picture would look like one of now."""
        if status.source is None:
            self.input.clear()

    def _show_trips(self, status: SessionStatus) -> None:
        now, trips = time.perf_counter(), self._bridge.trips()
        self.graph_button.show_trips(trips, now)
        self.graph_button.setAccessibleDescription(delay_sentence(status))
        if self.graph.isVisible():
            self.graph.show_trips(trips, status, now)

    def _clear_graph(self) -> None:
        status = SessionStatus(SessionState.CLOSED)
        self.graph_button.show_trips((), 0.0)
        self.graph.show_trips((), status, 0.0)

    def _on_graph_toggled(self, shown: bool) -> None:
        self._fit_graph()
        self.graph_wanted.emit(shown)


def _pill(status: SessionStatus) -> str:
    """A rate that one can see is said beside the picture too."""
    words = tr(_PILLS.get(status.outcome, ""))
    if status.outcome == Outcome.RENDERED and 0 < status.fps < SLOW_FPS:
        words += f" · {rate_words(status.fps)}"
    return words
