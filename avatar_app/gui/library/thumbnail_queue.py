"""Thumbnails that are made one after another, so that a change of the library never waits long."""

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QImage, QImageReader

from avatar_app.gui.background import Background
from avatar_app.types import Box

if TYPE_CHECKING:
    from avatar_app.avatars.entry import LibraryEntry
    from avatar_app.avatars.library import AvatarLibrary


class ThumbnailQueue(QObject):
    """``loaded`` brings the word of an avatar and its square picture."""

    loaded = pyqtSignal(str, QImage)

    def __init__(self, lane: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane
        self._looks: dict[str, tuple[float, ...]] = {}
        self._waiting: deque[LibraryEntry] = deque()
        self._busy = False

    def ask(self, library: "AvatarLibrary", entries: "Iterable[LibraryEntry]") -> None:
        """Load those that are new or look different now."""
        for entry in entries:
            looks = _numbers(entry.crop)
            if self._looks.get(entry.id) != looks:
                self._looks[entry.id] = looks
                self._waiting.append(entry)
        self._library = library
        if not self._busy:
            self._next()

    def forget(self, word: str) -> None:
        """Load it anew should it come back."""
        self._looks.pop(word, None)

    def _next(self) -> None:
        self._busy = bool(self._waiting)
        if self._busy:
            library, entry = self._library, self._waiting.popleft()
            self._lane.submit(
                lambda: _read(library, entry),
                lambda picture: self._on_read(entry.id, picture),
                lambda _problem: self._next(),
            )

    def _on_read(self, word: str, picture: QImage) -> None:
        if not picture.isNull():
            self.loaded.emit(word, picture)
        self._next()


def _read(library: "AvatarLibrary", entry: "LibraryEntry") -> QImage:
    return QImageReader(str(library.thumbnail_of(entry))).read()


def _numbers(box: Box) -> tuple[float, ...]:
    return box.x0, box.y0, box.x1, box.y1
