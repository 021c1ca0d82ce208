"""The network's square picture back in the portrait.

The portrait moved by the landmark warp lies beneath. The network's square is put into it with a
soft border, in the portrait's colours, and with the portrait's details where they fit.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from avatar_app.engines.fomm.crop import Square
from avatar_app.engines.fomm.detail import Field, aligned, coarse
from avatar_app.engines.fomm.networks import Picture
from avatar_app.imaging import resize
from avatar_app.types import RgbImage

_FEATHER = 0.14
"""The soft border's width, as a part of the square's side."""
_MOST_TONE = 0.1
"""A network is not believed to be wrong in colour by more than that; a wild one stays wild."""
_TONE_REACH = 1 / 16


@dataclass(frozen=True, slots=True)
class Place:
    """Where a square of whole pixels lies in a portrait of ``width`` x ``height``; it may reach
    beyond."""

    left: int
    top: int
    side: int
    width: int
    height: int

    @classmethod
    def of(cls, square: Square, portrait: RgbImage) -> "Place":
        corner = np.round(square.centre - (square.side - 1) / 2).astype(int)
        height, width = portrait.shape[:2]
        return cls(int(corner[0]), int(corner[1]), round(square.side), width, height)

    def cut(self, picture: RgbImage) -> RgbImage:
        """The square (side, side, 3); beyond the portrait's border it is mirrored."""
        rows, columns = self._visible()
        before = rows.start - self.top, columns.start - self.left
        after = self.top + self.side - rows.stop, self.left + self.side - columns.stop
        part = picture[rows, columns]
        if not any((*before, *after)):
            return part
        framed = cv2.copyMakeBorder(
            part, before[0], after[0], before[1], after[1], cv2.BORDER_REFLECT_101
        )
        return np.asarray(framed, np.uint8)

    def put(self, square: RgbImage, picture: RgbImage) -> None:
        """What is inside the portrait of (side, side, 3), into ``picture``, in place."""
        rows, columns = self._visible()
        top, left = rows.start - self.top, columns.start - self.left
        picture[rows, columns] = square[
            top : top + rows.stop - rows.start, left : left + columns.stop - columns.start
        ]

    def _visible(self) -> tuple[slice, slice]:
        rows = slice(max(self.top, 0), min(self.top + self.side, self.height))
        columns = slice(max(self.left, 0), min(self.left + self.side, self.width))
        return rows, columns


def tone_of(crop: RgbImage, rest: Picture) -> Field:
    """(S, S, 3): what has to be added to the network's colours, slowly varying, so that its
    picture at rest has those of the portrait's square."""
    error = np.clip(crop.astype(np.float32) / 255 - rest, -_MOST_TONE, _MOST_TONE)
    return np.asarray(cv2.GaussianBlur(error, (0, 0), _TONE_REACH * len(rest)), np.float32)


def paste(picture: Picture, tone: Field, under: RgbImage) -> RgbImage:
    """The network's picture (S, S, 3) over the square of the warped portrait (L, L, 3).

    With n the network's picture, u the portrait's beneath, n' and u' their coarse parts, b the
    belief in the portrait's details and s the border's softness, the result is

        s · (n + b · ((u − u') − (n − n'))) + (1 − s) · u

    All but u varies slowly enough to be computed at the network's size and enlarged once."""
    size, side = len(picture), len(under)
    toned = np.clip(picture + tone, 0, 1)
    soft = _border(size)
    moved, beneath, belief = aligned(under, coarse(toned), soft)
    own = toned - belief[..., None] * (toned - coarse(toned) + beneath)
    kept = np.asarray(1 - soft * (1 - belief), np.float32)
    full = _enlarged(np.asarray(255 * soft[..., None] * own, np.float32), side)
    weight = cv2.merge([_enlarged(kept, side)] * 3)
    shown = cv2.multiply(moved, weight, dtype=cv2.CV_32F)
    return np.asarray(cv2.add(shown, full, dtype=cv2.CV_8U), np.uint8)


def enlarged(picture: Picture, side: int) -> RgbImage:
    """The network's picture alone, (side, side, 3)."""
    levels = np.clip(255 * picture + 0.5, 0, 255).astype(np.uint8)
    return resize(levels, (side, side))


def _enlarged(values: Field, side: int) -> Field:
    return np.asarray(cv2.resize(values, (side, side), interpolation=cv2.INTER_CUBIC), np.float32)


def _border(size: int) -> Field:
    """(S, S): 0 at the square's border, 1 from ``_FEATHER`` on."""
    place = (np.arange(size) + 0.5) / size
    ramp = np.clip(np.minimum(place, 1 - place) / _FEATHER, 0, 1)
    ramp = ramp * ramp * (3 - 2 * ramp)
    return np.asarray(np.outer(ramp, ramp), np.float32)
