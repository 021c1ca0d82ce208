"""What others see, in words: the virtual camera, or why there is none and what mends it."""

from collections.abc import Sequence

from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QPushButton, QWidget

from avatar_app.config import OutputConfig
from avatar_app.gui.language import tr
from avatar_app.gui.panels.form import Card, label
from avatar_app.live.status import Problem, SessionState, SessionStatus

_SHUT = (SessionState.CLOSED, SessionState.CLOSING)


class OutputPanel(Card):
    """Reads the session's status; the reasons can be selected and copied."""

    def __init__(
        self, outputs: Sequence[str], config: OutputConfig, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Others see"), parent)
        self._names = [_name(word) for word in outputs]
        self._mode = f"{config.width}×{config.height}@{config.fps}"
        self.state = label("", "figure", wrap=True)
        self.reason = label("", "muted", wrap=True, selectable=True)
        self.copy = QPushButton(tr("Copy what mends it"))
        self._mending = ""

        self.rows.addWidget(self.state)
        self.rows.addWidget(self.reason)
        self.rows.addWidget(self.copy)

        self.copy.clicked.connect(self._on_copy)
        self.show_status(SessionStatus(SessionState.CLOSED))

    def show_status(self, status: SessionStatus) -> None:
        """Put the session's state into words."""
        troubles = [problem for problem in status.problems if problem.where == "sink"]
        state, reason = self._words(status, troubles)
        self.state.setText(state)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        self._mending = "\n".join(problem.hint for problem in troubles if problem.hint)
        self.copy.setVisible(bool(self._mending))

    def _words(self, status: SessionStatus, troubles: Sequence[Problem]) -> tuple[str, str]:
        if not self._names:
            return tr("Only you, in this window."), tr("No output was asked for.")
        if troubles:
            reasons = "\n".join(f"{tr(p.message)}\n{tr(p.hint)}".strip() for p in troubles)
            return tr("Only what is in this window."), reasons
        if status.state not in _SHUT:
            how = tr("Choose it as the camera in Zoom, Meet, Teams or OBS.")
            named = any(name.startswith("Avatar Camera") for name in self._names)
            return f"{', '.join(self._names)} {self._mode}", how if named else ""
        return "Nothing yet.", f"After Start: {', '.join(self._names)} {self._mode}"

    def _on_copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self._mending)


def _name(word: str) -> str:
    kind, _, rest = word.partition(":")
    if kind == "vcam":
        return f"Avatar Camera ({rest})" if rest else "Avatar Camera"
    return f"file {rest}" if rest else word
