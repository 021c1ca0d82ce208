"""What covers the avatar while live: the placeholder and the frozen picture."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from avatar_app.gui.language import tr
from avatar_app.live.status import SessionState, SessionStatus

_LIVE = (
    SessionState.OPENING,
    SessionState.RUNNING,
    SessionState.PAUSED,
    SessionState.FAILED,
)


class CoverBar(QWidget):
    """Two buttons that stay down while they hold; says what was asked, follows the session."""

    placeholder_wanted = pyqtSignal(bool)
    freeze_wanted = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.placeholder = QPushButton(tr("&Be right back"))
        self.placeholder.setToolTip(tr("Others see a card instead of the avatar"))
        self.freeze = QPushButton(tr("&Freeze"))
        self.freeze.setToolTip(tr("The avatar’s last picture stays"))

        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self.placeholder, self.freeze):
            button.setCheckable(True)
            row.addWidget(button)

        self.placeholder.clicked.connect(self.placeholder_wanted)
        self.freeze.clicked.connect(self.freeze_wanted)
        self.show_status(SessionStatus(SessionState.CLOSED))

    def show_status(self, status: SessionStatus) -> None:
        """Put both where the session says."""
        for button, on in ((self.placeholder, status.placeholder), (self.freeze, status.frozen)):
            button.setEnabled(status.state in _LIVE)
            button.setChecked(on)
