"""From the driver's keypoints to those the network is driven with, in float64.

Siarohin and others, "First order motion model", 2019, section 3.3 and the authors' normalize_kp;
the strength is ours.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_LEAST_AREA = 1e-6
_LEAST_DETERMINANT = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Keypoints:
    """``values`` (K, 2), x first, in [-1, 1] with the corners of the grid on the centres of the
    corner pixels; ``jacobians`` (K, 2, 2), rows are output components, or None for a network
    without them."""

    values: Array
    jacobians: Array | None

    def seen_from(self, scale: float, shift: Array) -> "Keypoints":
        """The same keypoints where a place z of the old square is scale · z + shift (2,)."""
        jacobians = None if self.jacobians is None else scale * self.jacobians
        return Keypoints(scale * self.values + shift, jacobians)


def driven(
    source: Keypoints,
    driving: Keypoints,
    initial: Keypoints,
    *,
    size: float = 1.0,
    strength: float = 1.0,
) -> Keypoints:
    """The portrait's keypoints with the driver's motion since ``initial``:

        value = v_s + strength · size · (v_d − v_d0)        jacobian = (J_d · J_d0⁻¹)^strength · J_s

    ``size`` is ``movement_scale`` or 1. A power of the change of a jacobian takes so much of its
    turn and of its stretching. With ``initial`` = ``source`` the motion is absolute: at strength 1
    these are the driver's keypoints as they are."""
    values = source.values + strength * size * (driving.values - initial.values)
    if source.jacobians is None or driving.jacobians is None or initial.jacobians is None:
        return Keypoints(values, None)
    change = driving.jacobians @ _inverse(initial.jacobians)
    if strength != 1.0:
        change = _part_of(change, strength)
    return Keypoints(values, change @ source.jacobians)


def movement_scale(source: Keypoints, initial: Keypoints) -> float:
    """The size of the portrait's face against the driver's: square roots of the areas of both
    hulls of keypoints. 1 where one has no area."""
    areas = [_hull_area(keypoints.values) for keypoints in (source, initial)]
    return float(np.sqrt(areas[0] / areas[1])) if min(areas) > _LEAST_AREA else 1.0


def _hull_area(values: Array) -> float:
    if len(values) < 3:
        return 0.0
    places = cv2.convexHull(values.astype(np.float32), returnPoints=False)[:, 0]
    x, y = values[places].T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def _inverse(matrices: Array) -> Array:
    """Inverses (K, 2, 2) in closed form, finite even where there is none."""
    a, b = matrices[:, 0, 0], matrices[:, 0, 1]
    c, d = matrices[:, 1, 0], matrices[:, 1, 1]
    det = a * d - b * c
    det = np.where(np.abs(det) < _LEAST_DETERMINANT, _LEAST_DETERMINANT, det)
    adjugate = np.stack([np.stack([d, -b], -1), np.stack([-c, a], -1)], -2)
    inverse: Array = adjugate / det[:, None, None]
    return inverse


def _part_of(change: Array, part: float) -> Array:
    """(K, 2, 2): by polar decomposition so much of the turn and of the stretching; what mirrors
    has neither and is blended with the identity."""
    u, stretch, vt = np.linalg.svd(change)
    turn = u @ vt
    angle = part * np.arctan2(turn[:, 1, 0], turn[:, 0, 0])
    cos, sin = np.cos(angle), np.sin(angle)
    turned = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
    powers = np.maximum(stretch, _LEAST_DETERMINANT) ** part
    proper: Array = turned @ (vt.transpose(0, 2, 1) * powers[:, None, :]) @ vt
    blended = np.eye(2) + part * (change - np.eye(2))
    return np.where(np.linalg.det(turn)[:, None, None] > 0, proper, blended)
