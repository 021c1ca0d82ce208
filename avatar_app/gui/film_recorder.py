"""Recordings and snapshots of the running session; outlives a window that is built anew."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from avatar_app.config import AppConfig
from avatar_app.gui.background import Background
from avatar_app.gui.choices import MicrophoneChoice
from avatar_app.gui.core import Core
from avatar_app.gui.session_bridge import SessionBridge
from avatar_app.live.recording_status import RecordingState, RecordingStatus
from avatar_app.live.status import Problem

if TYPE_CHECKING:
    from avatar_app.live.recording import Recording


class FilmRecorder(QObject):
    """One recording after another; slow work runs in a lane of its own, so that nothing keeps the
    beginning waiting, and in the recording's thread. ``changed`` tells of a new state, ``failed``
    carries a Problem, ``kept`` the file of a film or snapshot and a remark about its signature;
    ``last`` is what that brought last."""

    changed = pyqtSignal()
    failed = pyqtSignal(object)
    kept = pyqtSignal(object, str)
    microphones_listed = pyqtSignal(object)
    _reported = pyqtSignal(object)

    def __init__(self, core: Core, bridge: SessionBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._core = core
        self._bridge = bridge
        self._lane = Background("window-films", self)
        self._recording: Recording | None = None
        self._opening = False
        self._closed = False
        self._told: Problem | None = None
        self.last: tuple[Path, str] | None = None
        self._reported.connect(self._on_reported)

    @property
    def status(self) -> RecordingStatus | None:
        """How the recording stands that was begun last; None before there is one."""
        return self._recording.status() if self._recording is not None else None

    @property
    def is_on(self) -> bool:
        """Whether a recording is on, or about to be."""
        status = self.status
        return self._opening or (status is not None and not status.is_over)

    def start(self, config: AppConfig) -> None:
        """Record from now on; nothing where no session runs or a recording is on already."""
        session = self._bridge.session
        if session is None or self.is_on or self._closed:
            return

        def report(status: RecordingStatus) -> None:
            """Called in threads of the core."""
            if not self._closed:
                self._reported.emit(status)

        self._opening = True
        self._told = None
        self._lane.submit(
            lambda: self._core.open_recording(
                config, lambda: session.status().latency_p50_ms / 1000, report
            ),
            self._on_opened,
            self._on_not_opened,
            where="recording",
        )

    def set_paused(self, paused: bool) -> None:
        """Leave out what comes, or go on."""
        if self._recording is None:
            return
        if paused:
            self._recording.pause()
        else:
            self._recording.resume()

    def stop(self) -> None:
        """End the film; ``kept`` brings it when it is whole."""
        if self._recording is not None:
            self._recording.close()
            if self._bridge.session is not None:
                self._bridge.session.leave(self._recording)

    def snapshot(self, config: AppConfig) -> None:
        """Keep what others see at this moment."""
        session = self._bridge.session
        rendered = session.snapshot() if session is not None else None
        if rendered is None:
            return
        self._lane.submit(
            lambda: self._core.save_snapshot(config, rendered),
            lambda saved: self._keep(*saved),
            self.failed.emit,
            where="recording",
        )

    def list_microphones(self) -> None:
        """Ask for the microphones; ``microphones_listed`` brings them."""
        self._bridge.look.submit(
            self._core.list_microphones, self._on_microphones, self.failed.emit, where="recording"
        )

    def close(self) -> None:
        """For closing the window: end the film and tell nothing more. Returns at once."""
        self._closed = True
        self._lane.close()
        if self._recording is not None:
            self._recording.close()

    def wait(self, seconds: float) -> bool:
        """Wait until film and snapshot are whole after ``close``; whether they are."""
        is_saved = self._lane.join(seconds)
        return is_saved and (self._recording is None or self._recording.wait(seconds))

    def _on_opened(self, recording: "Recording") -> None:
        self._opening = False
        self._recording = recording
        session = self._bridge.session
        if session is None:
            recording.close()
        else:
            session.join(recording)
        self.changed.emit()

    def _on_not_opened(self, problem: Problem) -> None:
        self._opening = False
        self.failed.emit(problem)
        self.changed.emit()

    def _on_reported(self, status: RecordingStatus) -> None:
        if self._closed:
            return
        if status.problem is not None and status.problem != self._told:
            self.failed.emit(status.problem)
        self._told = status.problem
        if status.state is RecordingState.DONE and status.frames:
            self._keep(status.path, status.remark)
        self.changed.emit()

    def _keep(self, path: Path, remark: str) -> None:
        self.last = path, remark
        self.kept.emit(path, remark)

    def _on_microphones(self, found: Sequence[MicrophoneChoice]) -> None:
        self.microphones_listed.emit(tuple(found))
