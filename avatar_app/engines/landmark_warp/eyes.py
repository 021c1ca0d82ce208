"""Irises that follow the driver's: a shift of the flow inside the eye's opening."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from avatar_app.engines.landmark_warp.drawing import polygon
from avatar_app.engines.landmark_warp.grid import Field, Grid
from avatar_app.face_mesh import EYE_LEFT, EYE_RIGHT, IRIS_LEFT, IRIS_RIGHT
from avatar_app.types import Points

_FARTHEST = 0.25
"""An iris moves at most this part of the eye's width."""


def move_irises(flow: Field, grid: Grid, target: NDArray[Any], portrait: Points) -> None:
    """Shift the backward flow (rows, columns, 2) inside both eyes, in place, so that the iris of
    the portrait (478, 3) is seen where the target (478, 3) has it."""
    for contour, iris in ((EYE_LEFT, IRIS_LEFT), (EYE_RIGHT, IRIS_RIGHT)):
        _move_iris(flow, grid, target, portrait, contour, iris[0])


def _move_iris(
    flow: Field,
    grid: Grid,
    target: NDArray[Any],
    portrait: Points,
    contour: tuple[int, ...],
    iris: int,
) -> None:
    outline = grid.to_samples(target[list(contour), :2])
    low = np.maximum(np.floor(outline.min(0)).astype(int) - 1, 0)
    high = np.minimum(np.ceil(outline.max(0)).astype(int) + 2, (grid.columns, grid.rows))
    if (high - low < 3).any():
        return
    eye = flow[low[1] : high[1], low[0] : high[0]]
    at = target[iris, :2].astype(np.float32)
    shown = grid.sample(flow, at[None, None])[0, 0]
    width = float(np.linalg.norm(portrait[contour[0], :2] - portrait[contour[8], :2]))
    shift = portrait[iris, :2] - shown
    length = float(np.linalg.norm(shift))
    if length < 1e-3:
        return
    shift = shift * min(1.0, _FARTHEST * width / length)
    eye += _weight(outline - low, eye.shape, grid.to_samples(at) - low)[..., None] * shift


def _weight(
    outline: NDArray[Any], shape: tuple[int, ...], iris: NDArray[Any]
) -> NDArray[np.float32]:
    """1 at the iris, falling to 0 at both corners and softly at the lids."""
    inside = polygon(outline, (shape[0], shape[1]))
    axis = outline[8] - outline[0]
    length = float(np.linalg.norm(axis)) or 1.0
    y, x = np.mgrid[: shape[0], : shape[1]]
    along = ((x - outline[0, 0]) * axis[0] + (y - outline[0, 1]) * axis[1]) / length**2
    middle = float(np.clip((iris - outline[0]) @ axis / length**2, 0.2, 0.8))
    reach = np.where(along < middle, middle, 1 - middle)
    fall = np.clip(np.abs(along - middle) / reach, 0, 1)
    flat = np.clip((1 - fall) / 0.6, 0, 1)
    # cv2 draws the line of a shut eye too; there is no iris to move there.
    gap = float(np.linalg.norm(outline[1:8] - outline[15:8:-1], axis=1).mean())
    inside *= np.clip((gap - 1) / 2, 0, 1)
    weight: NDArray[np.float32] = (flat * flat * (3 - 2 * flat) * inside).astype(np.float32)
    return weight
