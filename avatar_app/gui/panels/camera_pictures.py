"""What each camera sees at this moment, to choose by; only when it is asked for."""

from collections.abc import Sequence

from PyQt6.QtCore import QSize, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QIcon, QImage, QPixmap
from PyQt6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from avatar_app.gui.choices import CameraChoice
from avatar_app.gui.language import tr
from avatar_app.types import RgbImage

_ICON = QSize(104, 78)
_WIDEST = 240
_RGB = QImage.Format.Format_RGB888


class CameraPictures(QWidget):
    """A button, and below it one small picture for each camera that is free. ``wanted`` carries
    the words of the cameras to open for a moment, ``chosen`` that of the one that was clicked.

    Nothing is kept: the pictures go with a choice, with a second click, or when the list of cameras
    changes."""

    wanted = pyqtSignal(object)
    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.show_all = QPushButton(tr("Show &pictures"))
        self.show_all.setToolTip(
            tr("Opens each free camera for a moment; its light goes on. Nothing is kept.")
        )
        self.buttons: dict[str, QToolButton] = {}
        self._cameras: tuple[CameraChoice, ...] = ()
        self._waiting: set[str] = set()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)
        self._rows.addWidget(self.show_all)
        self.hide()
        self.show_all.clicked.connect(self._on_show_all)

    def set_cameras(self, cameras: Sequence[CameraChoice]) -> None:
        """Those there are; with fewer than two there is nothing to tell apart."""
        self._cameras = tuple(cameras)
        self.setVisible(len(self._cameras) > 1)
        self.put_away()

    def put_away(self) -> None:
        """Forget the pictures."""
        for button in self.buttons.values():
            self._rows.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons.clear()
        self.show_all.setText(tr("Show &pictures"))

    @pyqtSlot(str, object)
    def show_picture(self, word: str, pixels: RgbImage | None) -> None:
        """What a camera saw; None for one that is in use or gives nothing."""
        self._waiting.discard(word)
        self.show_all.setEnabled(not self._waiting)
        button = self.buttons.get(word)
        if button is None:
            return
        if pixels is None:
            title = next(camera.title for camera in self._cameras if camera.word == word)
            button.setToolTip(tr("{camera}: no picture", camera=title))
            _write(button, button.toolTip())
            return
        height, width = pixels.shape[:2]
        data = pixels.tobytes()
        # The image reads from ``data``; the pixmap has a copy of its own.
        image = QImage(data, width, height, 3 * width, _RGB)
        button.setIcon(QIcon(QPixmap.fromImage(image)))

    def _on_show_all(self) -> None:
        if self.buttons:
            self.put_away()
            return
        self.show_all.setText(tr("Hide &pictures"))
        self._waiting = {camera.word for camera in self._cameras}
        self.show_all.setEnabled(False)
        for camera in self._cameras:
            self._add(camera)
        self.wanted.emit(tuple(camera.word for camera in self._cameras))

    def _add(self, camera: CameraChoice) -> None:
        button = QToolButton()
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        _write(button, camera.title)
        button.setToolTip(camera.title)
        button.setAccessibleName(tr("Use {camera}", camera=camera.title))
        button.setIconSize(_ICON)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.clicked.connect(lambda: self._on_chosen(camera.word))
        self.buttons[camera.word] = button
        self._rows.addWidget(button)

    def _on_chosen(self, word: str) -> None:
        self.put_away()
        self.chosen.emit(word)


def _write(button: QToolButton, words: str) -> None:
    """Shortened where it is longer: a name does not widen the column."""
    elide = Qt.TextElideMode.ElideRight
    button.setText(button.fontMetrics().elidedText(words, elide, _WIDEST))
