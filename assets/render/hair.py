"""Hair grown strand by strand: roots on the scalp, combed along the head, drawn as ribbons."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from renderer import Mesh
from scipy.spatial import cKDTree

FloatArray = NDArray[np.float32]
Comb = Callable[[FloatArray, FloatArray], FloatArray]
PARTING = 0.12
SKULL = np.array([0.0, 0.25, -0.75], np.float32)  # about the middle of the braincase

# Height of the hairline over the azimuth: 0 is the middle of the forehead, 180 the nape.
FEMALE_LINE = (
    (0, 0.74), (20, 0.76), (38, 0.66), (52, 0.40), (64, 0.10), (74, -0.02), (82, 0.12), (100, 0.16),
    (112, -0.20), (130, -0.62), (180, -0.78),
)  # fmt: skip
MALE_LINE = (
    (0, 0.74), (18, 0.77), (34, 0.74), (46, 0.56), (56, 0.40), (62, 0.10), (69, -0.15), (74, -0.12),
    (80, 0.28), (104, 0.30), (116, -0.20), (130, -0.55), (180, -0.66),
)  # fmt: skip


@dataclass(frozen=True)
class Haircut:
    """How hair grows; lengths in decimetres."""

    count: int
    steps: int
    length: float
    comb: Comb
    line: tuple[tuple[float, float], ...]
    colour: tuple[float, float, float]
    width: float = 0.0042
    lift: float = 0.08
    curl: float = 0.0
    clumps: float = 0.4
    spread: float = 0.12
    grey: float = 0.0
    edge: float = 0.06
    stiffness: float = 0.35
    sides: float = 1.0  # length at the temples and nape as a share of that on top
    hem: float = -9.0  # height at which strands are cut off
    shadow: float = 0.9  # how dark the scalp is between the strands


@dataclass(frozen=True)
class Strands:
    """Grown hair at rest: points and outward normals (N, K, 3), shade of each strand (N,)."""

    points: FloatArray
    normals: FloatArray
    shade: FloatArray


def scalp_share(
    points: FloatArray, line: tuple[tuple[float, float], ...], edge: float
) -> FloatArray:
    """How much hair grows at points of the head, 0 to 1; ``edge`` softens the hairline."""
    around = np.degrees(np.arctan2(np.abs(points[:, 0]), points[:, 2] - SKULL[2]))
    angles, heights = zip(*line, strict=True)
    over = points[:, 1] - np.interp(around, angles, heights)
    return np.asarray(np.clip(over / edge + 0.5, 0, 1), np.float32)


def grow(
    vertices: FloatArray, normals: FloatArray, quads: NDArray[np.int32], cut: Haircut
) -> Strands:
    """Grow a haircut on a head at rest."""
    rng = np.random.default_rng(11)
    root, normal = _roots(vertices, normals, quads, cut, rng)
    count = len(root)
    tree = cKDTree(vertices)
    clearance = cut.lift * (0.15 + 0.85 * rng.random((count, 1)))
    length = cut.length * (1 + cut.spread * rng.normal(size=(count, 1)))
    length = length * np.clip((root[:, 1:2] - 0.25) / 0.5, cut.sides, 1)
    clearance = clearance * np.clip((root[:, 1:2] - 0.25) / 0.5, cut.sides, 1)
    phase, wave = rng.random((count, 1)) * 6.283, rng.normal(size=(count, 3))
    points, point = [root], root
    heading = _unit(0.35 * normal + cut.comb(root, normal))
    for step in range(1, cut.steps):
        along = step / (cut.steps - 1)
        wish = cut.comb(point, normal)
        curl = cut.curl * (
            np.cos(phase + 9 * along) * wave + np.sin(phase + 9 * along) * wave[:, ::-1]
        )
        heading = _unit(cut.stiffness * heading + (1 - cut.stiffness) * wish + curl)
        moved = point + heading * length / (cut.steps - 1)
        moved = _hug(moved, vertices, normals, tree, clearance * min(1.0, 3 * along))
        heading = _unit(moved - point)
        uncut = point[:, 1:2] > cut.hem + cut.lift * wave[:, :1]
        point = np.where(uncut, moved, point).astype(np.float32)
        normal = _nearest_normals(point, normals, tree)
        points.append(point)
    strands = _clumped(np.stack(points, axis=1), cut.clumps, rng)
    strands = strands[~_before_the_throat(strands)]
    count = len(strands)
    shade = rng.random(count) * 0.8 + 0.1
    shade = np.where(rng.random(count) < cut.grey, 4.5 + 4 * rng.random(count), shade)
    return Strands(
        strands.astype(np.float32),
        _outward(strands, normals, tree),
        shade.astype(np.float32),
    )


def _roots(
    vertices: FloatArray,
    normals: FloatArray,
    quads: NDArray[np.int32],
    cut: Haircut,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Points spread evenly over the scalp, with their normals."""
    corners = vertices[quads]
    share = scalp_share(corners.mean(axis=1), cut.line, cut.edge + 0.2)
    area = np.linalg.norm(
        np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]), axis=1
    )
    outer = _unit(normals[quads].mean(axis=1))
    facing = (outer * _unit(corners.mean(axis=1) - SKULL)).sum(axis=1) > 0.3
    weight = area * (share > 0) * facing
    face = rng.choice(len(quads), size=2 * cut.count, p=weight / weight.sum())
    u, v = rng.random((2, len(face), 1))
    bilinear = np.stack([(1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v], axis=1)
    point = (corners[face] * bilinear).sum(axis=1)
    keep = rng.random(len(face)) < scalp_share(point, cut.line, cut.edge)
    normal = _unit((normals[quads[face]] * bilinear).sum(axis=1))
    return point[keep][: cut.count], normal[keep][: cut.count]


def _hug(
    point: FloatArray,
    vertices: FloatArray,
    normals: FloatArray,
    tree: cKDTree,
    clearance: FloatArray,
) -> FloatArray:
    """Keep hair at its height over the head: pushed out of it, and drawn back above the jaw."""
    _, nearest = tree.query(point, workers=2)
    depth = ((point - vertices[nearest]) * normals[nearest]).sum(axis=1, keepdims=True)
    back = np.where(point[:, 1:2] > 0.25, -0.12, 0.0)
    return np.asarray(point + normals[nearest] * np.clip(clearance - depth, back, 0.2), np.float32)


def _nearest_normals(point: FloatArray, normals: FloatArray, tree: cKDTree) -> FloatArray:
    _, nearest = tree.query(point, workers=2)
    return normals[nearest]


def _before_the_throat(strands: FloatArray) -> NDArray[np.bool_]:
    """Strands that strayed from the nape to the front of the neck, or across the face."""
    x, y, z = np.moveaxis(strands, 2, 0)
    throat = (y < -0.35) & (np.abs(x) < 0.62) & (z > -0.75)
    face = (y < 0.35) & (np.abs(x) < 0.5) & (z > -0.3)
    return np.asarray((throat | face).any(axis=1))


def _clumped(strands: FloatArray, amount: float, rng: np.random.Generator) -> FloatArray:
    """Draw strands towards a few guides, more at the tips: locks form."""
    if amount == 0:
        return strands
    guides = strands[rng.choice(len(strands), max(len(strands) // 28, 1), replace=False)]
    _, mine = cKDTree(guides[:, 0]).query(strands[:, 0])
    along = np.linspace(0, 1, strands.shape[1])[None, :, None]
    pull = amount * along * (0.5 + 0.5 * rng.random((len(strands), 1, 1)))
    return strands + pull * (guides[mine] - strands)


def _outward(strands: FloatArray, normals: FloatArray, tree: cKDTree) -> FloatArray:
    flat = strands.reshape(-1, 3)
    near = _nearest_normals(flat, normals, tree)
    away = _unit(
        flat - np.array([0, 0, -0.75]) * [0, 0, 1] - np.array([0, 0.25, 0]) * (flat[:, 1:2] > 0.25)
    )
    away[:, 1] *= np.where(flat[:, 1] > 0.25, 1, 0.15)
    mixed = _unit(0.4 * near + 0.6 * _unit(away))
    return np.asarray(mixed.reshape(strands.shape), np.float32)


def ribbons(strands: Strands, width: float, view: FloatArray | None, every: int = 1) -> Mesh:
    """Strands as thin quads that face ``view`` (a point), or any way at all when it is None."""
    points, normals = strands.points[::every], strands.normals[::every]
    along = _unit(np.gradient(points, axis=1).reshape(-1, 3)).reshape(points.shape)
    if view is None:
        toward = np.random.default_rng(3).normal(size=(len(points), 1, 3)) + 0 * points
    else:
        toward = view - points
    side = _unit(np.cross(along, toward).reshape(-1, 3)).reshape(points.shape)
    k = points.shape[1]
    taper = np.interp(np.linspace(0, 1, k), [0, 0.15, 0.6, 1], [0.8, 1, 0.95, 0.25])[None, :, None]
    half = side * (0.5 * width) * taper
    position = np.stack([points - half, points + half], axis=2).reshape(-1, 3)
    first = (np.arange(len(points))[:, None] * k + np.arange(k - 1)[None]).ravel() * 2
    quads = np.stack([first, first + 1, first + 3, first + 2], axis=1)
    return Mesh(
        position.astype(np.float32),
        np.repeat(normals.reshape(-1, 3), 2, axis=0),
        np.zeros((len(position), 2), np.float32),
        quads.astype(np.int32),
        tangent=np.repeat(along.reshape(-1, 3), 2, axis=0),
        extra=np.repeat(strands.shade[::every], 2 * k),
    )


def _unit(vectors: NDArray[np.floating]) -> FloatArray:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), np.float32)


def comb_cropped(point: FloatArray, normal: FloatArray) -> FloatArray:
    """Stands on end, leaning a little forward."""
    del point
    return normal + np.array([0.0, -0.1, 0.25], np.float32)


def comb_short(point: FloatArray, normal: FloatArray) -> FloatArray:
    """Brushed up and to one side on top, down and back over the ears."""
    y, z = point[:, 1:2], point[:, 2:]
    top = np.clip((y - 0.3) / 0.5, 0, 1)
    forward = np.clip((z + 0.6) / 0.6, 0, 1)
    swept = np.concatenate([0.7 + 0 * y, 0.45 * forward, 0.2 * forward - 0.4], axis=1)
    down = np.concatenate([0 * y, -1 + 0 * y, -0.45 + 0 * y], axis=1)
    return np.asarray(0.5 * normal + top * swept + (1 - top) * down, np.float32)


def comb_bob(point: FloatArray, normal: FloatArray) -> FloatArray:
    """Parted on one side, swept off the face, falling to the jaw and turning in at the ends."""
    x, y, z = (point[:, k : k + 1] for k in range(3))
    side = np.sign(x - PARTING)
    top = np.clip((y - 0.35) / 0.6, 0, 1)
    front = np.clip((z + 0.55) / 0.5, 0, 1) * np.clip(1.25 - np.abs(x) / 0.72, 0, 1)
    sweep = np.concatenate(
        [side * (0.75 * top + 1.2 * front), -1.0 + 0 * top, -0.55 * front], axis=1
    )
    fall = _unit(sweep - 0.9 * (sweep * normal).sum(axis=1, keepdims=True) * normal * (y > -0.5))
    tip = np.clip((-0.55 - y) / 0.5, 0, 1) ** 2
    inward = np.concatenate([-np.sign(x), 0 * x, 0.15 + 0 * x], axis=1)
    return np.asarray(fall + 0.55 * tip * inward, np.float32)
