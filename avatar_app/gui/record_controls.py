"""What the recording card and its keys do."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from PyQt6.QtCore import QObject, QTimer, QUrl, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QDesktopServices

from avatar_app.config import AppConfig
from avatar_app.gui.film_recorder import FilmRecorder
from avatar_app.gui.panels.record_panel import RecordPanel
from avatar_app.gui.session_bridge import SessionBridge
from avatar_app.gui.settings_store import SettingsStore
from avatar_app.live.status import Problem, SessionState, SessionStatus
from avatar_app.live.trip import Trip

_POLL_MS = 500
_ENOUGH_SECONDS = 3.0
_KEPT_SECONDS = 6.0
_LIVE = (SessionState.RUNNING, SessionState.PAUSED)
_SHUT = (SessionState.CLOSED, SessionState.CLOSING)


class RecordControls(QObject):
    """Joins the card with the recorder, the session and the settings. ``run_config`` gives the
    settings of the run. ``noted`` brings what is to be seen beside the picture: how the recording
    stands, for a moment what was kept, or nothing. ``no_way`` carries a Problem and its level."""

    noted = pyqtSignal(str)
    no_way = pyqtSignal(object, str)

    def __init__(
        self,
        panel: RecordPanel,
        films: FilmRecorder,
        bridge: SessionBridge,
        store: SettingsStore,
        run_config: Callable[[], AppConfig],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._films = films
        self._bridge = bridge
        self._store = store
        self._run_config = run_config
        self._state = bridge.state
        self._kept_at = float("-inf")
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)

        panel.record_wanted.connect(self._on_record)
        panel.pause_wanted.connect(films.set_paused)
        panel.snapshot_wanted.connect(lambda: films.snapshot(self._run_config()))
        panel.folder_wanted.connect(self._on_folder)
        panel.microphone_chosen.connect(self._on_microphone)
        panel.refresh_wanted.connect(films.list_microphones)
        films.microphones_listed.connect(panel.set_microphones)
        films.changed.connect(self._show)
        films.kept.connect(panel.show_kept)
        films.kept.connect(self._on_kept)
        bridge.changed.connect(self._on_session_changed)
        self._timer.timeout.connect(self._show)
        if films.last is not None:
            panel.show_kept(*films.last)

    def stop_polling(self) -> None:
        """For closing: no timer is left."""
        self._timer.stop()

    @pyqtSlot()
    def _show(self) -> None:
        self._panel.show_status(self._films.status, live=self._state in _LIVE)
        delay = usual_delay(self._bridge.trips()) if self._state in _LIVE else None
        if delay is not None:
            self._panel.show_latency(delay)
        is_fresh = time.monotonic() < self._kept_at + _KEPT_SECONDS
        self.noted.emit(self._panel.kept_words if is_fresh else self._panel.state.text())
        if self._state in _SHUT and not self._films.is_on and not is_fresh:
            self._timer.stop()

    def _on_session_changed(self, status: SessionStatus) -> None:
        self._state = status.state
        if status.state not in _SHUT and not self._timer.isActive():
            self._timer.start()
        self._show()

    def _on_record(self, on: bool) -> None:
        if on:
            self._films.start(self._run_config())
        else:
            self._films.stop()
        self._show()

    @pyqtSlot()
    def _on_kept(self) -> None:
        self._kept_at = time.monotonic()
        self._timer.start()
        self._show()

    def _on_folder(self) -> None:
        if self._films.last is not None:
            path, _ = self._films.last
            if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))):
                self.no_way.emit(_no_way(path), "info")

    def _on_microphone(self, word: str) -> None:
        recording = self._store.config.recording.model_copy(update={"microphone": word})
        self._store.change(recording=recording)


def _no_way(path: Path) -> Problem:
    return Problem(
        "recording",
        "This system has no program that opens folders.",
        f"The file is here: {path}",
    )


def usual_delay(trips: Sequence[Trip]) -> float | None:
    """Seconds that half of the pictures of the last twenty took at most: a number to be typed
    elsewhere must not wander with every load of the moment. None until there are enough."""
    if not trips or trips[-1].sent_at - trips[0].sent_at < _ENOUGH_SECONDS:
        return None
    return median(trip.latency for trip in trips)
