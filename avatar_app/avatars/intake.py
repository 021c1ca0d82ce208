"""Pictures on their way into the library: from files, folders, addresses, the clipboard.

Looking keeps nothing. What is kept later is encoded anew from the decoded pixels, so nothing else
that a file may carry (a position, a comment, an attack on another decoder) comes along."""

from collections.abc import Callable, Iterator
from pathlib import Path

from avatar_app.avatars.face_search import PortraitTracker
from avatar_app.avatars.fetch import fetch_picture, title_of
from avatar_app.avatars.inspection import MAX_SIDE, Inspection, inspect_picture
from avatar_app.avatars.storage import changing
from avatar_app.errors import AvatarError
from avatar_app.imaging import read_image, read_image_bytes
from avatar_app.types import RgbImage

MAX_IN_A_FOLDER = 500
"""So many pictures of a folder are looked at."""


class Intake:
    """Looks at pictures. Every method blocks and belongs into a worker thread; each call opens a
    tracker of its own."""

    def __init__(self, open_tracker: Callable[[], PortraitTracker]) -> None:
        self._open_tracker = open_tracker

    def file(self, path: Path) -> Inspection:
        """A picture file. Raises MediaError."""
        return self.image(read_image(path, max_side=MAX_SIDE), path.stem)

    def data(self, data: bytes, title: str) -> Inspection:
        """An encoded picture that is no file: a clipboard's, a drop's. Raises MediaError."""
        return self.image(read_image_bytes(data, title, max_side=MAX_SIDE), title)

    def address(self, address: str) -> Inspection:
        """A picture elsewhere, fetched now, on the user's wish alone. Raises DownloadError,
        MediaError."""
        return self.data(fetch_picture(address), title_of(address))

    def folder(self, folder: Path) -> Iterator[tuple[Path, Inspection | AvatarError]]:
        """Each file of a folder with its own result; folders in it are left out. Raises
        LibraryError where the folder cannot be read."""
        with changing(str(folder)):
            files = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        for path in [path for path in files if not path.is_dir()][:MAX_IN_A_FOLDER]:
            try:
                yield path, self.file(path)
            except AvatarError as error:
                yield path, error

    def image(self, image: RgbImage, title: str) -> Inspection:
        """A decoded picture (H, W, 3), its sides at most 4096."""
        tracker = self._open_tracker()
        try:
            return inspect_picture(image, title, tracker)
        finally:
            tracker.close()
