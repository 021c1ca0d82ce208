"""How everything outside the face mesh follows the head: hair, ears, hat, neck, shoulders.

The forward motion of a portrait point x is

    F(x) = x + W(x) · (rigid(x, Z(x)) − x)

with a relief Z (depth) and a weight W: 1 on the head, less on neck and shoulders. The warp needs
the inverse; F is smooth, so a few Newton steps find it.

W and Z are two small tables over a frame that lies in the face. They were measured: dense optical
flow of 42 real clips against their first frames, and in each cell the W and Z that explain the
flow best from the rigid motion of the face (least absolute deviations, both sides together). Depth
was then raised by 0.2 at the hair and the body's weight lowered to about half of the measured,
which gave the smaller error of the picture: outlines move less than the texture inside them, and
shoulders that wrongly move look worse than shoulders that wrongly rest.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.engines.landmark_warp.drawing import remap
from avatar_app.engines.landmark_warp.grid import Field, Grid
from avatar_app.face_mesh import OVAL, RIGID, RIGID_CANONICAL
from avatar_app.geometry import Similarity, fit_similarity
from avatar_app.types import Points

_NEWTON_STEPS = 3
_EARS = (234, 454)
_STILL = 0.04
"""Motions of the head below that many face widths are mostly noise of the landmarks and the pull
of expressions; hair and shoulders follow them less (as a Wiener filter would)."""
_MOST_TILT = 0.3
_STEP = 0.2
_FIRST_ROW = -1.2
_FOREMOST = -0.1
"""The face itself is the mesh's affair; a flatter relief here keeps the inverse unique."""
_OUTLINE_DEPTH = 0.15
"""The outline of a head that turns stays where it is, as a ball's does: it has the depth of the
head's middle, not that of the hair seen there."""
_OUTLINE_REACH = 0.3

# Rows go down from 1.2 face widths above the middle of the face to 3 below it, columns out from
# the middle to 1.2 face widths aside. The last rows let the body fade out where nothing was seen.
_DEPTH = np.array(
    (
        (-0.01, 0.01, 0.06, 0.09, 0.11, 0.12, 0.17),
        (-0.09, -0.06, 0.01, 0.09, 0.13, 0.14, 0.16),
        (-0.18, -0.14, -0.05, 0.06, 0.15, 0.19, 0.22),
        (-0.39, -0.33, -0.22, 0.04, 0.17, 0.23, 0.25),
        (-0.49, -0.44, -0.32, 0.05, 0.18, 0.24, 0.25),
        (-0.50, -0.43, -0.30, 0.09, 0.19, 0.23, 0.23),
        (-0.53, -0.45, -0.25, 0.15, 0.23, 0.27, 0.29),
        (-0.50, -0.41, -0.18, 0.23, 0.31, 0.37, 0.40),
        (-0.41, -0.30, -0.06, 0.11, 0.14, 0.17, 0.20),
        (-0.23, -0.12, 0.08, 0.16, 0.16, 0.17, 0.18),
        (0.05, 0.09, 0.18, 0.21, 0.21, 0.21, 0.21),
        (0.20, 0.20, 0.23, 0.28, 0.33, 0.34, 0.35),
        (0.28, 0.28, 0.30, 0.39, 0.44, 0.45, 0.46),
        (0.31, 0.31, 0.33, 0.42, 0.45, 0.46, 0.48),
    ),
    np.float32,
)
_BODY_WEIGHT = (
    (0.90, 0.86, 0.76, 0.70, 0.66, 0.64, 0.62),
    (0.49, 0.46, 0.37, 0.32, 0.29, 0.28, 0.27),
    (0.36, 0.33, 0.27, 0.22, 0.19, 0.18, 0.17),
    (0.31, 0.29, 0.25, 0.20, 0.16, 0.14, 0.13),
    (0.28, 0.28, 0.25, 0.21, 0.16, 0.13, 0.12),
    (0.27, 0.27, 0.25, 0.21, 0.16, 0.13, 0.10),
)
_FADE_OUT = np.linspace(0.875, 0.0, 8)[:, None]
_WEIGHT = np.concatenate(
    [np.ones((8, 7)), np.array(_BODY_WEIGHT), np.array(_BODY_WEIGHT[-1]) * _FADE_OUT]
).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class HeadField:
    """``maps`` (rows, columns, 2): relief and weight of one portrait on a coarse grid. ``firm``
    (N, 3) are its firm landmarks, ``size`` is its face's width in pixels."""

    grid: Grid
    positions: Field
    maps: Field
    firm: NDArray[np.float64]
    size: float

    @classmethod
    def of(
        cls, landmarks: Points, grid: Grid, sheet: Field | None, alpha: NDArray[np.uint8]
    ) -> "HeadField":
        """For a portrait's (478, 3) landmarks and its alpha (H, W). ``sheet`` (rows, columns),
        where given, fades the whole motion: a portrait without layers is a sheet pinned at the
        picture's border."""
        face = landmarks.astype(np.float64)
        positions = grid.positions()
        rotation = fit_similarity(RIGID_CANONICAL, face[RIGID]).rotation
        size = float(np.linalg.norm(face[_EARS[0]] - face[_EARS[1]]))
        across = _across(face, positions, rotation, size)
        weight = _looked_up(_WEIGHT, across)
        weight = weight * (_pinned(alpha, grid, face, size) if sheet is None else sheet)
        depth = np.maximum(_looked_up(_DEPTH, across), _FOREMOST)
        edge = _near_outline(alpha, grid, size) * np.clip((0.6 - across[..., 1]) / 0.3, 0, 1)
        depth += (np.maximum(depth, _OUTLINE_DEPTH) - depth) * edge
        relief = size * depth + _tilted(face, positions, rotation)
        return cls(
            grid, positions, np.dstack([relief, weight]).astype(np.float32), face[RIGID], size
        )

    def forward(self, points: NDArray[np.float64], rigid: Similarity) -> NDArray[np.float64]:
        """Where F carries portrait points (N, 2), in pixels."""
        at = points[None].astype(np.float32)
        linear, shift = _affine(self.grid.sample(self.maps, at), rigid, self._follow(rigid))
        moved: NDArray[np.float64] = (np.einsum("mnij,mnj->mni", linear, at) + shift)[0]
        return moved

    def backward(self, rigid: Similarity) -> Field:
        """(rows, columns, 2): the portrait point that each grid point shows, in pixels."""
        source, follow = self.positions, self._follow(rigid)
        for _ in range(_NEWTON_STEPS):
            linear, shift = _affine(self.grid.sample(self.maps, source), rigid, follow)
            source = _solve(linear, self.positions - shift, source)
        return source

    def _follow(self, rigid: Similarity) -> float:
        """The part of a motion that is believed, from its size."""
        moved = (rigid.apply(self.firm) - self.firm)[:, :2] / self.size
        power = float(np.linalg.norm(moved, axis=1).mean()) ** 2
        return power / (power + _STILL**2)


def _affine(maps: Field, rigid: Similarity, follow: float) -> tuple[Field, Field]:
    """F near each point as linear (M, N, 2, 2) and shift (M, N, 2), for its relief and weight."""
    turn = (rigid.scale * rigid.rotation[:2]).astype(np.float32)
    shift_of_all = rigid.translation[:2].astype(np.float32)
    relief, weight = maps[..., :1], follow * maps[..., 1:]
    unmoved = np.eye(2, dtype=np.float32)
    linear = unmoved + weight[..., None] * (turn[:, :2] - unmoved)
    shift = weight * (relief * turn[:, 2] + shift_of_all)
    return linear, shift


def _solve(linear: Field, wanted: Field, guess: Field) -> Field:
    """linear⁻¹ · wanted by the closed form of 2 x 2; the guess where it cannot be inverted."""
    a, b = linear[..., 0, 0], linear[..., 0, 1]
    c, d = linear[..., 1, 0], linear[..., 1, 1]
    det = a * d - b * c
    safe = np.abs(det) > 0.05
    det = np.where(safe, det, 1)
    x = (d * wanted[..., 0] - b * wanted[..., 1]) / det
    y = (a * wanted[..., 1] - c * wanted[..., 0]) / det
    solved: Field = np.where(safe[..., None], np.stack([x, y], axis=-1), guess)
    return solved


def _across(
    face: NDArray[np.float64], positions: Field, rotation: NDArray[np.float64], size: float
) -> Field:
    """(rows, columns, 2): positions across and along the face, from its middle, in face widths."""
    angle = np.arctan2(rotation[1, 0], rotation[0, 0])
    axes = np.array(((np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))))
    middle = face[list(OVAL), :2].mean(0)
    return np.asarray((positions - middle) @ axes / size, np.float32)


def _near_outline(alpha: NDArray[np.uint8], grid: Grid, size: float) -> Field:
    """(rows, columns): 1 on the person's outline and outside, falling to 0 inside."""
    framed = cv2.copyMakeBorder(alpha, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    inside = cv2.distanceTransform((framed > 127).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    near = np.clip(1 - inside / (_OUTLINE_REACH * size), 0, 1).astype(np.float32)
    samples = (grid.columns, grid.rows)
    return np.asarray(cv2.resize(near, samples, interpolation=cv2.INTER_AREA), np.float32)


def _pinned(alpha: NDArray[np.uint8], grid: Grid, face: NDArray[np.float64], size: float) -> Field:
    """(rows, columns): 0 where the picture's upper border cuts the hair, 1 away from there. What
    lies beyond is unknown: hair is rather stretched than torn off the border."""
    edge = cv2.resize(alpha[:1], (grid.columns, 1), interpolation=cv2.INTER_AREA) / 255
    touch = cv2.GaussianBlur(edge, (0, 0), sigmaX=0.2 * size / float(grid.scale[0]), sigmaY=0.1)
    reach = float(np.clip(0.8 * face[:, 1].min(), 0.15 * size, 0.6 * size))
    fade = np.clip(np.arange(grid.rows) * float(grid.scale[1]) / reach, 0, 1)
    fade = fade * fade * (3 - 2 * fade)
    return np.asarray(1 - np.minimum(2 * touch, 1) * (1 - fade[:, None]), np.float32)


def _looked_up(table: NDArray[np.float32], place: Field) -> Field:
    """A table read bilinearly; the same on both sides, continued at its edges."""
    column = np.abs(place[..., 0]) / _STEP
    row = (place[..., 1] - _FIRST_ROW) / _STEP
    return np.asarray(remap(table, np.dstack([column, row])), np.float32)


def _tilted(
    face: NDArray[np.float64], positions: Field, rotation: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Depth of the plane through the ears that faces as the head does."""
    normal = rotation[:, 2]
    ears = face[list(_EARS)].mean(0)
    slope = normal[:2] / max(float(normal[2]), 0.5)
    most = _MOST_TILT * float(np.ptp(face[:, 0]))
    depth: NDArray[np.float64] = ears[2] - np.clip((positions - ears[:2]) @ slope, -most, most)
    return depth
