"""The line of lashes that a shutting eye draws over its seam.

Lids that close are two pieces of the picture that meet at an edge of whole pixels, with a rest of
the eye's white between them wherever the landmarks miss it by a little. The line has the colour of
the portrait's own upper lid and grows out of nothing while the eye closes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avatar_app.engines.landmark_warp.drawing import polygon, softened
from avatar_app.face_mesh import EYE_LEFT, EYE_RIGHT, LIDS_LEFT, LIDS_RIGHT
from avatar_app.types import Points, RgbImage

_EYES = ((EYE_LEFT, LIDS_LEFT), (EYE_RIGHT, LIDS_RIGHT))
_BEGINS, _WHOLE = 0.95, 0.15
"""The parts of its own opening between which an eye's line fades in."""
_THICK = 0.019
"""Half the line's thickness against the eye's width."""
_BEYOND = 0.04
"""The line passes the outer corner by that part of the eye's width."""
_OUTSIDE = (0.25, 0.35, 0.45)
"""Where the lid is dark with lashes and certainly no eye is seen: so many openings above it."""
_MIDDLE = slice(2, 5)
_DARK_PART, _SHADE = 25, 0.6
"""The darkest percents of what is seen there, in the shade of a seam, are the line's colour."""


@dataclass(frozen=True, slots=True, eq=False)
class Lashes:
    """The colours (2, 3) of the lashes of both eyes and how far these are ``open`` (2,), mean
    height over width, in the portrait."""

    colours: NDArray[np.float32]
    open: NDArray[np.float32]

    @classmethod
    def of(cls, image: RgbImage, landmarks: Points) -> "Lashes":
        colours = [_colour(image, landmarks, lids) for _, lids in _EYES]
        opened = [_opening(landmarks, eye, lids) for eye, lids in _EYES]
        return cls(np.array(colours, np.float32), np.array(opened, np.float32))


def draw_lashes(picture: RgbImage, target: NDArray[Any], own: Lashes) -> None:
    """Draw the line of both eyes of the target (478, 3), in place."""
    for eye, colour, opened in zip(_EYES, own.colours, own.open, strict=True):
        part = _opening(target, *eye) / max(float(opened), 1e-6)
        strength = float(np.clip((_BEGINS - part) / (_BEGINS - _WHOLE), 0, 1))
        if strength > 0:
            _draw_line(picture, _Seam.of(target, *eye), colour, strength)


@dataclass(frozen=True, slots=True, eq=False)
class _Seam:
    """Where the lids of one eye meet: the upper lid's edge (9, 2) from corner to corner, from left
    to right in an upright face, the way (9, 2) from there to the lower lid, the eye's width."""

    edge: NDArray[np.float32]
    gap: NDArray[np.float32]
    width: float

    @classmethod
    def of(
        cls, target: NDArray[Any], eye: tuple[int, ...], lids: tuple[tuple[int, ...], ...]
    ) -> "_Seam":
        flat = target[:, :2].astype(np.float32)
        outer, inner = flat[eye[0]], flat[eye[8]]
        upper, lower = flat[list(lids[0])], flat[list(lids[1])]
        edge = np.vstack([outer + _BEYOND * (outer - inner), upper, inner])
        gap = np.pad(lower - upper, ((1, 1), (0, 0)))
        order = 1 if eye is EYE_LEFT else -1
        return cls(edge[::order], gap[::order], float(np.linalg.norm(outer - inner)))

    def outline(self, half: float) -> NDArray[np.float32]:
        """(18, 2): a line ``half`` of whose thickness is above the edge. It is thin at the corners
        and covers a slit that is lower than the line."""
        along = np.gradient(self.edge, axis=0)
        along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
        thick = half * (0.25 + 0.75 * np.sin(np.linspace(0, np.pi, len(self.edge))))
        across = thick[:, None] * np.stack([-along[:, 1], along[:, 0]], axis=1)
        height = np.linalg.norm(self.gap, axis=1, keepdims=True)
        slit = self.gap * np.clip(2.5 * half / np.maximum(height, 1e-6) - 1, 0, 1)
        shape: NDArray[np.float32] = np.vstack(
            [self.edge - across, (self.edge + slit + across)[::-1]]
        )
        return shape


def _draw_line(
    picture: RgbImage, seam: _Seam, colour: NDArray[np.float32], strength: float
) -> None:
    half = _THICK * seam.width * strength
    outline = seam.outline(half)
    margin = 3 + half
    low = np.maximum(np.floor(outline.min(0) - margin), 0).astype(int)
    high = np.minimum(np.ceil(outline.max(0) + margin), picture.shape[1::-1]).astype(int)
    if (high - low < 2).any():
        return
    patch = picture[low[1] : high[1], low[0] : high[0]]
    line = softened(polygon(outline - low, (patch.shape[0], patch.shape[1])), max(0.6, 0.5 * half))
    weight = strength * line[..., None]
    patch[:] = np.round(patch + weight * (colour - patch)).astype(np.uint8)


def _colour(
    image: RgbImage, landmarks: Points, lids: tuple[tuple[int, ...], ...]
) -> NDArray[np.float32]:
    upper, lower = (landmarks[list(lid[_MIDDLE]), :2] for lid in lids)
    places = np.concatenate([upper + part * (upper - lower) for part in _OUTSIDE])
    column, row = np.clip(np.round(places), 0, np.array(image.shape[1::-1]) - 1).astype(int).T
    seen = image[row, column].astype(np.float32)
    light = seen.sum(1)
    dark: NDArray[np.float32] = seen[light <= np.percentile(light, _DARK_PART)].mean(0)
    return _SHADE * dark


def _opening(
    landmarks: NDArray[Any], eye: tuple[int, ...], lids: tuple[tuple[int, ...], ...]
) -> float:
    """Mean height over width, in space, so that a turned head changes nothing."""
    gaps = np.linalg.norm(landmarks[list(lids[0])] - landmarks[list(lids[1])], axis=1)
    width = float(np.linalg.norm(landmarks[eye[0]] - landmarks[eye[8]]))
    return float(gaps.mean()) / max(width, 1e-6)
