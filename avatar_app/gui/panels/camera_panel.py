"""Where the pictures come from: cameras by name, the bundled performance, the screen, a video file,
a stream in the network."""

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QSize, QStandardPaths, Qt, pyqtSignal
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QComboBox, QFileDialog, QInputDialog, QPushButton, QWidget

from avatar_app.capture import address_in
from avatar_app.capture.address import checked_address, shown_address
from avatar_app.errors import SourceError
from avatar_app.gui.choices import CameraChoice
from avatar_app.gui.language import tr
from avatar_app.gui.panels.camera_pictures import CameraPictures
from avatar_app.gui.panels.figures_row import rate_words
from avatar_app.gui.panels.folder_memory import FolderMemory
from avatar_app.gui.panels.form import Card, OpeningBox, label
from avatar_app.gui.preview import Preview
from avatar_app.gui.switch import Switch
from avatar_app.live.status import Problem, SessionState, SessionStatus
from avatar_app.translatable import translatable

PERFORMANCE = "clip:"
"""The word of the bundled performance."""

SCREEN = "screen:"
"""The word of the first screen."""

_IDLE = translatable("Your picture appears here.\nOnly you see it.")
_IDLE_CLIP = translatable("The clip that drives the avatar\nappears here.")
_VIDEO, _ADDRESS = "…", "……"
_VIDEOS = "*.mp4 *.mkv *.mov *.avi *.webm *.m4v *.gif"
_SHUT = (SessionState.CLOSED, SessionState.CLOSING)
_SHORTFALL = 0.8
"""A camera that gives less than this part of what it promised is told of."""


class CameraPanel(Card):
    """The choice of the source and a small picture of what it gives. ``refused`` carries the
    Problem with an address that is none."""

    source_chosen = pyqtSignal(str)
    refresh_wanted = pyqtSignal()
    mirror_wanted = pyqtSignal(bool)
    refused = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Camera"), parent)
        self._folders = FolderMemory(QStandardPaths.StandardLocation.MoviesLocation)
        self.box = OpeningBox()
        self.box.setAccessibleName(tr("Camera or clip that drives the avatar"))
        ground = QPalette.ColorRole.Base
        self.preview = Preview(tr("What the camera sees"), hint=QSize(280, 176), ground=ground)
        self.mirror = Switch(tr("&Mirror preview"))
        self.mirror.setToolTip(tr("Turns the pictures round on your screen only"))
        self._cameras: tuple[CameraChoice, ...] = ()
        self._named: dict[str, str] = {}
        self._another = ""

        self.mode = label("", "muted", wrap=True)
        self.mode.hide()
        self.instead = QPushButton()
        self.instead.hide()
        self.pictures = CameraPictures()

        self.rows.addWidget(self.box)
        self.rows.addWidget(self.pictures)
        self.rows.addWidget(self.preview)
        self.rows.addWidget(self.mode)
        self.rows.addWidget(self.instead)
        self.rows.addWidget(self.mirror)

        self.box.activated.connect(self._on_activated)
        self.mirror.toggled.connect(self.mirror_wanted)
        self.instead.clicked.connect(self._on_instead)
        self.pictures.chosen.connect(self.pick)
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
        self.pictures.set_cameras(self._cameras)
        was_open = bool((view := self.box.view()) and view.isVisible())
        self._fill(self.word)
        if was_open:
            QComboBox.showPopup(self.box)

    def choose(self, word: str) -> None:
        """Select a source by its word without announcing it."""
        self._fill(word)

    def pick(self, word: str) -> None:
        """Select a source by its word, as a click in the list does."""
        self._fill(word)
        self.source_chosen.emit(word)

    def show_status(self, status: SessionStatus) -> None:
        """Put into words what the source was opened with, and whether it keeps that rate."""
        words = _mode_words(status)
        self.mode.setText(words)
        self.mode.setVisible(bool(words))
        self._offer_another(any(problem.where == "source" for problem in status.problems))

    def _offer_another(self, in_trouble: bool) -> None:
        """While the chosen camera gives nothing, the next one is a click away."""
        words = [camera.word for camera in self._cameras]
        place = words.index(self.word) if self.word in words else -1
        others = [*self._cameras[place + 1 :], *self._cameras[: max(0, place)]]
        offered = others[0] if in_trouble and others and self.word.startswith("camera:") else None
        self.instead.setVisible(offered is not None)
        if offered is not None:
            self._another = offered.word
            self.instead.setText(
                tr("Use {camera} instead", camera=offered.title.replace("&", "&&"))
            )

    def _on_instead(self) -> None:
        self.pick(self._another)

    def _fill(self, chosen: str) -> None:
        words = [(camera.word, camera.title) for camera in self._cameras]
        words.append((PERFORMANCE, tr("Bundled performance")))
        words.append((SCREEN, tr("Screen")))
        words += [(word, _title(word)) for word in self._named.values()]
        if chosen not in [word for word, _ in words]:
            words.insert(0, (chosen, _title(chosen)))
        self.box.blockSignals(True)
        self.box.clear()
        for word, title in words:
            self.box.addItem(title, word)
        self.box.insertSeparator(self.box.count())
        self.box.addItem(tr("An address…"), _ADDRESS)
        self.box.addItem(tr("Video file…"), _VIDEO)
        self.box.setCurrentIndex(self.box.findData(chosen))
        self.box.blockSignals(False)
        self._choose(chosen)

    def _choose(self, word: str) -> None:
        self._chosen = word
        self.preview.set_idle(tr(_IDLE if shows_the_user(word) else _IDLE_CLIP))

    def _on_activated(self, _index: int) -> None:
        if self.word in (_VIDEO, _ADDRESS):
            ask = self._ask_for_a_video if self.word == _VIDEO else self._ask_for_an_address
            self.box.setCurrentIndex(self.box.findData(self._chosen))
            ask()
        elif self.word != self._chosen:
            self._choose(self.word)
            self.source_chosen.emit(self._chosen)

    def _ask_for_a_video(self) -> None:
        choice = f"{tr('Videos')} ({_VIDEOS});;{tr('All files')} (*)"
        dialog = QFileDialog(self.window(), tr("Choose a video"), "", choice)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._folders.serve(dialog)
        dialog.fileSelected.connect(self._on_video_chosen)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _on_video_chosen(self, path: str) -> None:
        self._take("file", f"loop:{path}")

    def _ask_for_an_address(self) -> None:
        dialog = QInputDialog(self.window())
        dialog.setWindowTitle(tr("A phone or a camera in the network"))
        dialog.setLabelText(tr("The address of its stream: http://, https:// or rtsp://"))
        dialog.resize(460, 120)
        dialog.textValueSelected.connect(self._on_address_typed)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _on_address_typed(self, text: str) -> None:
        try:
            self._take("address", f"url:{checked_address(text)}")
        except SourceError as error:
            self.refused.emit(Problem("source", error.message, error.hint))

    def _take(self, kind: str, word: str) -> None:
        """Choose what was named just now; of each kind the last one stays in the list."""
        self._named[kind] = word
        self._fill(word)
        self.source_chosen.emit(word)


def shows_the_user(word: str) -> bool:
    """Whether a source is a camera, here or in the network, and not a film, a screen or a card."""
    return word.startswith("camera:") or address_in(word) is not None


def _mode_words(status: SessionStatus) -> str:
    info = status.source
    if info is None or status.state in _SHUT:
        return ""
    size = f"{info.width}×{info.height}"
    if info.fps is None:
        return tr("Mode: {mode}", mode=" · ".join(filter(None, (size, info.detail))))
    rate = rate_words(float(info.fps))
    mode = " · ".join(filter(None, (size, info.detail, rate)))
    if 0 < status.source_fps < _SHORTFALL * info.fps:
        given = rate_words(status.source_fps)
        return tr("Mode: {mode}, but only {given} arrive", mode=mode, given=given)
    return tr("Mode: {mode}", mode=mode)


def _title(word: str) -> str:
    if (address := address_in(word)) is not None:
        return shown_address(address)
    kind, _, rest = word.partition(":")
    if kind in ("file", "loop", "image", "folder", "performance"):
        return Path(rest).name
    if kind == "camera":
        return tr("Camera {number}", number=int(rest) + 1) if rest.isdigit() else rest
    return {"pattern": tr("Test card"), "screen": tr("Screen")}.get(kind, word)
