"""A coarse grid of sample points over a picture, and fields that live on it.

A field is (rows, columns, C) float32. Its samples sit at pixel centres of a picture of
``columns`` x ``rows``, so that enlarging a field with cv2.resize keeps it in register.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.engines.landmark_warp.drawing import remap

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
        """(rows, columns, 2): where the samples are, in pixels of the picture."""
        x = np.arange(self.columns, dtype=np.float32)
        y = np.arange(self.rows, dtype=np.float32)
        samples = np.stack(np.meshgrid(x, y), axis=2)
        return np.asarray((samples + 0.5) * self.scale - 0.5, np.float32)

    def to_samples(self, points: NDArray[Any]) -> Field:
        """Pixel positions (..., 2) in units of samples."""
        return np.asarray((points + 0.5) / self.scale - 0.5, np.float32)

    def sample(self, field: Field, points: NDArray[Any]) -> Field:
        """A field's values at pixel positions (M, N, 2): (M, N[, C]); edges continue outward."""
        where = self.to_samples(points)
        return remap(field, where)

    def resample(self, field: Field, other: "Grid") -> Field:
        """This grid's field on another grid over the same picture."""
        size = (other.columns, other.rows)
        return np.asarray(cv2.resize(field, size, interpolation=cv2.INTER_LINEAR), np.float32)

    def enlarge(self, field: Field) -> Field:
        """The field at every pixel of the picture."""
        size = (self.width, self.height)
        return np.asarray(cv2.resize(field, size, interpolation=cv2.INTER_LINEAR), np.float32)
