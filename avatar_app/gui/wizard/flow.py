"""When a calibration is offered and opened, and what it does to the running session."""

from collections.abc import Sequence

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QDialog, QWidget

from avatar_app.config import AppConfig
from avatar_app.gui.actions import KeyMap
from avatar_app.gui.choices import CameraChoice
from avatar_app.gui.session_bridge import CALIBRATION, SessionBridge
from avatar_app.gui.settings_store import SettingsStore
from avatar_app.gui.wizard.offer import CalibrationOffer
from avatar_app.live.status import Problem, SessionState, SessionStatus
from avatar_app.types import Calibration

_CAMERAS = ("camera:", "url:")
"""Only who sits before one is offered to be measured."""


class CalibrationFlow(QObject):
    """Opens one calibration at a time over ``window``, and offers it after the start
    until that was answered.

    While it is open a running session shows others a card: nobody wants to be seen pulling faces.
    What was accepted holds in the session at once; a cancel leaves everything as it was. Where
    another camera is chosen it closes and ``camera_wanted`` brings that camera's word: whoever owns
    the choice of the camera opens it again for that one."""

    closed = pyqtSignal()
    camera_wanted = pyqtSignal(str)

    def __init__(
        self,
        bridge: SessionBridge,
        store: SettingsStore,
        offer: CalibrationOffer,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._store = store
        self._offer = offer
        self._window = window
        self._camera, self._another = "", ""
        self._cameras: tuple[CameraChoice, ...] = ()
        self._asked = self._paused = False
        self._dialog: QDialog | None = None
        bridge.calibration_ready.connect(self._on_ready)
        bridge.failed.connect(self._on_failed)
        bridge.changed.connect(self._on_changed)
        offer.declined.connect(self._remember)

    @property
    def is_asked(self) -> bool:
        """Whether one is being prepared."""
        return self._asked

    @property
    def dialog(self) -> QDialog | None:
        """The open calibration."""
        return self._dialog

    def open(self, config: AppConfig, camera: str, cameras: Sequence[CameraChoice] = ()) -> None:
        """Ask for a calibration of the settings' camera, called ``camera``, and avatar;
        ``cameras`` are those that can be chosen there."""
        if not self._asked and self._dialog is None:
            self._asked, self._camera = True, camera
            self._cameras = tuple(other for other in cameras if other.title != camera)
            self._offer.hide()
            self._remember()
            self._bridge.prepare_calibration(config)

    def close(self) -> None:
        """Give up what is open."""
        if self._dialog is not None:
            self._dialog.reject()  # Which close() would not do to one that is not shown yet.

    @pyqtSlot(object)
    def _on_ready(self, parts: object) -> None:
        from avatar_app.gui.wizard.dialog import CalibrationDialog
        from avatar_app.gui.wizard.parts import CalibrationParts

        asked, self._asked = self._asked, False
        if not asked or not isinstance(parts, CalibrationParts) or not self._window.isVisible():
            return
        is_live = self._bridge.is_live
        self._paused = self._bridge.state is SessionState.RUNNING
        if self._paused:
            self._bridge.set_paused(True)
        tap = self._bridge.latest_input if is_live else None
        keys = KeyMap(self._store.config.keys)
        dialog = CalibrationDialog(
            parts, self._camera, self._cameras, tap=tap, keys=keys, parent=self._window
        )
        dialog.camera_wanted.connect(self._on_camera_wanted)
        dialog.calibrated.connect(self._on_calibrated)
        dialog.finished.connect(self._on_finished)
        self._dialog = dialog
        QTimer.singleShot(0, self._show)  # A turn of the event loop of its own.

    def _show(self) -> None:
        if self._dialog is not None:
            self._dialog.open()

    def _remember(self) -> None:
        window = self._store.config.window
        if not window.calibration_offered:
            self._store.change(window=window.model_copy(update={"calibration_offered": True}))

    def _on_changed(self, status: SessionStatus) -> None:
        if status.state is SessionState.CLOSED:
            self._offer.hide()
        is_due = not self._store.config.window.calibration_offered
        is_driven = self._bridge.source.startswith(_CAMERAS)
        if status.state is SessionState.RUNNING and is_due and is_driven and self._dialog is None:
            self._offer.show()

    @pyqtSlot(object)
    def _on_failed(self, problem: Problem) -> None:
        if problem.where == CALIBRATION:
            self._asked = False

    def _on_calibrated(self, calibration: Calibration) -> None:
        self._bridge.calibrate(calibration)

    def _on_camera_wanted(self, word: str) -> None:
        self._another = word
        self.close()

    def _on_finished(self, _result: int) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.deleteLater()
        if self._paused:
            self._paused = False
            self._bridge.set_paused(False)
        self.closed.emit()
        another, self._another = self._another, ""
        if another:
            self.camera_wanted.emit(another)
