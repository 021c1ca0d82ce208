"""The few things done while live: start, stop, neutral pose, covers, pass-through."""

from PyQt6.QtCore import QEvent, QTimer, pyqtSignal
from PyQt6.QtWidgets import QBoxLayout, QPushButton, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.panels.cover_bar import CoverBar
from avatar_app.gui.panels.flow import FlowLayout
from avatar_app.gui.panels.form import restyle
from avatar_app.gui.switch import Switch
from avatar_app.live.status import SessionState
from avatar_app.translatable import translatable

_WORDS = {
    SessionState.CLOSED: translatable("Start"),
    SessionState.FAILED: translatable("Stop"),
    SessionState.OPENING: translatable("Starting…"),
    SessionState.RUNNING: translatable("Stop"),
    SessionState.PAUSED: translatable("Stop"),
    SessionState.CLOSING: translatable("Stopping…"),
}
_APART = 8
_BELOW = 10
_OPEN = (SessionState.RUNNING, SessionState.PAUSED, SessionState.FAILED)
_LIVE = (SessionState.RUNNING, SessionState.PAUSED)
_BUSY = (SessionState.OPENING, SessionState.CLOSING)
_PATIENCE_MS = 2000
"""So long a start is not stopped by a second click; one that takes longer can be given up."""


class ControlBar(QWidget):
    """One big button and its companions, in one row where there is room for all; says what was
    asked, decides nothing."""

    start_wanted = pyqtSignal()
    stop_wanted = pyqtSignal()
    neutral_wanted = pyqtSignal()
    calibration_wanted = pyqtSignal()
    pass_through_wanted = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start = QPushButton(tr("Start"))
        self.start.setProperty("role", "primary")
        self.start.setToolTip(tr("Start or stop the avatar (F5)"))
        self.neutral = QPushButton(tr("Set neutral pose (N)"))
        self.neutral.setToolTip(tr("Look straight ahead with a relaxed face, then press N"))
        self.calibrate = QPushButton(tr("&Calibrate…"))
        self.calibrate.setToolTip(tr("Be guided to a pose that suits the avatar, in half a minute"))
        self.pass_through = Switch("", danger=True)
        self.name_pass_through(is_face=True)
        self._state = SessionState.CLOSED
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)

        self.cover = CoverBar()

        self._doing = FlowLayout(_APART)
        self._doing.addWidget(self.start)
        self._doing.addWidget(self.neutral)
        self._doing.addWidget(self.calibrate)
        self._showing = FlowLayout(_APART, last_at_end=True)
        self._showing.addWidget(self.cover)
        self._showing.addWidget(self.pass_through)
        self._rows = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.addLayout(self._doing)
        self._rows.addLayout(self._showing, 1)
        self._fit()

        self.start.clicked.connect(self._on_start_clicked)
        self._patience.timeout.connect(self._name_start)
        self.neutral.clicked.connect(self.neutral_wanted)
        self.calibrate.clicked.connect(self.calibration_wanted)
        self.pass_through.toggled.connect(self.pass_through_wanted)
        self.show_state(SessionState.CLOSED)

    def event(self, event: QEvent | None) -> bool:
        """Another width, or longer words."""
        if event is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._fit()
        return super().event(event)

    def show_state(self, state: SessionState) -> None:
        """Offer what can be done in ``state``."""
        if state is not SessionState.OPENING:
            self._patience.stop()
        elif self._state is not SessionState.OPENING:
            self._patience.start()
        self._state = state
        live = state in _LIVE
        self._name_start()
        self.neutral.setEnabled(live)
        self.calibrate.setEnabled(live or state is SessionState.CLOSED)
        self.pass_through.setEnabled(live)
        if not live:
            self.show_pass_through(False)

    def stop_waiting(self) -> None:
        """For closing: no timer is left."""
        self._patience.stop()

    def show_pass_through(self, on: bool) -> None:
        """Put the switch where the session says, without asking for anything."""
        self.pass_through.blockSignals(True)
        self.pass_through.setChecked(on)
        self.pass_through.blockSignals(False)
        self.pass_through.update()

    def name_pass_through(self, *, is_face: bool) -> None:
        """Say what it would show: the user's face, or a film that moves the avatar."""
        words = tr("Show my &real face") if is_face else tr("Show the o&riginal")
        if words == self.pass_through.text():
            return
        self.pass_through.setText(words)
        if is_face:
            name = tr("Pass-through: others see the camera picture")
            tip = tr("Pass-through: others see the camera picture, not the avatar")
        else:
            name = tip = tr("Pass-through: others see the original, not the avatar")
        self.pass_through.setAccessibleName(name)
        self.pass_through.setToolTip(tip)

    def _fit(self) -> None:
        needed = self._doing.sizeHint().width() + _APART + self._showing.sizeHint().width()
        ways = QBoxLayout.Direction
        way = ways.LeftToRight if needed <= self.width() else ways.TopToBottom
        spacing = _APART if way is ways.LeftToRight else _BELOW
        if way is not self._rows.direction():
            self._rows.setDirection(way)
        if spacing != self._rows.spacing():  # Else it would ask for a layout, without an end.
            self._rows.setSpacing(spacing)

    @property
    def _can_stop(self) -> bool:
        is_late = self._state is SessionState.OPENING and not self._patience.isActive()
        return is_late or self._state in _OPEN

    def _name_start(self) -> None:
        words = tr(_WORDS[SessionState.RUNNING if self._can_stop else self._state])
        self.start.setText(words)
        self.start.setAccessibleName(words)
        # Disabled it would hand the focus on, and Space would show a card instead of stopping.
        is_busy = self._state in _BUSY and not self._can_stop
        restyle(self.start, "busy", "true" if is_busy else "false")
        restyle(self.start, "live", "true" if self._can_stop else "false")

    def _on_start_clicked(self) -> None:
        if self._can_stop:
            self.stop_wanted.emit()
        elif self._state not in _BUSY:
            self.start_wanted.emit()
