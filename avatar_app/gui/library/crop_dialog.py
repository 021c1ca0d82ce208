"""Another crop for an avatar that is in the library."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import QSize, pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from avatar_app.gui.language import tr
from avatar_app.gui.library.crop_part import CropPart
from avatar_app.gui.library.dialog import LibraryDialog
from avatar_app.gui.library.look import Look, as_qimage
from avatar_app.live.status import Problem

if TYPE_CHECKING:
    from avatar_app.avatars.entry import LibraryEntry
    from avatar_app.avatars.library import AvatarLibrary

_SHOWN_SIDE = 1400


class CropDialog(LibraryDialog):
    """The crop of one avatar, judged while it is dragged. ``saved`` brings the LibraryEntry."""

    saved = pyqtSignal(object)

    def __init__(
        self, library: "AvatarLibrary", entry: "LibraryEntry", parent: QWidget | None = None
    ) -> None:
        title = tr("Crop {name}", name=entry.name)
        super().__init__(title, tr("&Save"), QSize(620, 600), parent)
        self._library = library
        self._entry = entry
        self.crop = CropPart(self.lane)

        rows = QVBoxLayout(self)
        rows.addWidget(self.crop, 1)
        rows.addWidget(self.crop.findings)
        rows.addWidget(self.trouble)
        rows.addWidget(self.buttons)
        self.action.setEnabled(False)

        self.action.clicked.connect(self._on_save)
        self.crop.judged.connect(self._on_judged)
        self.lane.submit(lambda: _look_again(library, entry), self._on_look, self._on_no_look)

    def _on_look(self, look: Look) -> None:
        from avatar_app.avatars.crop import overlap

        self.crop.show_look(look)
        faces = [candidate.face.box for candidate in look.inspection.candidates]
        if faces:
            meant = max(range(len(faces)), key=lambda n: overlap(faces[n], self._entry.face))
            self.crop.mean(meant, self._entry.crop)

    def _on_no_look(self, problem: Problem) -> None:
        self.crop.hide()
        self.show_trouble(problem)

    def _on_judged(self) -> None:
        self.action.setEnabled(self.crop.is_usable)

    def _on_save(self) -> None:
        crop = self.crop.editor.crop
        if crop is not None:
            self.ask(lambda: self._library.recrop(self._entry.id, crop), self._on_saved)

    def _on_saved(self, entry: object) -> None:
        self.saved.emit(entry)
        self.accept()


def _look_again(library: "AvatarLibrary", entry: "LibraryEntry") -> Look:
    inspection = library.look_again(entry.id)
    return Look(inspection, as_qimage(inspection.image, _SHOWN_SIDE), (), (), None)
