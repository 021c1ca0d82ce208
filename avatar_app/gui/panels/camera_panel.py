"""Where the pictures come from: cameras by name, the bundled performance, a video file."""

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QFileDialog, QWidget

from avatar_app.gui.choices import CameraChoice
from avatar_app.gui.language import tr
from avatar_app.gui.panels.form import Card
from avatar_app.gui.preview import Preview
from avatar_app.gui.switch import Switch
from avatar_app.translatable import translatable

PERFORMANCE = "clip:"
"""The word of the bundled performance."""

_IDLE = translatable("Your picture appears here.\nOnly you see it.")
_IDLE_CLIP = translatable("The clip that drives the avatar\nappears here.")
_VIDEO = "…"
_VIDEOS = "*.mp4 *.mkv *.mov *.avi *.webm *.m4v *.gif"


class _SourceBox(QComboBox):
    """A list of choices that asks to be refreshed each time it opens."""

    opened = pyqtSignal()

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        self.opened.emit()
        super().showPopup()


class CameraPanel(Card):
    """The choice of the source and a small picture of what it gives."""

    source_chosen = pyqtSignal(str)
    refresh_wanted = pyqtSignal()
    mirror_wanted = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Camera"), parent)
        self.box = _SourceBox()
        self.box.setAccessibleName(tr("Camera or clip that drives the avatar"))
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.box.setMinimumContentsLength(12)
        self.preview = Preview(tr("What the camera sees"), hint=QSize(280, 176))
        self.mirror = Switch(tr("&Mirror preview"))
        self.mirror.setToolTip(tr("Turns the pictures round on your screen only"))
        self._cameras: tuple[CameraChoice, ...] = ()
        self._file = ""

        self.rows.addWidget(self.box)
        self.rows.addWidget(self.preview)
        self.rows.addWidget(self.mirror)

        self.box.activated.connect(self._on_activated)
        self.mirror.toggled.connect(self.mirror_wanted)
        self.box.opened.connect(self.refresh_wanted)
        self._fill(PERFORMANCE)

    @property
    def word(self) -> str:
        """The chosen source, as ``open_source`` takes it."""
        return str(self.box.currentData())

    @property
    def cameras(self) -> tuple[CameraChoice, ...]:
        """The cameras listed last."""
        return self._cameras

    def set_cameras(self, cameras: Sequence[CameraChoice]) -> None:
        """Show these cameras; the choice stays, also when its camera has gone."""
        if tuple(cameras) == self._cameras:
            return
        self._cameras = tuple(cameras)
        was_open = bool((view := self.box.view()) and view.isVisible())
        self._fill(self.word)
        if was_open:
            QComboBox.showPopup(self.box)

    def choose(self, word: str) -> None:
        """Select a source by its word without announcing it."""
        self._fill(word)

    def _fill(self, chosen: str) -> None:
        words = [(camera.word, camera.title) for camera in self._cameras]
        words.append((PERFORMANCE, tr("Bundled performance")))
        if self._file:
            words.append((self._file, _title(self._file)))
        if chosen not in [word for word, _ in words]:
            words.insert(0, (chosen, _title(chosen)))
        self.box.blockSignals(True)
        self.box.clear()
        for word, title in words:
            self.box.addItem(title, word)
        self.box.insertSeparator(self.box.count())
        self.box.addItem(tr("Video file…"), _VIDEO)
        self.box.setCurrentIndex(self.box.findData(chosen))
        self.box.blockSignals(False)
        self._choose(chosen)

    def _choose(self, word: str) -> None:
        self._chosen = word
        self.preview.set_idle(tr(_IDLE if word.startswith("camera:") else _IDLE_CLIP))

    def _on_activated(self, _index: int) -> None:
        if self.word == _VIDEO:
            self.box.setCurrentIndex(self.box.findData(self._chosen))
            self._ask_for_a_video()
        elif self.word != self._chosen:
            self._choose(self.word)
            self.source_chosen.emit(self._chosen)

    def _ask_for_a_video(self) -> None:
        choice = f"{tr('Videos')} ({_VIDEOS});;{tr('All files')} (*)"
        dialog = QFileDialog(self.window(), tr("Choose a video"), "", choice)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_video_chosen)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _on_video_chosen(self, path: str) -> None:
        self._file = f"loop:{path}"
        self._fill(self._file)
        self.source_chosen.emit(self._file)


def _title(word: str) -> str:
    kind, _, rest = word.partition(":")
    if kind in ("file", "loop", "image", "folder", "performance"):
        return Path(rest).name
    if kind == "camera":
        return tr("Camera {number}", number=int(rest) + 1) if rest.isdigit() else rest
    return {"pattern": tr("Test card"), "screen": tr("Screen")}.get(kind, word)
