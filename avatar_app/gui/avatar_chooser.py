"""Which avatar is used, how the library changes through the window, and who is told."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QMimeData, QObject, pyqtSignal
from PyQt6.QtGui import QImage

from avatar_app.gui.library.library_watch import LibraryWatch
from avatar_app.gui.library.offer import Offer, offered
from avatar_app.gui.library.shelf_view import Opened, ShelfView, opened, portrait
from avatar_app.gui.library.strip import Wish
from avatar_app.gui.library.thumbnail_queue import ThumbnailQueue
from avatar_app.gui.library.windows import LibraryWindows
from avatar_app.gui.panels.avatar_panel import AvatarPanel
from avatar_app.gui.session_bridge import SessionBridge
from avatar_app.gui.settings_store import SettingsStore
from avatar_app.live.status import Problem

if TYPE_CHECKING:
    from avatar_app.avatars.entry import LibraryEntry
    from avatar_app.avatars.library import AvatarLibrary, Listing
    from avatar_app.avatars.trash import Removed

_NO_AVATAR = Problem(
    "avatar", "There is no avatar yet.", "Add a photo with one face, seen from the front."
)


class AvatarChooser(QObject):
    """Joins the avatar strip with the library, the session and the settings.

    ``listed`` comes when the library was read, ``pictured`` when the portrait to show while idle
    may have changed, ``told`` and ``refused`` with a Problem."""

    told = pyqtSignal(object)
    refused = pyqtSignal(object)
    chosen = pyqtSignal()
    pictured = pyqtSignal()
    listed = pyqtSignal()

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
        self._view = ShelfView()
        self._library: AvatarLibrary | None = None
        self._word = named or store.config.avatar
        self._picture: QImage | None = None
        self._removed_in_use = ""
        self._thumbnails = ThumbnailQueue(bridge.library, self)
        self._windows = LibraryWindows(panel, bridge, self)
        self._watch = LibraryWatch(self)

        panel.strip.picked.connect(self._on_picked)
        panel.strip.activated_word.connect(self._on_activated)
        panel.strip.digit_typed.connect(self.choose_place)
        panel.strip.moved.connect(self._on_moved)
        panel.strip.renamed.connect(self._on_renamed)
        panel.strip.wished.connect(self._on_wished)
        panel.picture_offered.connect(self.offer)
        panel.refused.connect(self.refused)
        panel.show_again.connect(self._on_show_again)
        panel.undo_bar.undo_wanted.connect(self._on_undo)
        self._thumbnails.loaded.connect(panel.set_picture)
        self._watch.changed.connect(self._on_disk_changed)
        self._windows.changed.connect(self._on_entry_changed)
        self._windows.another_wanted.connect(panel.choose_files)
        self._windows.refused.connect(self.refused)

    @property
    def word(self) -> str:
        """The avatar in use: an id of the library, or a picture file."""
        return self._word

    @property
    def is_read(self) -> bool:
        """Whether the library was read, so that no avatar means that there is none."""
        return self._library is not None

    @property
    def picture(self) -> QImage | None:
        """The portrait of the avatar in use, once it is loaded."""
        return self._picture

    def fill(self) -> None:
        """Read the library aside and show it; the avatar of the settings is the chosen one."""
        open_library, wanted = self._bridge.open_library, self._word

        def read() -> tuple["AvatarLibrary", Opened]:
            library = open_library()
            return library, opened(library, wanted)

        def done(result: tuple["AvatarLibrary", Opened]) -> None:
            if self._word == wanted:
                self._on_opened(result)
            else:  # Another one was chosen meanwhile.
                self.fill()

        self._bridge.library.submit(read, done, self.refused.emit, where="avatar")

    def show_as(self, other: "AvatarChooser") -> None:
        """Begin with what another one shows, so that nothing is missing until the library is read
        again."""
        self._library, self._picture = other._library, other._picture
        self._view = ShelfView(other._view.entries, other._view.guest)
        self._panel.show_tiles(self._view.tiles, self._view.hidden, self._word)
        for word in self._panel.words:
            if (picture := other._panel.picture(word)) is not None:
                self._panel.set_picture(word, picture)

    def choose_place(self, place: int) -> None:
        """Use the avatar with this key, 1 to 9; one that may not be used says why."""
        tile = next((tile for tile in self._view.tiles if tile.digit == place), None)
        if tile is not None:
            self._on_picked(tile.word)
            self._panel.strip.make_current(tile.word)

    def next(self) -> None:
        """Use the avatar to the right, the first one after the last."""
        self._step(1)

    def previous(self) -> None:
        """Use the avatar to the left, the last one before the first."""
        self._step(-1)

    def take(self, data: QMimeData | None) -> bool:
        """Take what was dropped onto the window, if it may be a picture."""
        offer = offered(data)
        if offer is not None:
            self.offer(offer)
        return offer is not None

    def offer(self, offer: Offer) -> None:
        """Look at pictures in a window of their own, and add them there."""
        if self._library is not None:
            self._windows.show_offer(self._library, offer)

    def close_windows(self) -> None:
        """For closing: no dialog and no timer is left."""
        self._watch.stop()
        self._panel.undo_bar.put_away()
        self._windows.close()

    def _step(self, step: int) -> None:
        word = self._view.beside(self._word, step)
        if word and word != self._word:
            self._choose(word)

    def _choose(self, word: str) -> None:
        self._word = word
        self._panel.choose(word)
        self._store.change(avatar=word)
        self._bridge.set_avatar(word)
        self._load_portrait()
        self.chosen.emit()

    def _load_portrait(self) -> None:
        library, word = self._library, self._word
        if library is not None and word:
            self._bridge.library.submit(
                lambda: portrait(library, word), lambda picture: self._on_portrait(word, picture)
            )

    def _show(self, listing: "Listing") -> None:
        self._view.entries = {entry.id: entry for entry in listing.entries}
        self._panel.show_tiles(self._view.tiles, self._view.hidden, self._word)
        for problem in listing.damaged:
            self.told.emit(Problem("avatar", problem.message, problem.hint))
        if self._library is not None:
            self._thumbnails.ask(self._library, self._view.entries.values())
            self._watch.follow(self._library.root, self._view.folders)
            self._bridge.library.submit(self._library.removed, self._on_removed)

    def _on_removed(self, removed: "Sequence[Removed]") -> None:
        self._panel.offer_back(removed[0].name if removed else "")

    def _change(
        self,
        change: "Callable[[AvatarLibrary], Any]",
        then: Callable[[Any], None] | None = None,
    ) -> None:
        """Change the library aside, then show it as it is."""
        library = self._library
        if library is None:
            return

        def changed(results: tuple[Any, "Listing"]) -> None:
            self._show(results[1])
            if then is not None:
                then(results[0])

        self._bridge.library.submit(
            lambda: (change(library), library.list()), changed, self.refused.emit, where="avatar"
        )

    def _on_opened(self, result: tuple["AvatarLibrary", Opened]) -> None:
        self._library, first = result
        self._word = first.word
        self._view.guest = first.guest
        self._show(first.listing)
        self._panel.choose(self._word)
        if first.guest is not None:
            self._panel.set_picture(self._word, first.guest.thumbnail)
        if first.problem is not None:
            self.told.emit(first.problem)
        if not self._word:
            self.told.emit(_NO_AVATAR)
        self._load_portrait()
        self._bridge.library.submit(self._library.tidy)
        self.listed.emit()
        self.pictured.emit()

    def _on_portrait(self, word: str, picture: QImage) -> None:
        if word == self._word:
            self._picture = picture
            self.pictured.emit()

    def _on_picked(self, word: str) -> None:
        tile = self._tile(word)
        if tile is None or word == self._word:
            return
        if tile.stated:
            self._choose(word)
        else:
            self.told.emit(_unstated(tile.title))

    def _on_activated(self, word: str) -> None:
        tile = self._tile(word)
        if tile is not None and not tile.stated:
            self._on_wished(Wish.CONSENT if tile.kept else Wish.KEEP, word)
        else:
            self._on_picked(word)

    def _on_moved(self, word: str, place: int) -> None:
        self._change(lambda library: library.move(word, place))

    def _on_renamed(self, word: str, name: str) -> None:
        self._change(lambda library: library.rename(word, name))

    def _on_show_again(self, word: str) -> None:
        self._change(lambda library: library.hide(word, False))

    def _on_wished(self, wish: Wish, word: str) -> None:
        places = [tile.word for tile in self._view.tiles]
        if word not in places:
            return
        place = places.index(word) + 1
        match wish:
            case Wish.RENAME:
                self._panel.strip.rename(word)
            case Wish.LEFT:
                self._on_moved(word, place - 1)
            case Wish.RIGHT:
                self._on_moved(word, place + 1)
            case Wish.HIDE:
                self._change(lambda library: library.hide(word))
            case Wish.DELETE:
                self._remove(word)
            case Wish.KEEP if self._view.guest is not None:
                self.offer(Offer(files=(self._view.guest.path,)))
            case Wish.CROP | Wish.DETAILS | Wish.CONSENT if self._library is not None:
                self._windows.show_wish(self._library, wish, self._view.entries[word])

    def _remove(self, word: str) -> None:
        name = self._view.entries[word].name
        self._removed_in_use = word if word == self._word else ""
        if self._removed_in_use:
            self._choose(self._view.after(word))
        self._thumbnails.forget(word)
        self._change(
            lambda library: library.remove(word),
            lambda _: self._panel.undo_bar.show_removed(name),
        )

    def _on_undo(self) -> None:
        self._change(lambda library: library.undo(), self._on_back)

    def _on_back(self, entry: "LibraryEntry") -> None:
        if entry.id == self._removed_in_use and entry.consent is not None:
            self._choose(entry.id)

    def _on_disk_changed(self) -> None:
        """The window or a command changed the library; what is in the user's hand stays there."""
        if self._panel.strip.is_in_hand:
            self._watch.again()
        elif self._library is not None:
            self._bridge.library.submit(self._library.list, self._on_looked)

    def _on_looked(self, listing: "Listing") -> None:
        before, next_one = self._view.entries.get(self._word), self._view.after(self._word)
        if self._library is not None and not self._view.differs_from(listing):
            self._watch.follow(self._library.root, self._view.folders)
            return
        self._show(listing)
        now = self._view.entries.get(self._word)
        if now is not None and before is not None:
            if _shape(now) != _shape(before):
                self._settle(now, False)
        elif self._view.guest is None or str(self._view.guest.path) != self._word:
            known = self._tile(next_one)
            self._replace(next_one if known and known.stated else self._view.after(""))

    def _replace(self, word: str) -> None:
        """Use another avatar in the place of one that is gone, or of none."""
        if word != self._word:
            self._choose(word)

    def _on_entry_changed(self, entry: "LibraryEntry", is_new: bool) -> None:
        self._change(lambda library: library.entry(entry.id), lambda e: self._settle(e, is_new))

    def _settle(self, entry: "LibraryEntry", is_new: bool) -> None:
        """Use an avatar that is new, or whose face was stated just now, at once where that is
        allowed, and one in use no longer where not."""
        if entry.consent is None and entry.id == self._word:
            self._choose(self._view.after(entry.id))
        elif entry.consent is None and is_new:
            self.told.emit(_unstated(entry.name))
        elif entry.consent is not None and (is_new or entry.id == self._word):
            self._choose(entry.id)

    def _tile(self, word: str) -> Any:
        return next((tile for tile in self._view.tiles if tile.word == word), None)


def _shape(entry: "LibraryEntry") -> tuple[object, ...]:
    """What a running session would have to load anew."""
    return asdict(entry.crop), entry.consent


def _unstated(name: str) -> Problem:
    return Problem(
        "avatar",
        f"Nobody has stated whose face “{name}” shows, so it is not used live.",
        "Click it, or press Enter on it, and state it once.",
    )
