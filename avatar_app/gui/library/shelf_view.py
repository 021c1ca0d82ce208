"""From the library's entries to the tiles of the strip, and what is chosen among them."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtGui import QImage

from avatar_app.gui.language import tr
from avatar_app.gui.library.look import as_qimage
from avatar_app.gui.library.tile import Tile
from avatar_app.live.status import Problem

if TYPE_CHECKING:
    from avatar_app.avatars.entry import LibraryEntry
    from avatar_app.avatars.library import AvatarLibrary, Listing

_IDLE_SIDE = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Guest:
    """A picture file that is used without being in the library."""

    path: Path
    stated: bool
    thumbnail: QImage


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """What the window needs at first: the list, the avatar that is meant by the settings (an id
    or a file's path, "" for none at all), and why another one is not."""

    listing: "Listing"
    word: str
    guest: Guest | None = None
    problem: Problem | None = None


@dataclass(slots=True)
class ShelfView:
    """The library as the window last saw it."""

    entries: "dict[str, LibraryEntry]" = field(default_factory=dict)
    guest: Guest | None = None

    def differs_from(self, listing: "Listing") -> bool:
        """Whether the library has changed since."""
        seen = [asdict(entry) for entry in self.entries.values()]
        return seen != [asdict(entry) for entry in listing.entries]

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where the user's own avatars are."""
        own = [entry for entry in self.entries.values() if not entry.bundled]
        return tuple(entry.picture.parent for entry in own)

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """What the strip shows, a guest at the end."""
        shown = [_tile(entry) for entry in self.entries.values() if not entry.hidden]
        return (*shown, *([_guest_tile(self.guest)] if self.guest is not None else []))

    @property
    def hidden(self) -> tuple[Tile, ...]:
        """Those that were hidden."""
        return tuple(_tile(entry) for entry in self.entries.values() if entry.hidden)

    def after(self, word: str) -> str:
        """Which avatar to use when one goes: its right neighbour that may be used, or its left
        one; "" where there is none."""
        words = [tile.word for tile in self.tiles]
        place = words.index(word) if word in words else 0
        usable = [tile.word for tile in self.tiles if tile.stated and tile.word != word]
        behind = [other for other in usable if words.index(other) > place]
        return (behind or usable[::-1] or [""])[0]

    def beside(self, word: str, step: int) -> str:
        """The next avatar that may be used, ``step`` 1 to the right, -1 to the left, round the
        ends; "" where there is none."""
        tiles = self.tiles
        start = next((n for n, tile in enumerate(tiles) if tile.word == word), -max(step, 0))
        turned = [tiles[(start + step * n) % len(tiles)] for n in range(1, len(tiles) + 1)]
        return next((tile.word for tile in turned if tile.stated), "")


def opened(library: "AvatarLibrary", wanted: str) -> Opened:
    """The list, and what ``wanted`` means in it. For workers."""
    from avatar_app.avatars.choice import choose
    from avatar_app.errors import AvatarError

    problem = None
    try:
        meant = choose(wanted, library)
        if isinstance(meant, Path):
            return Opened(library.list(), wanted, _guest(library, meant))
        return Opened(library.list(), meant.id)
    except AvatarError as error:
        problem = Problem("avatar", error.message, error.hint)
    listing = library.list()
    usable = [entry.id for entry in listing.shown if entry.consent is not None]
    return Opened(listing, usable[0] if usable else "", None, problem if wanted else None)


def portrait(library: "AvatarLibrary", word: str) -> QImage:
    """The part of an avatar's picture that is used, for the screen. For workers. Raises
    AvatarError."""
    from avatar_app.avatars.choice import choose, portrait_of
    from avatar_app.avatars.crop import cut_out
    from avatar_app.avatars.inspection import MAX_SIDE
    from avatar_app.imaging import read_image

    meant = portrait_of(choose(word, library), library)
    return as_qimage(cut_out(read_image(meant.path, max_side=MAX_SIDE), meant.crop), _IDLE_SIDE)


def _guest(library: "AvatarLibrary", path: Path) -> Guest:
    from avatar_app.avatars.choice import portrait_of
    from avatar_app.avatars.thumbnails import SIDE, thumbnail
    from avatar_app.imaging import read_image

    stated = portrait_of(path, library).consent is not None
    return Guest(path, stated, as_qimage(thumbnail(read_image(path, max_side=1024)), SIDE))


def _tile(entry: "LibraryEntry") -> Tile:
    shows = tr("Shows {person}.", person=entry.person) if entry.person else ""
    lines = [entry.name, *([shows] if shows else [])]
    if entry.digit:
        lines.append(tr("Key {digit}", digit=entry.digit))
    if entry.credit:
        lines.append(tr(entry.credit) if entry.bundled else entry.credit)
    if entry.consent is None:
        lines.append(tr("Not used live: nobody has stated whose face it is. Click to state it."))
    return Tile(
        entry.id,
        entry.name,
        digit=entry.digit,
        stated=entry.consent is not None,
        own=not entry.bundled,
        shows=shows,
        about="\n".join(lines),
    )


def _guest_tile(guest: Guest) -> Tile:
    about = f"{guest.path}\n{tr('Not in the library.')}"
    return Tile(str(guest.path), guest.path.stem, 0, guest.stated, False, False, about=about)
