"""Measures what the engine's pictures cost while a session runs."""

from PyQt6.QtCore import QObject, QTimer

from avatar_app.costs import LEAST_MS, Cost
from avatar_app.gui.session_bridge import SessionBridge
from avatar_app.live.stats import WINDOW_SECONDS
from avatar_app.live.status import SessionState, SessionStatus
from avatar_app.types import Outcome

_LOOK_MS = round(WINDOW_SECONDS * 1000) + 1000
"""Longer than the figures reach back: what two looks have in common held all the while."""

_STAGE = "render"


class CostWatch(QObject):
    """Looks now and then at a running session, and hands on what one engine did from one look to
    the next. Ends with the session."""

    def __init__(self, bridge: SessionBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._before: tuple[str, str, str] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        bridge.changed.connect(self._on_changed)

    def look(self) -> None:
        """Read the figures of this moment."""
        status = self._bridge.status()
        cost = None if status is None else _cost_of(status)
        if cost is not None and cost.key == self._before:
            self._bridge.keep_cost(cost)
        self._before = None if cost is None else cost.key

    def _on_changed(self, status: SessionStatus) -> None:
        if status.state is not SessionState.RUNNING:
            self._timer.stop()
            self._before = None
        elif not self._timer.isActive():
            self._timer.start()


def _cost_of(status: SessionStatus) -> Cost | None:
    """What a picture costs now; None while no pictures are drawn."""
    info, ms = status.engine, dict(status.stage_ms).get(_STAGE, 0.0)
    if info is None or status.preparing or status.outcome != Outcome.RENDERED or ms < LEAST_MS:
        return None
    model, _, _ = info.model.partition(" ")
    return Cost(engine=info.name, model=model, runtime=info.runtime_word, ms=ms)
