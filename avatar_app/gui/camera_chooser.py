"""Which source is chosen, what is offered instead when it is missing, and who is told."""

from collections.abc import Sequence

from PyQt6.QtCore import QObject, pyqtSignal

from avatar_app.gui.choices import CameraChoice
from avatar_app.gui.panels.camera_panel import PERFORMANCE, CameraPanel
from avatar_app.gui.session_bridge import SessionBridge
from avatar_app.gui.settings_store import SettingsStore
from avatar_app.live.status import Problem

STAND_IN = "stand-in"
"""Where the message arises that the bundled performance plays the user's part."""

_NO_CAMERA = Problem(
    STAND_IN,
    "No camera was found, so the bundled performance plays your part.",
    "Press Start to see the portrait move. A camera plugged in later appears in the list.",
)


class CameraChooser(QObject):
    """Joins the camera panel with the session and the settings.

    A source named on the command line is taken as it is and not remembered. ``changed`` comes
    when another source is the chosen one, before the session hears of it."""

    told = pyqtSignal(object)
    ready = pyqtSignal()
    changed = pyqtSignal()

    def __init__(
        self,
        panel: CameraPanel,
        bridge: SessionBridge,
        store: SettingsStore,
        named: str | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._bridge = bridge
        self._store = store
        self._settled = named is not None
        self.is_ready = named is not None
        panel.choose(named or store.config.source.word)
        panel.source_chosen.connect(self._on_chosen)
        panel.refresh_wanted.connect(bridge.list_cameras)
        panel.refused.connect(bridge.failed)
        panel.pictures.wanted.connect(bridge.picture_cameras)
        bridge.camera_pictured.connect(panel.pictures.show_picture)
        bridge.cameras_listed.connect(self._on_listed)

    @property
    def word(self) -> str:
        """The chosen source."""
        return self._panel.word

    def _on_listed(self, cameras: Sequence[CameraChoice]) -> None:
        self._panel.set_cameras(cameras)
        if not self._settled:
            self._settle(cameras)
            self.changed.emit()
        if not self.is_ready:
            self.is_ready = True
            self.ready.emit()

    def _settle(self, cameras: Sequence[CameraChoice]) -> None:
        """The remembered camera, else the first, else the bundled performance."""
        self._settled = True
        word = self._panel.word
        if not word.startswith("camera:"):
            return
        if not cameras:
            self._panel.choose(PERFORMANCE)
            self.told.emit(_NO_CAMERA)
            return
        wanted = word.removeprefix("camera:").casefold()
        found = [c for c in cameras if wanted in (str(c.index), c.title.casefold())]
        self._panel.choose(found[0].word if found else cameras[0].word)
        if not found and wanted and not wanted.isdigit():
            missing = word.removeprefix("camera:")
            self.told.emit(
                Problem(
                    "camera list",
                    f"The camera “{missing}” is not there; {cameras[0].title} was chosen.",
                    "Plug it in and choose it again in the list.",
                )
            )

    def _on_chosen(self, word: str) -> None:
        self._settled = True
        source = self._store.config.source.model_copy(update={"word": word})
        config = self._store.change(source=source)
        self.changed.emit()
        self._bridge.set_source(config)
