"""Rectangles that make a portrait of a picture."""

from collections.abc import Sequence

import numpy as np

from avatar_app.errors import LibraryError
from avatar_app.types import Box, RgbImage

MIN_SIDE = 64
"""Pixels a side that a crop has at least, where the picture has them."""

_SIDE_IN_FACES = 3.2
_FACE_AT = 0.46
"""Where the middle of the face stands in the height of a suggested crop."""


def suggested_crop(face: Box, size: tuple[int, int], others: Sequence[Box] = ()) -> Box:
    """Head and shoulders around a face, as square as a picture of ``size`` (width, height)
    allows, up to halfway to the ``others`` that stand beside it."""
    side = max(_SIDE_IN_FACES * max(face.height, face.width), MIN_SIDE)
    x, y = face.centre
    crop = _within(x - side / 2, y - _FACE_AT * side, side, size)
    x0, x1 = crop.x0, crop.x1
    for other in others:
        if other.x1 <= face.x0:
            x0 = max(x0, round((other.x1 + face.x0) / 2))
        elif other.x0 >= face.x1:
            x1 = min(x1, round((other.x0 + face.x1) / 2))
    wide_enough = x1 - x0 >= min(MIN_SIDE, size[0])
    return Box(x0, crop.y0, x1, crop.y1) if wide_enough else crop


def checked_crop(crop: Box, size: tuple[int, int]) -> Box:
    """The crop in whole pixels inside a picture of ``size`` (width, height). Raises LibraryError
    for one that is too small or lies outside."""
    width, height = size
    if not np.isfinite((crop.x0, crop.y0, crop.x1, crop.y1)).all():
        raise LibraryError("A crop needs four numbers.", "Write them as x0,y0,x1,y1 in pixels.")
    inside = bounded(crop, size)
    least = min(MIN_SIDE, width), min(MIN_SIDE, height)
    if inside.width < least[0] or inside.height < least[1]:
        raise LibraryError(
            f"The crop is smaller than {least[0]} x {least[1]} pixels of the picture.",
            f"The picture has {width} x {height} pixels; choose a larger part of it.",
        )
    return inside


def bounded(box: Box, size: tuple[int, int]) -> Box:
    """The part of a box in whole pixels that lies in a picture of ``size`` (width, height)."""
    width, height = size
    x0, y0 = min(max(0, round(box.x0)), width), min(max(0, round(box.y0)), height)
    return Box(x0, y0, min(width, round(box.x1)), min(height, round(box.y1)))


def cut_out(image: RgbImage, crop: Box | None) -> RgbImage:
    """The part of the picture, a copy; all of it for None. Raises LibraryError as above."""
    if crop is None:
        return image
    height, width = image.shape[:2]
    inside = checked_crop(crop, (width, height))
    rows, columns = slice(int(inside.y0), int(inside.y1)), slice(int(inside.x0), int(inside.x1))
    return np.ascontiguousarray(image[rows, columns])


def overlap(a: Box, b: Box) -> float:
    """Intersection over union, in [0, 1]."""
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (a.width * a.height + b.width * b.height - shared)


def _within(left: float, top: float, side: float, size: tuple[int, int]) -> Box:
    """A square moved, and where that is not enough cut, into the picture."""
    width, height = min(side, size[0]), min(side, size[1])
    x0 = round(min(max(left, 0), size[0] - width))
    y0 = round(min(max(top, 0), size[1] - height))
    return Box(x0, y0, min(size[0], round(x0 + width)), min(size[1], round(y0 + height)))
