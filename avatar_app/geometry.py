"""Similarity transforms and boxes over point sets."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avatar_app.types import Box, Points

_TINY = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Similarity:
    """x → scale · rotation · x + translation, for points as rows.

    ``rotation`` is (D, D), ``translation`` (D,)."""

    scale: float
    rotation: NDArray[np.float64]
    translation: NDArray[np.float64]

    def apply(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Move (N, D) points."""
        moved: NDArray[np.float64] = self.scale * points @ self.rotation.T + self.translation
        return moved

    def undo(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """The inverse of ``apply``."""
        back: NDArray[np.float64] = (points - self.translation) @ self.rotation / self.scale
        return back


def fit_similarity(
    source: NDArray[Any],
    target: NDArray[Any],
    weights: NDArray[Any] | None = None,
) -> Similarity:
    """The least-squares similarity that carries (N, D) ``source`` onto ``target``, never a
    reflection. S. Umeyama, "Least-squares estimation of transformation parameters", 1991."""
    w = np.ones(len(source)) if weights is None else np.asarray(weights, np.float64)
    w = (w / w.sum())[:, None]
    mean_source, mean_target = (w * source).sum(0), (w * target).sum(0)
    a, b = source - mean_source, target - mean_target
    u, s, vt = np.linalg.svd((w * a).T @ b)
    signs = np.ones(len(s))
    signs[-1] = np.sign(np.linalg.det(u @ vt)) or 1.0
    rotation = (u * signs) @ vt
    scale = float((s * signs).sum() / max(float((w * a * a).sum()), _TINY))
    rotation = rotation.T
    scale = max(scale, _TINY)
    return Similarity(scale, rotation, mean_target - scale * rotation @ mean_source)


def box_around(points: Points) -> Box:
    """The smallest box that holds (N, 2 or more) points."""
    low, high = points[:, :2].min(0), points[:, :2].max(0)
    return Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))
