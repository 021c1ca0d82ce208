"""Where a dialog that asks for a file opens."""

from pathlib import Path

from PyQt6.QtCore import QStandardPaths
from PyQt6.QtWidgets import QFileDialog


class FolderMemory:
    """The folder something was chosen in last; before that a usual one of the user, never the one
    that the program happens to run in."""

    def __init__(self, usual: QStandardPaths.StandardLocation) -> None:
        self._usual = usual
        self._last: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder to begin in; the home folder where the usual one is missing."""
        found = self._last or Path(QStandardPaths.writableLocation(self._usual))
        return found if found.is_dir() else Path.home()

    def serve(self, dialog: QFileDialog) -> None:
        """Open ``dialog`` there, and remember where it was left with a choice."""
        dialog.setDirectory(str(self.folder))
        dialog.filesSelected.connect(self._on_chosen)

    def _on_chosen(self, files: list[str]) -> None:
        self._last = Path(files[0]).parent
