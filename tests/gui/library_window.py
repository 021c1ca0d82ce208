"""Avatars for the window's library, looked at once, and the window's dialogs by name."""

from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import numpy as np
from gui_twin import TwinCore
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from avatar_app.avatars.consent import stated
from avatar_app.avatars.entry import LibraryEntry
from avatar_app.avatars.inspection import Inspection
from avatar_app.avatars.intake import Intake
from avatar_app.gui.library.dialog import LibraryDialog
from avatar_app.gui.main_window import MainWindow
from avatar_app.imaging import read_image, resize, write_png
from avatar_app.paths import bundled_avatars
from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
from avatar_app.types import ConsentKind, RgbImage

OWN = stated(ConsentKind.OWN)
SIDE = 320

D = TypeVar("D", bound=LibraryDialog)


@cache
def face(name: str = "mira") -> RgbImage:
    """A bundled portrait, (320, 320, 3)."""
    image = read_image(bundled_avatars()[name])
    side = min(image.shape[:2])
    left = (image.shape[1] - side) // 2
    return resize(np.ascontiguousarray(image[:side, left : left + side]), (SIDE, SIDE))


@cache
def inspected() -> Inspection:
    return Intake(lambda: MediaPipeTracker(static=True, max_faces=4)).image(face(), "Mira")


def add(core: TwinCore, name: str, *, consented: bool = True, person: str = "") -> LibraryEntry:
    """An avatar of the user's own; each name is another picture to the library."""
    another = replace(inspected(), digest=sha256(name.encode()).hexdigest())
    consent = OWN if consented else None
    return core.open_library().add(another, name=name, person=person, consent=consent)


def picture_file(path: Path, image: RgbImage | None = None) -> Path:
    write_png(path, face() if image is None else image)
    return path


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    drop_data(window, data)


def drop_data(target: object, data: QMimeData) -> None:
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    target.dropEvent(event)  # type: ignore[attr-defined]


def dialog_of(qtbot: QtBot, window: MainWindow, kind: type[D]) -> D:
    """The dialog of that kind, once it is on the screen."""

    def there() -> list[D]:
        return [dialog for dialog in window.findChildren(kind) if dialog.isVisible()]

    qtbot.waitUntil(lambda: bool(there()))
    return there()[-1]


def names(window: MainWindow) -> list[str]:
    return [tile.title for tile in window.body.avatars.strip.tiles]


def word(window: MainWindow, name: str) -> str:
    return next(tile.word for tile in window.body.avatars.strip.tiles if tile.title == name)
