"""The settings the window edits, saved a moment after the last change."""

from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from avatar_app.config import AppConfig, save_config
from avatar_app.gui.background import Background

_SAVE_AFTER_MS = 400


class SettingsStore(QObject):
    """Holds the newest settings. A failed save is a Problem through ``failed``, never an end."""

    failed = pyqtSignal(object)

    def __init__(
        self, config: AppConfig, path: Path, lane: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.config = config
        self._path = path
        self._lane = lane
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVE_AFTER_MS)
        self._timer.timeout.connect(self._on_settled)

    def change(self, **parts: Any) -> AppConfig:
        """Replace whole fields of the settings (``avatar="…"``, ``motion=…``) and save soon."""
        changed = self.config.model_copy(update=parts)
        if changed != self.config:
            self.config = changed
            self._timer.start()
        return self.config

    def flush(self) -> None:
        """Save at once what still waits, in this thread: for closing. Failing is silent then."""
        if self._timer.isActive():
            self._timer.stop()
            self._save(self.config)

    def _save(self, config: AppConfig) -> None:
        save_config(config, self._path)

    def _on_settled(self) -> None:
        config = self.config
        self._lane.submit(lambda: self._save(config), None, self.failed.emit, where="settings")
