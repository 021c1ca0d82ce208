"""Still pictures as a source: one, or those of a folder."""

import re
from fractions import Fraction
from pathlib import Path

from avatar_app.capture.base import SourceInfo
from avatar_app.errors import MediaError
from avatar_app.imaging import letterbox, read_image
from avatar_app.types import Frame, RgbImage

SUFFIXES = frozenset(
    (
        *(".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".tga", ".jp2"),
        *(".avif", ".heic", ".heif"),
    )
)


class StillSource:
    """Pictures in the order given, each once, all in the first one's size."""

    def __init__(self, word: str, title: str, paths: list[Path], fps: Fraction) -> None:
        self._paths = paths
        self._next = 0
        self._interrupted = False
        first = read_image(paths[0])
        # One picture is repeated for hours in a live session: it is decoded once.
        self._only: RgbImage | None = first if len(paths) == 1 else None
        self._info = SourceInfo(
            word=word,
            title=title,
            width=first.shape[1],
            height=first.shape[0],
            fps=fps,
            is_live=False,
            frame_count=len(paths),
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    def read(self) -> Frame | None:
        """The next picture, or None after the last."""
        if self._interrupted or self._next == len(self._paths):
            return None
        index = self._next
        self._next += 1
        return Frame(self._picture(index), index, index / float(self._info.fps or 1))

    def again(self) -> "StillSource":
        """This source at its beginning; nothing needs to be opened anew."""
        self._next = 0
        return self

    def interrupt(self) -> None:
        self._interrupted = True

    def close(self) -> None:
        """Nothing is held open."""

    def _picture(self, index: int) -> RgbImage:
        if self._only is not None:
            return self._only
        return letterbox(read_image(self._paths[index]), (self._info.width, self._info.height))


def open_picture(path: Path, fps: Fraction) -> StillSource:
    """One picture. Raises MediaError."""
    return StillSource(f"image:{path}", path.name, [path], fps)


def open_folder(path: Path, fps: Fraction) -> StillSource:
    """The pictures of a folder, img2 before img10. Raises MediaError."""
    if not path.is_dir():
        raise MediaError(f"There is no folder {path}.", "Check the name.")
    pictures = [entry for entry in path.iterdir() if entry.suffix.lower() in SUFFIXES]
    if not pictures:
        raise MediaError(f"There are no pictures in {path}.", "Put JPEG or PNG files there.")
    return StillSource(f"folder:{path}", path.name, sorted(pictures, key=_natural), fps)


def _natural(path: Path) -> list[tuple[int, int, str]]:
    """Numbers in a name count as numbers."""
    parts = re.findall(r"\d+|\D+", path.name.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]
