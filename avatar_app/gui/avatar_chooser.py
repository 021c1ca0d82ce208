"""Which avatar is chosen, how photos join the strip, and who is told."""

from collections.abc import Mapping
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QImage

from avatar_app.gui.panels.avatar_panel import AvatarPanel, read_portrait
from avatar_app.gui.session_bridge import SessionBridge
from avatar_app.gui.settings_store import SettingsStore
from avatar_app.live.status import Problem

_NO_AVATAR = Problem(
    "avatar", "There is no avatar yet.", "Add a photo with one face, seen from the front."
)


class AvatarChooser(QObject):
    """Joins the avatar strip with the session and the settings.

    ``pictured`` tells that the portrait to show while idle may have changed."""

    told = pyqtSignal(object)
    refused = pyqtSignal(object)
    chosen = pyqtSignal()
    pictured = pyqtSignal()

    def __init__(
        self,
        panel: AvatarPanel,
        bridge: SessionBridge,
        store: SettingsStore,
        named: str | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._bridge = bridge
        self._store = store
        self._named = named
        self._files: dict[str, Path] = {}
        panel.avatar_chosen.connect(self._on_chosen)
        panel.photo_offered.connect(self.offer_photo)
        bridge.avatar_checked.connect(self._on_checked)
        bridge.avatar_refused.connect(self._on_refused)

    @property
    def word(self) -> str:
        """The chosen avatar."""
        return self._panel.word

    @property
    def picture(self) -> QImage | None:
        """The portrait of the chosen avatar, once it is loaded."""
        return self._panel.picture(self.word)

    def fill(self, bundled: Mapping[str, Path]) -> None:
        """Show the bundled avatars and the one of the settings; select it, or the first."""
        for name, path in bundled.items():
            self._add(name, name.replace("_", " ").capitalize(), path)
        wanted = self._named or self._store.config.avatar
        if wanted and wanted not in bundled:
            self._add(wanted, Path(wanted).stem, Path(wanted).expanduser())
        if self._panel.words:
            self._panel.choose(wanted or self._panel.words[0])
        else:
            self.told.emit(_NO_AVATAR)

    def offer_photo(self, path: str) -> None:
        """Take a photo into the strip once a usable face was found in it."""
        if path in self._panel.words:
            self._panel.choose(path)
            self._on_chosen(path)
            return
        self._files[path] = Path(path)
        self._panel.add_avatar(path, Path(path).stem, busy=True)
        self._bridge.check_avatar(path)

    def _add(self, word: str, title: str, path: Path) -> None:
        self._files[word] = path
        self._panel.add_avatar(word, title)
        self._load_picture(word)

    def _load_picture(self, word: str) -> None:
        path = self._files[word]
        self._bridge.look.submit(
            lambda: read_portrait(path), lambda picture: self._on_picture(word, picture)
        )

    def _on_picture(self, word: str, picture: QImage) -> None:
        if not picture.isNull():
            self._panel.set_picture(word, picture)
            if word == self.word:
                self.pictured.emit()

    def _on_chosen(self, word: str) -> None:
        self._store.change(avatar=word)
        self._bridge.set_avatar(word)
        self.chosen.emit()
        self.pictured.emit()

    def _on_checked(self, word: str) -> None:
        self._panel.set_busy(word, False)
        self._load_picture(word)
        self._panel.choose(word)
        self._on_chosen(word)

    def _on_refused(self, word: str, problem: Problem) -> None:
        self._panel.remove_avatar(word)
        self._files.pop(word, None)
        self.refused.emit(problem)
