"""The arithmetic between the convolutions: keypoints, motions, warps. Always in float32.

The temperature of the heat maps and the jacobians magnify errors, and half precision cannot tell
neighbouring pixels apart in the coordinates of a warp. Coordinates are kept as x and y apart, and
what depends on the column alone or the row alone is computed for one line."""

from dataclasses import dataclass

import numpy as np

from avatar_app.training.export.fold import Numbers
from avatar_app.training.export.graph import Graph

_FAINT = -60.0
"""Exponents stop here, at 1e-26: beyond 1e-38 lie numbers with which processors are very slow."""


@dataclass(frozen=True, slots=True)
class KeypointNames:
    """Tensors ``value`` (1, K, 2) and ``jacobian`` (1, K, 2, 2), if the model has them."""

    value: str
    jacobian: str | None


@dataclass(frozen=True, slots=True)
class Places:
    """Coordinates ``x`` and ``y``, each (motions, size, size): where a pixel is taken from."""

    x: str
    y: str


def keypoints(
    graph: Graph, logits: str, maps: str | None, count: int, size: int, temperature: float
) -> KeypointNames:
    """From ``logits`` (1, K, size, size) and the jacobians' ``maps`` (1, 4K or 4, size, size)."""
    flat = graph.op("Div", graph.reshape(logits, count, 1, -1), graph.constant([temperature]))
    heat = graph.op("Softmax", flat, axis=2)
    axis = _axis(size)
    grid = np.stack((np.tile(axis, size), axis.repeat(size)))
    value = _means(graph, heat, graph.constant(grid[None]))
    if maps is None:
        return KeypointNames(graph.reshape(value, 1, count, 2), None)
    jacobian = _means(graph, heat, graph.reshape(maps, -1, 4, size * size))
    return KeypointNames(graph.reshape(value, 1, count, 2), graph.reshape(jacobian, 1, count, 2, 2))


def heat_maps(
    graph: Graph,
    source: KeypointNames,
    driving: KeypointNames,
    count: int,
    size: int,
    variance: float,
) -> str:
    """(1, K + 1, 1, size, size): bumps where keypoints come to, minus bumps where they were, and
    nothing for the background, which stands first."""
    to, start = (_bumps(graph, names.value, count, size, variance) for names in (driving, source))
    still = graph.constant(np.zeros((1, 1, 1, size, size), dtype=np.float32))
    moving = graph.reshape(graph.op("Sub", to, start), 1, count, 1, size, size)
    return graph.op("Concat", still, moving, axis=1)


def motions(
    graph: Graph, source: KeypointNames, driving: KeypointNames, count: int, size: int
) -> Places:
    """The K + 1 candidate motions: standing still, then the affine map of each keypoint."""
    x, y = _offsets(graph, driving.value, count, size)
    if source.jacobian is not None and driving.jacobian is not None:
        (a, b), (c, d) = _linear(graph, source.jacobian, driving.jacobian, count)
        x, y = _mixed(graph, a, x, b, y), _mixed(graph, c, x, d, y)
    at_x, at_y = _parts(graph, source.value, count, 2)
    still_x, still_y = (
        graph.constant(np.broadcast_to(line, (1, size, size)))
        for line in (_axis(size), _axis(size)[:, None])
    )
    return Places(
        _with_first(graph, still_x, graph.op("Add", x, at_x), count, size),
        _with_first(graph, still_y, graph.op("Add", y, at_y), count, size),
    )


def moved(
    graph: Graph, small: str, places: Places, total: int, size: int, align_corners: bool
) -> str:
    """(1, motions, 3, size, size): the small picture under each motion, in one call."""
    tall = (graph.reshape(axis, 1, total * size, size, 1) for axis in (places.x, places.y))
    stacked = graph.op("Concat", *tall, axis=3)
    pictures = graph.sample(small, stacked, align_corners=align_corners)
    split = graph.reshape(pictures, 1, 3, total, size, size)
    return graph.op("Transpose", split, perm=[0, 2, 1, 3, 4])


def blended(graph: Graph, mask: str, places: Places, total: int, size: int) -> str:
    """(1, 2, size, size): the x and y of the motions weighed by ``mask`` (1, motions, size,
    size)."""
    weights = graph.reshape(mask, total, size, size)
    terms = (graph.op("Mul", weights, axis) for axis in (places.x, places.y))
    sums = (graph.op("ReduceSum", t, _index(graph, 0), keepdims=1) for t in terms)
    return graph.reshape(graph.op("Concat", *sums, axis=0), 1, 2, size, size)


def resized(graph: Graph, field: str, size: int, new_size: int) -> str:
    """(1, C, size, size) to (1, C, new_size, new_size), bilinear, with half-pixel centres."""
    if size == new_size:
        return field
    factor = new_size / size
    return graph.op(
        "Resize",
        field,
        "",
        graph.constant([1, 1, factor, factor]),
        mode="linear",
        coordinate_transformation_mode="half_pixel",
    )


def _axis(size: int) -> Numbers:
    """(size,): the coordinate of each pixel; the centres of the outermost lie at -1 and +1."""
    return np.arange(size, dtype=np.float32) / np.float32(size - 1) * np.float32(2) - np.float32(1)


def _means(graph: Graph, heat: str, maps: str) -> str:
    """(K, n): of ``maps`` (K or 1, n, pixels) under ``heat`` (K, 1, pixels). Written out: the
    matrix units of some devices round factors to fewer digits than keypoints bear."""
    return graph.op("ReduceSum", graph.op("Mul", heat, maps), _index(graph, 2), keepdims=0)


def _offsets(graph: Graph, value: str, count: int, size: int) -> tuple[str, str]:
    """Of each column (K, 1, size) and each row (K, size, 1) from each keypoint."""
    at_x, at_y = _parts(graph, value, count, 2)
    x = graph.op("Sub", graph.constant(_axis(size).reshape(1, 1, -1)), at_x)
    y = graph.op("Sub", graph.constant(_axis(size).reshape(1, -1, 1)), at_y)
    return x, y


def _bumps(graph: Graph, value: str, count: int, size: int, variance: float) -> str:
    """(K, size, size): a Gaussian at each keypoint."""
    x, y = _offsets(graph, value, count, size)
    squares = graph.op("Add", graph.op("Mul", x, x), graph.op("Mul", y, y))
    exponents = graph.op("Mul", squares, graph.constant([-0.5 / variance]))
    return graph.op("Exp", graph.op("Max", exponents, graph.constant([_FAINT])))


def _linear(
    graph: Graph, source: str, driving: str, count: int
) -> tuple[tuple[str, str], tuple[str, str]]:
    """Rows of the product of source jacobians and inverted driving jacobians, each entry
    (K, 1, 1); the inverse by the adjugate."""
    a, b, c, d = _parts(graph, driving, count, 4)
    determinant = graph.op("Sub", graph.op("Mul", a, d), graph.op("Mul", b, c))
    p, q, r, s = (graph.op("Div", part, determinant) for part in _parts(graph, source, count, 4))
    b, c = graph.op("Neg", b), graph.op("Neg", c)
    return (
        (_mixed(graph, p, d, q, c), _mixed(graph, p, b, q, a)),
        (_mixed(graph, r, d, s, c), _mixed(graph, r, b, s, a)),
    )


def _mixed(graph: Graph, a: str, x: str, b: str, y: str) -> str:
    """a * x + b * y."""
    return graph.op("Add", graph.op("Mul", a, x), graph.op("Mul", b, y))


def _parts(graph: Graph, tensor: str, count: int, parts: int) -> list[str]:
    """The components of K pairs or K matrices, each (K, 1, 1)."""
    return graph.ops("Split", parts, graph.reshape(tensor, count, parts, 1), axis=1)


def _with_first(graph: Graph, first: str, others: str, count: int, size: int) -> str:
    """(K + 1, size, size); ``others`` may still be a single line or column each."""
    shape = graph.constant(np.array([count, size, size], dtype=np.int64))
    return graph.op("Concat", first, graph.op("Expand", others, shape), axis=0)


def _index(graph: Graph, axis: int) -> str:
    return graph.constant(np.array([axis], dtype=np.int64))
