"""Pictures that the user holds out: dropped, pasted, or chosen."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from PyQt6.QtCore import QBuffer, QIODevice, QMimeData
from PyQt6.QtGui import QImage

from avatar_app.errors import MediaError
from avatar_app.gui.language import tr

if TYPE_CHECKING:
    from avatar_app.avatars.inspection import Inspection
    from avatar_app.avatars.library import AvatarLibrary

MAX_FILES = 500
"""So many pictures of one offer are looked at."""

_ENCODED = ("image/png", "image/jpeg", "image/webp", "image/tiff", "image/bmp", "image/gif")


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """One of: ``files`` (folders among them), an ``address``, an encoded picture (``data``), or a
    picture that the system had decoded already."""

    files: tuple[Path, ...] = ()
    address: str = ""
    data: bytes = b""
    image: QImage | None = None

    @property
    def title(self) -> str:
        """What to call a single picture before it was looked at."""
        if self.files:
            return self.files[0].name
        if self.address:
            parts = urlsplit(self.address)
            return Path(unquote(parts.path)).name or parts.hostname or self.address
        return _pasted()


def may_offer(data: QMimeData | None) -> bool:
    """Whether something dragged over the window may be a picture, without fetching it."""
    return data is not None and (data.hasUrls() or data.hasImage() or data.hasText())


def offered(data: QMimeData | None) -> Offer | None:
    """The pictures in a drop or in the clipboard; None where there are none."""
    if data is None:
        return None
    files = tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    if files:
        return Offer(files=files)
    encoded = next((data.data(kind).data() for kind in _ENCODED if data.hasFormat(kind)), b"")
    if encoded:
        return Offer(data=encoded)
    if data.hasImage() and isinstance(image := data.imageData(), QImage) and not image.isNull():
        return Offer(image=image)
    addresses = [url.toString() for url in data.urls() if url.scheme() in ("http", "https")]
    return Offer(address=addresses[0]) if addresses else offered_text(data.text())


def offered_text(text: str) -> Offer | None:
    """An address or an absolute path that was typed or pasted; None for anything else."""
    word = text.strip().strip('"')
    if not word or "\n" in word:
        return None
    if word.lower().startswith(("https://", "http://")):
        return Offer(address=word)
    if word.lower().startswith("file://"):
        return Offer(files=(Path(unquote(urlsplit(word).path)),))
    path = Path(word)
    return Offer(files=(path,)) if path.is_absolute() else None


def files_in(offer: Offer) -> tuple[Path, ...] | None:
    """Each file of an offer of several, folders opened; None for a single picture. For workers.
    Raises MediaError for folders without any file or that may not be read."""
    if not offer.files or (len(offer.files) == 1 and not offer.files[0].is_dir()):
        return None
    try:
        found = [path for held in offer.files for path in _opened(held)]
    except OSError as error:
        raise MediaError(
            f"The folder cannot be read: {error.strerror or error}.", "Check its permissions."
        ) from error
    if not found:
        raise MediaError("There is no file in that folder.", "Choose a folder with pictures.")
    return tuple(found[:MAX_FILES])


def looked_at(library: "AvatarLibrary", offer: Offer) -> "Inspection":
    """The faces in an offer's picture, and what is wrong with it. For workers; an address is
    fetched. Raises AvatarError."""
    if offer.files:
        return library.intake.file(offer.files[0])
    if offer.address:
        return library.intake.address(offer.address)
    return library.intake.data(offer.data or _encoded(offer.image), _pasted())


def _pasted() -> str:
    """What a picture without a name is called: an avatar's first name, too."""
    return tr("Pasted picture")


def _opened(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    inside = sorted(found for found in path.iterdir() if not found.name.startswith("."))
    return [found for found in inside if not found.is_dir()]


def _encoded(image: QImage | None) -> bytes:
    """As PNG, so that every picture takes the one bounded way in."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if image is None or not image.save(buffer, "PNG", 80):
        raise MediaError("The pasted picture cannot be read.", "Save it as a file and add that.")
    return buffer.data().data()
