"""Shoulders and a knitted top around a neck: a smooth union of simple solids, meshed once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from skimage.measure import marching_cubes

FloatArray = NDArray[np.float32]
Vector = tuple[float, float, float]
LOW, HIGH = np.array([-2.9, -4.2, -2.4]), np.array([2.9, -0.7, 0.6])


@dataclass(frozen=True)
class Garment:
    """Sizes in decimetres, the origin between the eyes; a tall collar makes a roll neck."""

    neck: Vector  # centre of the collar ring
    neck_radius: float
    shoulder: Vector = (1.62, -2.16, -1.05)
    shoulder_radius: float = 0.42
    collar_height: float = 0.1
    collar_radius: float = 0.085
    slant: float = 0.42
    step: float = 0.035  # of the grid it is meshed on

    def distance(self, points: NDArray[np.floating]) -> FloatArray:
        """Signed distance to the cloth, below zero inside; (N, 3) to (N,)."""
        p = np.array(points, np.float64)
        p[:, 0] = np.abs(p[:, 0])
        return np.asarray(np.minimum(self._body(p), self._collar(p)), np.float32)

    def _body(self, p: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y, z = self.shoulder
        _, cy, cz = self.neck
        chest = _ellipsoid(p, (0, y - 1.35, z + 0.12), (1.62, 1.55, 0.86))
        yoke = _capsule(p, (0.25, cy - 0.25, cz - 0.25), (x, y, z), 0.40, self.shoulder_radius)
        arm = _capsule(p, (x, y, z), (x + 0.34, y - 2.4, z), self.shoulder_radius, 0.44)
        slope = _capsule(p, (0.22, cy - 0.06, cz - 0.16), (x - 0.3, y + 0.14, z), 0.46, 0.38)
        whole = _blend(_blend(_blend(chest, yoke, 0.35), arm, 0.3), slope, 0.3)
        hole = self.ring_radius(p) - self.neck_radius - 0.02
        above = -(self.lift(p) + 0.02)
        return np.maximum(whole, -np.maximum(hole, above))

    def lift(self, p: NDArray[np.floating]) -> NDArray[np.float64]:
        """Height over the slanted plane of the collar: it falls to the front."""
        return p[:, 1] - self.neck[1] + self.slant * (p[:, 2] - self.neck[2])

    def ring_radius(self, p: NDArray[np.floating]) -> NDArray[np.float64]:
        """Distance from the axis of the neck, a little flattened."""
        return np.hypot(p[:, 0], (p[:, 2] - self.neck[2]) * 0.92)

    def _collar(self, p: NDArray[np.float64]) -> NDArray[np.float64]:
        lift = self.lift(p)
        over = lift - np.clip(lift, -0.05, self.collar_height)
        # A roll neck leans inwards as it rises.
        radius = self.neck_radius + 0.05 - 0.10 * np.clip(lift, 0, None)
        return np.hypot(self.ring_radius(p) - radius, over) - self.collar_radius

    def is_collar(self, points: FloatArray) -> FloatArray:
        """One on the ribbed collar, zero on the knitted body."""
        p = points.astype(np.float64)
        near = self._collar(np.abs(p) * [1, 0, 0] + p * [0, 1, 1])
        return np.asarray(np.clip(1 - near / 0.02, 0, 1), np.float32)

    def mesh(self) -> tuple[FloatArray, FloatArray, NDArray[np.int32], FloatArray]:
        """Vertices, normals, triangles (as quads with a doubled corner) and texture coordinates."""
        axes = [np.arange(a, b, self.step) for a, b in zip(LOW, HIGH, strict=True)]
        grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
        field = self.distance(grid.reshape(-1, 3)).reshape(grid.shape[:3])
        vertices, faces, _, _ = marching_cubes(field, 0.0, spacing=(self.step,) * 3)
        vertices = (vertices + LOW).astype(np.float32)
        quads = faces[:, [0, 1, 2, 2]].astype(np.int32)
        return vertices, self._normals(vertices), quads, self._uv(vertices)

    def _normals(self, vertices: FloatArray) -> FloatArray:
        gradient = np.empty_like(vertices)
        for axis in range(3):
            offset = np.zeros(3)
            offset[axis] = 0.02
            gradient[:, axis] = self.distance(vertices + offset) - self.distance(vertices - offset)
        return np.asarray(gradient / np.linalg.norm(gradient, axis=1)[:, None], np.float32)

    def _uv(self, vertices: FloatArray) -> FloatArray:
        around = np.arctan2(vertices[:, 0], vertices[:, 2] - self.neck[2])
        collar = self.is_collar(vertices)
        u = np.where(collar > 0.5, around * 1.5, vertices[:, 0])
        return np.stack([u, vertices[:, 1]], axis=1).astype(np.float32)


def _ellipsoid(p: NDArray[np.float64], centre: Vector, radii: Vector) -> NDArray[np.float64]:
    q = (p - centre) / radii
    length = np.linalg.norm(q, axis=1)
    return (length - 1) * length / np.maximum(np.linalg.norm(q / radii, axis=1), 1e-9)


def _capsule(
    p: NDArray[np.float64], a: Vector, b: Vector, radius_a: float, radius_b: float
) -> NDArray[np.float64]:
    start, along = np.array(a), np.array(b) - np.array(a)
    t = np.clip((p - start) @ along / (along @ along), 0, 1)
    nearest = start + t[:, None] * along
    return np.linalg.norm(p - nearest, axis=1) - (radius_a + (radius_b - radius_a) * t)


def _blend(a: NDArray[np.float64], b: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """Smooth union (polynomial, after Quilez)."""
    h = np.clip(0.5 + 0.5 * (b - a) / width, 0, 1)
    return b + (a - b) * h - width * h * (1 - h)
