"""Tells when something else than the window changed the library on the disk."""

from collections.abc import Iterable
from pathlib import Path

from PyQt6.QtCore import QFileSystemWatcher, QObject, QTimer, pyqtSignal

_CALM_MS = 250


class LibraryWatch(QObject):
    """Watches the library's folder and those of its avatars; the window's own changes are seen
    too. ``changed`` comes once things have been calm for a moment."""

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watcher = QFileSystemWatcher(self)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)

        self._watcher.directoryChanged.connect(self.again)
        self._calm.timeout.connect(self.changed)

    def follow(self, root: Path, folders: Iterable[Path]) -> None:
        """Watch these from now on, and no others. While ``root`` does not exist, its making."""
        wanted = {str(_nearest(root)), *map(str, folders)}
        watched = set(self._watcher.directories())
        if gone := watched - wanted:
            self._watcher.removePaths(sorted(gone))
        if new := wanted - watched:
            self._watcher.addPaths(sorted(new))

    def again(self) -> None:
        """Tell after a while."""
        self._calm.start()

    def stop(self) -> None:
        """For closing: nothing is told any more."""
        self._watcher.blockSignals(True)
        self._calm.stop()


def _nearest(folder: Path) -> Path:
    return next((place for place in (folder, *folder.parents) if place.is_dir()), folder)
