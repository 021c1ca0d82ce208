"""The exact part of the warp: a residual that is linear on each triangle of the face mesh.

Two rings of further points around the face carry the residual out to nothing, so the flow has no
seam at the jaw. Triangles are rasterised with numpy alone: all candidates of one window size at
once, those seen from behind first. The ring comes last: at the far side of a head that is turned it
lies over cheek that bulges beyond the outline, and pieces of that would stick out of it.
"""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.engines.landmark_warp.grid import Field, Grid
from avatar_app.face_mesh import CHIN, FOREHEAD, LIPS_OUTER, OVAL

MESH_POINTS = 468
_WINDOWS = (2, 4, 6, 8, 11, 16, 23, 32, 45, 64, 96, 128, 192, 256)
_EDGE = 1e-4
_MANY = 300
_AROUND = 4
_OVAL = np.array(OVAL)


@cache
def mesh_triangles() -> NDArray[np.int64]:
    """(898 + 72, 3): MediaPipe's canonical triangles (Apache-2.0) and the ring around them, whose
    points are numbered from 468 in the order of OVAL."""
    own = np.load(Path(__file__).with_name("face_triangles.npy")).astype(np.int64)
    count = len(OVAL)
    inner = np.array(OVAL)
    outer = MESH_POINTS + np.arange(count)
    after = np.roll(np.arange(count), -1)
    ring = np.concatenate(
        [
            np.stack([inner, outer, inner[after]], axis=1),
            np.stack([inner[after], outer, outer[after]], axis=1),
        ]
    )
    return np.concatenate([_facing_us(own), ring])


def _facing_us(triangles: NDArray[np.int64]) -> NDArray[np.int64]:
    """The canonical model winds its triangles against the picture's y; the ring does not."""
    return triangles[:, ::-1]


def ring_around(face: NDArray[np.float64]) -> NDArray[np.float64]:
    """(36, 2): points around a portrait's face where the residual has died out; further away
    below, where the jaw drops."""
    oval = face[list(OVAL), :2]
    centre = oval.mean(0)
    down = face[CHIN, :2] - face[FOREHEAD, :2]
    below = ((oval - centre) @ down) / max(float(down @ down), 1e-6)
    stretch = 1.35 + 0.7 * np.clip(below, 0, 0.5)
    ring: NDArray[np.float64] = centre + (oval - centre) * stretch[:, None]
    return ring


def rasterise(points: Field, values: Field, triangles: NDArray[np.int64], grid: Grid) -> Field:
    """(rows, columns, C): the values (P, C), linear on each triangle of points (P, 2) in pixels;
    0 where there is no triangle."""
    corners = grid.to_samples(points)[triangles]
    low = np.maximum(np.ceil(corners.min(1) - _EDGE).astype(np.int32), 0)
    high = np.floor(corners.max(1) + _EDGE).astype(np.int32)
    high = np.minimum(high, (grid.columns - 1, grid.rows - 1))
    extent = (high - low).max(1) + 1
    area = _area(corners)
    usable = (high >= low).all(1) & (np.abs(area) > 1e-6) & (extent <= _WINDOWS[-1])
    result = np.zeros((grid.rows, grid.columns, values.shape[1]), np.float32)
    front, ring = usable & (area > 0), triangles.max(1) >= MESH_POINTS
    for chosen in (usable & (area < 0), front & ~ring, front & ring):
        # A few triangles are cheaper in few windows, many in closely fitting ones.
        windows = _WINDOWS if chosen.sum() > _MANY else _WINDOWS[1::2]
        order = np.flatnonzero(chosen)
        kind = np.searchsorted(windows, extent[order])
        for each in np.unique(kind):
            rows = order[kind == each]
            _fill(corners[rows], values[triangles[rows]], low[rows], windows[each], result)
    return result


def smooth_stairs(residual: Field, points: Field, grid: Grid) -> None:
    """Smooth the residual, in place, where it jumps by more than a sample (``points`` as in
    rasterise): along the face's outline, where a cheek lies in front of hair, and along that of
    the lips, where the chin folds under the lower one. Both would show the samples as stairs."""
    for outline, sigma in ((OVAL, 1.2), (LIPS_OUTER, 2.0)):
        _smooth_along(residual, grid.to_samples(points[list(outline)]), sigma, grid)


def _smooth_along(residual: Field, outline: Field, sigma: float, grid: Grid) -> None:
    line = np.round(outline).astype(np.int32)
    around = round(_AROUND * sigma)
    x0, y0 = np.maximum(line.min(0) - around, 0)
    x1, y1 = line.max(0) + around + 1
    part = residual[y0:y1, x0:x1]
    if part.size:
        near = np.zeros(part.shape[:2], np.uint8)
        cv2.polylines(near, [line - (x0, y0)], True, (1,), round(_AROUND * sigma))
        smooth = np.asarray(cv2.GaussianBlur(part, (0, 0), sigma), np.float32)
        change = smooth - part
        jump = np.maximum(np.abs(change[..., 0]), np.abs(change[..., 1]))
        weight = np.clip(jump / float(grid.scale.max()) - 0.3, 0, 1) * near
        part += np.asarray(cv2.dilate(weight, np.ones((3, 3), np.uint8)))[..., None] * change


def _area(corners: Field) -> Field:
    ab, ac = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area: Field = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    return area


def _fill(
    corners: Field, values: Field, low: NDArray[np.int32], window: int, result: Field
) -> None:
    """Write the triangles (T, 3, 2) whose boxes fit a window of that many samples.

    The barycentric coordinates v and w of a sample are linear in x and y, so each costs one
    addition: a row of x parts and a column of y parts."""
    a, ab, ac = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    det = (ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0])[:, None]
    steps = np.arange(window, dtype=np.float32)
    dx = low[:, :1].astype(np.float32) + steps - a[:, :1]
    dy = low[:, 1:].astype(np.float32) + steps - a[:, 1:]
    v = (dx * (ac[:, 1:] / det))[:, None, :] - (dy * (ac[:, :1] / det))[:, :, None]
    w = (dy * (ab[:, :1] / det))[:, :, None] - (dx * (ab[:, 1:] / det))[:, None, :]
    inside = np.minimum(v, w) >= -_EDGE
    inside &= v + w <= 1 + _EDGE
    hits = np.flatnonzero(inside)
    triangle, place = np.divmod(hits, window * window)
    row, column = np.divmod(place, window)
    row, column = row + low[triangle, 1], column + low[triangle, 0]
    if (low.max(0) + window > (result.shape[1], result.shape[0])).any():
        kept = (row < result.shape[0]) & (column < result.shape[1])
        hits, triangle, row, column = hits[kept], triangle[kept], row[kept], column[kept]
    base = values[:, 0]
    along, across = values[:, 1] - base, values[:, 2] - base
    v_hit, w_hit = v.ravel()[hits, None], w.ravel()[hits, None]
    result[row, column] = base[triangle] + v_hit * along[triangle] + w_hit * across[triangle]
