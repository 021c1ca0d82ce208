"""The dialogs of the library, and the window with an avatar of one's own."""

from pathlib import Path

from album import Album, is_alive
from PyQt6.QtGui import QColor, QImage, QPainter
from PyQt6.QtWidgets import QDialog

from avatar_app.gui.library.offer import Offer
from avatar_app.gui.library.strip import Wish
from avatar_app.paths import bundled_avatars


def library(album: Album) -> None:
    """Imports that are good, refused, with two faces and of several; then what can be done with
    an avatar."""
    album.wait(album.window.bridge.loaded.is_set, "the program")
    good, two, bad = (album.home / f"{n}.png" for n in ("A friend of mine", "Both", "meadow"))
    _portrait("samuel", good)
    _pair(two)
    _meadow(bad)
    dialog = _offered(album, good)
    album.shot(dialog, "import-good", 0.8)
    _consent(album, dialog)
    for path, name in ((bad, "import-refused"), (two, "import-two-faces")):
        dialog = _offered(album, path)
        album.shot(dialog, name, 0.8)
        album.put_away(dialog)
    _several(album, good, two, bad)
    _own(album)


def _offered(album: Album, path: Path) -> QDialog:
    album.window.body.avatars.picture_offered.emit(Offer(files=(path,)))
    dialog = album.dialog("ImportDialog")
    album.wait(lambda: not dialog.is_looking, "the checks")
    return dialog


def _consent(album: Album, dialog: QDialog) -> None:
    for kind, button in dialog.consent.kinds.items():
        button.click()
        if kind == "agreed":
            album.shot(dialog, "import-consent-unnamed")
            dialog.consent.person.setText("Alex Example")
            dialog.consent.person.textEdited.emit("Alex Example")
        album.shot(dialog, f"import-consent-{kind.value}")
    dialog.consent.kinds["own"].click()
    dialog.name.setText("My portrait")
    dialog.action.click()
    album.wait(lambda: not is_alive(dialog), "the import")


def _several(album: Album, *pictures: Path) -> None:
    album.window.body.avatars.picture_offered.emit(Offer(files=pictures))
    batch = album.dialog("BatchDialog")
    album.wait(lambda: not batch.is_looking, "the pictures")
    album.shot(batch, "import-several", 0.5)
    album.put_away(batch)


def _own(album: Album) -> None:
    window, strip = album.window, album.window.body.avatars.strip
    album.shot(window, "main-own-avatar", 1.0)
    word = next(tile.word for tile in strip.tiles if tile.own)
    _wished(album, Wish.CROP, word, "CropDialog", "crop")
    _wished(album, Wish.DETAILS, word, "DetailsDialog", "details")
    _wished(album, Wish.DETAILS, strip.tiles[0].word, "DetailsDialog", "details-bundled")
    strip.wished.emit(Wish.DELETE, word)
    album.shot(window, "main-undo", 1.0)


def _wished(album: Album, wish: Wish, word: str, kind: str, name: str) -> None:
    album.window.body.avatars.strip.wished.emit(wish, word)
    dialog = album.dialog(kind)
    album.shot(dialog, name, 1.5)
    album.put_away(dialog)


def _portrait(name: str, target: Path) -> None:
    """The same person in another file, so that the library does not know it yet."""
    picture = QImage(str(bundled_avatars()[name]))
    side = picture.width()
    picture.copy(0, 0, side, side - 24).save(str(target))


def _pair(target: Path) -> None:
    """Two people beside each other."""
    people = [QImage(str(bundled_avatars()[name])) for name in ("mira", "samuel")]
    side = people[0].width()
    picture = QImage(2 * side, side, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    for place, person in enumerate(people):
        painter.drawImage(place * side, 0, person.scaled(side, side))
    painter.end()
    picture.save(str(target))


def _meadow(target: Path) -> None:
    """A picture without a face."""
    picture = QImage(640, 480, QImage.Format.Format_RGB32)
    picture.fill(QColor("#6a9a55"))
    picture.save(str(target))
