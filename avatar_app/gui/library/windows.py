"""The library's dialogs: opened beside the call, and closed with the window."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from avatar_app.gui.library.dialog import LibraryDialog
from avatar_app.gui.library.offer import Offer, files_in
from avatar_app.gui.library.strip import Wish
from avatar_app.gui.session_bridge import SessionBridge

if TYPE_CHECKING:
    from pathlib import Path

    from avatar_app.avatars.entry import LibraryEntry
    from avatar_app.avatars.library import AvatarLibrary

T = TypeVar("T")


class LibraryWindows(QObject):
    """``changed`` brings the LibraryEntry that was added or saved, and whether it is new, or new
    to use because its face was stated. ``another_wanted`` asks for another picture than one that
    cannot be used."""

    changed = pyqtSignal(object, bool)
    another_wanted = pyqtSignal()
    refused = pyqtSignal(object)

    def __init__(self, over: QWidget, bridge: SessionBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._over = over
        self._bridge = bridge

    @property
    def open(self) -> tuple[LibraryDialog, ...]:
        """The dialogs that are not closed yet."""
        window = self._over.window()
        return tuple(window.findChildren(LibraryDialog)) if window is not None else ()

    def show_offer(self, library: "AvatarLibrary", offer: Offer) -> None:
        """One picture for a close look, or a list of several."""
        self._when_loaded(
            lambda: files_in(offer), lambda files: self._show_import(library, offer, files)
        )

    def show_wish(self, library: "AvatarLibrary", wish: Wish, entry: "LibraryEntry") -> None:
        """The dialog for a wish about one avatar."""
        if wish is Wish.CROP:
            self._when_loaded(lambda: None, lambda _: self._show_crop(library, entry))
        else:
            self._show_details(library, entry, whose=wish is Wish.CONSENT)

    def close(self) -> None:
        """Close whatever is open."""
        for dialog in self.open:
            dialog.reject()

    def _when_loaded(self, job: Callable[[], T], then: Callable[[T], None]) -> None:
        loaded = self._bridge.loaded

        def wait_and_do() -> T:
            loaded.wait()
            return job()

        self._bridge.library.submit(wait_and_do, then, self.refused.emit, where="avatar")

    def _show_crop(self, library: "AvatarLibrary", entry: "LibraryEntry") -> None:
        from avatar_app.gui.library.crop_dialog import CropDialog

        dialog = CropDialog(library, entry, self._over.window())
        dialog.saved.connect(self._on_saved)
        dialog.show()

    def _show_details(
        self, library: "AvatarLibrary", entry: "LibraryEntry", *, whose: bool
    ) -> None:
        from avatar_app.gui.library.details_dialog import DetailsDialog

        dialog = DetailsDialog(library, entry, self._over.window())
        dialog.saved.connect(lambda saved: self._on_details(entry, saved))
        dialog.show()
        if whose:
            dialog.ask_whose()

    def _show_import(
        self, library: "AvatarLibrary", offer: Offer, files: "tuple[Path, ...] | None"
    ) -> None:
        from avatar_app.gui.library.batch_dialog import BatchDialog
        from avatar_app.gui.library.import_dialog import ImportDialog

        window = self._over.window()
        if files is None:
            single = ImportDialog(library, offer, window)
            single.added.connect(self._on_added)
            single.another_wanted.connect(self.another_wanted)
            single.show()
        else:
            several = BatchDialog(library, files, window)
            several.added.connect(self._on_added)
            several.show()

    def _on_added(self, entry: object) -> None:
        self.changed.emit(entry, True)

    def _on_details(self, before: "LibraryEntry", saved: "LibraryEntry") -> None:
        self.changed.emit(saved, before.consent is None and saved.consent is not None)

    def _on_saved(self, entry: object) -> None:
        self.changed.emit(entry, False)
