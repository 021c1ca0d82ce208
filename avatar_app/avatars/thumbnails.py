"""Small square pictures of the avatars. All of them can be made anew at any time."""

import contextlib
from hashlib import sha256
from pathlib import Path

import numpy as np

from avatar_app.avatars.crop import cut_out
from avatar_app.avatars.entry import LibraryEntry, box_numbers
from avatar_app.avatars.inspection import MAX_SIDE
from avatar_app.avatars.storage import changing
from avatar_app.imaging import read_image, resize, write_png
from avatar_app.types import RgbImage

SIDE = 192
"""Pixels a side: crisp in a strip of 96-pixel tiles on a screen with twice the density."""

_UPPER = 0.25
"""Of what a tall picture has too much, this part is cut at the top: the face is above the middle.
"""


class Thumbnails:
    """A folder of pictures named after the avatar and what it looks like now."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, entry: LibraryEntry) -> Path:
        """The thumbnail's file, made where it is missing. Raises MediaError for a damaged
        picture, LibraryError or MachineError where the disk does not take it."""
        with changing(str(entry.picture)):
            path = self._folder / f"{entry.id}-{_looks(entry)}.png"
        if path.is_file():
            return path
        image = read_image(entry.picture, max_side=MAX_SIDE)
        with changing(str(self._folder)):
            self._folder.mkdir(parents=True, exist_ok=True)
        write_png(path, thumbnail(cut_out(image, entry.crop)))
        self._forget(entry.id, but=path)
        return path

    def forget(self, name: str) -> None:
        """Delete those of one avatar."""
        self._forget(name, but=None)

    def _forget(self, name: str, but: Path | None) -> None:
        for path in self._folder.glob(f"{name}-*.png"):
            if path != but and path.stem.rpartition("-")[0] == name:
                with contextlib.suppress(OSError):
                    path.unlink()


def thumbnail(image: RgbImage) -> RgbImage:
    """(192, 192, 3): the square of a portrait that shows the face."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = round((height - side) * _UPPER), (width - side) // 2
    return resize(np.ascontiguousarray(image[top : top + side, left : left + side]), (SIDE, SIDE))


def _looks(entry: LibraryEntry) -> str:
    """Changes whenever the thumbnail would."""
    stat = entry.picture.stat()
    seen = f"{stat.st_size} {stat.st_mtime_ns} {box_numbers(entry.crop)} {SIDE}"
    return sha256(seen.encode()).hexdigest()[:12]
