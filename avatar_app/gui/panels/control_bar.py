"""The few things done while live: start, stop, neutral pose, pass-through."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from avatar_app.gui.panels.form import restyle
from avatar_app.gui.switch import Switch
from avatar_app.live.status import SessionState

_WORDS = {
    SessionState.CLOSED: "Start",
    SessionState.FAILED: "Stop",
    SessionState.OPENING: "Starting…",
    SessionState.RUNNING: "Stop",
    SessionState.PAUSED: "Stop",
    SessionState.CLOSING: "Stopping…",
}
_OPEN = (SessionState.RUNNING, SessionState.PAUSED, SessionState.FAILED)
_LIVE = (SessionState.RUNNING, SessionState.PAUSED)


class ControlBar(QWidget):
    """One big button and its companions; says what was asked, decides nothing."""

    start_wanted = pyqtSignal()
    stop_wanted = pyqtSignal()
    neutral_wanted = pyqtSignal()
    pass_through_wanted = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start = QPushButton("Start")
        self.start.setProperty("role", "primary")
        self.start.setToolTip("Start or stop the avatar (F5)")
        self.neutral = QPushButton("Set neutral pose (N)")
        self.neutral.setToolTip("Look straight ahead with a relaxed face, then press N")
        self.pass_through = Switch("Show my &real face", danger=True)
        self.pass_through.setAccessibleName("Pass-through: others see the camera picture")
        self.pass_through.setToolTip("Pass-through: others see the camera picture, not the avatar")
        self._state = SessionState.CLOSED

        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.start)
        row.addWidget(self.neutral)
        row.addStretch(1)
        row.addWidget(self.pass_through)

        self.start.clicked.connect(self._on_start_clicked)
        self.neutral.clicked.connect(self.neutral_wanted)
        self.pass_through.toggled.connect(self.pass_through_wanted)
        for keys, button in (("F5", self.start), ("N", self.neutral)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(button.click)
        self.show_state(SessionState.CLOSED)

    def show_state(self, state: SessionState) -> None:
        """Offer what can be done in ``state``."""
        self._state = state
        live = state in _LIVE
        words = _WORDS[state]
        self.start.setText(words)
        self.start.setAccessibleName(words)
        self.start.setEnabled(not words.endswith("…"))
        restyle(self.start, "live", "true" if state in _OPEN else "false")
        self.neutral.setEnabled(live)
        self.pass_through.setEnabled(live)
        if not live:
            self.show_pass_through(False)

    def show_pass_through(self, on: bool) -> None:
        """Put the switch where the session says, without asking for anything."""
        self.pass_through.blockSignals(True)
        self.pass_through.setChecked(on)
        self.pass_through.blockSignals(False)
        self.pass_through.update()

    def _on_start_clicked(self) -> None:
        if self._state in _OPEN:
            self.stop_wanted.emit()
        else:
            self.start_wanted.emit()
