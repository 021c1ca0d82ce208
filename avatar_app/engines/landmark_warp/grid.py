"""A coarse grid of sample points over a picture, and fields that live on it.

A field is (rows, columns, C) float32. Its samples sit at pixel centres of a picture of
``columns`` x ``rows``, so that enlarging a field with cv2.resize keeps it in register.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Field: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Grid:
    """``columns`` x ``rows`` samples over a picture of ``width`` x ``height`` pixels."""

    width: int
    height: int
    columns: int
    rows: int

    @classmethod
    def over(cls, width: int, height: int, step: float) -> "Grid":
        """A grid whose samples lie about ``step`` pixels apart, never finer than the picture."""
        columns = int(np.clip(round(width / step), 8, width))
        rows = int(np.clip(round(height / step), 8, height))
        return cls(width, height, columns, rows)

    @property
    def scale(self) -> NDArray[np.float32]:
        """Pixels per sample, (2,)."""
        return np.array((self.width / self.columns, self.height / self.rows), np.float32)

    def positions(self) -> Field:
        """(rows, columns, 2): where the samples are, in pixels of the picture; read only."""
        return _positions(self)

    def to_samples(self, points: NDArray[Any]) -> Field:
        """Pixel positions (..., 2) in units of samples."""
        return np.asarray((points + 0.5) / self.scale - 0.5, np.float32)

    def sample(self, field: Field, points: NDArray[Any]) -> Field:
        """A field's values at pixel positions (M, N, 2): (M, N, C); edges continue outward.

        Exactly bilinear: cv2.remap knows only 1/32 of a sample, which on a coarse grid is half a
        pixel, and a face would shimmer."""
        where = self.to_samples(points)
        x = np.clip(where[..., 0], 0, self.columns - 1)
        y = np.clip(where[..., 1], 0, self.rows - 1)
        column = np.minimum(x.astype(np.intp), self.columns - 2)
        row = np.minimum(y.astype(np.intp), self.rows - 2)
        right, down = (x - column)[..., None], (y - row)[..., None]
        at = row * self.columns + column
        flat = field.reshape(self.rows * self.columns, -1)
        above = flat[at] + right * (flat[at + 1] - flat[at])
        at += self.columns
        below = flat[at] + right * (flat[at + 1] - flat[at])
        return np.asarray(above + down * (below - above), np.float32)

    def resample(self, field: Field, other: "Grid") -> Field:
        """A field of positions on another grid over the same picture. Displacements are resized,
        so that a field at rest stays exactly at rest up to the picture's border."""
        size = (other.columns, other.rows)
        moved = cv2.resize(field - self.positions(), size, interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.add(moved, other.positions(), dst=moved), np.float32)

    def enlarge(self, field: Field) -> Field:
        """A field of positions at every pixel of the picture."""
        return self.resample(field, Grid(self.width, self.height, self.width, self.height))


@lru_cache(maxsize=8)
def _positions(grid: Grid) -> Field:
    x = np.arange(grid.columns, dtype=np.float32)
    y = np.arange(grid.rows, dtype=np.float32)
    samples = np.stack(np.meshgrid(x, y), axis=2)
    positions = np.asarray((samples + 0.5) * grid.scale - 0.5, np.float32)
    positions.flags.writeable = False
    return positions
