"""The ball of the eye: lids slide over it, it does not squash with them, and its iris follows the
driver's. Both are shifts of the flow inside the eye's opening."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avatar_app.engines.landmark_warp.drawing import polygon
from avatar_app.engines.landmark_warp.grid import Field, Grid
from avatar_app.face_mesh import EYE_LEFT, EYE_RIGHT, IRIS_LEFT, IRIS_RIGHT
from avatar_app.types import Points

_FARTHEST = 0.25
"""An iris moves at most this part of the eye's width."""
_OUTER, _INNER = 0, 8
"""Where the corners are in an eye's contour."""


@dataclass(frozen=True, slots=True, eq=False)
class _Opening:
    """An eye's opening: its outer corner, its unit axes (2, 2) along the eye and down, its width
    and the contour (16, 2) in those axes."""

    corner: Field
    axes: Field
    width: float
    contour: Field

    @classmethod
    def of(cls, outline: NDArray[Any]) -> "_Opening":
        outline = outline.astype(np.float32)
        along = outline[_INNER] - outline[_OUTER]
        width = max(float(np.linalg.norm(along)), 1e-3)
        along = along / width
        down = np.array((-along[1], along[0]), np.float32)
        if (outline[_INNER + 1 :].mean(0) - outline[_OUTER + 1 : _INNER].mean(0)) @ down < 0:
            down = -down
        axes = np.stack([along, down])
        return cls(outline[_OUTER], axes, width, (outline - outline[_OUTER]) @ axes.T)

    def own(self, points: Field) -> Field:
        """Pixels (..., 2) in the axes of the eye."""
        placed: Field = (points - self.corner) @ self.axes.T
        return placed

    def upper(self, along: Field) -> Field:
        """How far down the upper lid's edge is."""
        return self._edge(along, self.contour[: _INNER + 1])

    def lower(self, along: Field) -> Field:
        """How far down the lower lid's edge is."""
        return self._edge(along, np.concatenate([self.contour[_INNER:], self.contour[:1]])[::-1])

    @staticmethod
    def _edge(along: Field, edge: Field) -> Field:
        # A lid seen from the side may fold back; np.interp wants an order.
        return np.interp(along, np.maximum.accumulate(edge[:, 0]), edge[:, 1]).astype(np.float32)

    @property
    def roundness(self) -> float:
        """Mean height over width."""
        upper, lower = self.contour[1:_INNER], self.contour[:_INNER:-1]
        gap = float(np.linalg.norm(upper - lower, axis=1).mean())
        return max(gap, 1e-3) / self.width


def move_irises(flow: Field, grid: Grid, target: NDArray[Any], portrait: Points) -> None:
    """Shift the backward flow (rows, columns, 2) inside both eyes, in place, so that the iris of
    the portrait (478, 3) is seen where the target (478, 3) has it, and lids that close cover it."""
    for contour, iris in ((EYE_LEFT, IRIS_LEFT), (EYE_RIGHT, IRIS_RIGHT)):
        _move_eye(flow, grid, target, portrait, contour, iris[0])


def _move_eye(
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
    now, own = _Opening.of(target[list(contour), :2]), _Opening.of(portrait[list(contour), :2])
    samples = np.mgrid[low[1] : high[1], low[0] : high[0]][::-1].transpose(1, 2, 0)
    places = now.own((samples + 0.5) * grid.scale - 0.5)
    shown = own.own(eye)
    ball = _under_lids(shown, places, now, own)
    at = target[iris, :2].astype(np.float32)[None]
    seen = _under_lids(own.own(grid.sample(flow, at[None])[0]), now.own(at), now, own)
    shift = own.own(portrait[iris, :2]) - seen[0]
    shift[1] *= np.clip((now.roundness / own.roundness - 0.3) / 0.4, 0, 1)
    shift *= min(1.0, _FARTHEST * own.width / max(float(np.linalg.norm(shift)), 1e-6))
    ball += _fall(places[..., 0], float(now.own(at)[0, 0]), now.width)[..., None] * shift
    ball[..., 1] = _between_lids(ball, places, now, own)
    eye += _inside(outline - low, eye.shape)[..., None] * ((ball - shown) @ own.axes)


def _under_lids(shown: Field, places: Field, now: _Opening, own: _Opening) -> Field:
    """Where the ball is seen that the flow shows squashed between lids that close: as far above
    the lower lid as it lies in the portrait. An eye opened wider stays stretched."""
    above = (now.lower(places[..., 0]) - places[..., 1]) * (own.width / now.width)
    ball = shown.copy()
    ball[..., 1] = np.maximum(shown[..., 1], own.lower(shown[..., 0]) - above)
    return ball


def _between_lids(ball: Field, places: Field, now: _Opening, own: _Opening) -> Field:
    """How far down the ball is seen, but no lid; as far outside as a place is itself."""
    scale = own.width / now.width
    above = np.maximum(now.upper(places[..., 0]) - places[..., 1], 0) * scale
    below = np.maximum(places[..., 1] - now.lower(places[..., 0]), 0) * scale
    highest, lowest = own.upper(ball[..., 0]) - above, own.lower(ball[..., 0]) + below
    down: Field = np.clip(ball[..., 1], highest, np.maximum(highest, lowest))
    return down


def _fall(along: Field, iris: float, width: float) -> Field:
    """1 at the iris, falling to 0 at both corners."""
    part = along / width
    middle = float(np.clip(iris / width, 0.2, 0.8))
    reach = np.where(part < middle, middle, 1 - middle)
    flat = np.clip((1 - np.abs(part - middle) / reach) / 0.6, 0, 1)
    fall: Field = (flat * flat * (3 - 2 * flat)).astype(np.float32)
    return fall


def _inside(outline: NDArray[Any], shape: tuple[int, ...]) -> Field:
    """1 inside the opening, soft at the lids."""
    inside = polygon(outline, (shape[0], shape[1]))
    # cv2 draws the line of a shut eye too; there is no ball to be seen there.
    gap = float(np.linalg.norm(outline[1:8] - outline[15:8:-1], axis=1).mean())
    opened: Field = inside * np.float32(np.clip((gap - 1) / 2, 0, 1))
    return opened
