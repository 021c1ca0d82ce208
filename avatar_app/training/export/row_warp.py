"""A warp of a feature map as a table: four rows looked up for each pixel, and their mean.

``GridSample`` walks through one channel after the other; a table holds the channels of a pixel side
by side, so that a look-up is a copy and the mean a small product. Seven times faster on a CPU."""

import numpy as np

from avatar_app.training.export.graph import Graph
from avatar_app.training.export.sheets import Rows


def warped_rows(
    graph: Graph, rows: Rows, field: str, weight: str | None, *, align_corners: bool
) -> str:
    """The table after the warp, in the order of ``rows``, which is line by line.

    ``field`` (1, 2, size, size) holds the x and y in [-1, 1] that each pixel is taken from, zero
    beyond the edge; ``weight`` (1, 1, size, size) multiplies what comes out."""
    size, channels = rows.layout.size, rows.channels
    places = _pixels(graph, field, size, align_corners)
    corners = graph.op("Add", graph.op("Floor", places), graph.constant([0, 1]))
    distance = graph.op("Abs", graph.op("Sub", places, corners))
    share = graph.op("Sub", graph.constant([1]), distance)
    inside = graph.op(
        "Clip", corners, graph.constant(_scalar(0)), graph.constant(_scalar(size - 1))
    )
    share = graph.op("Mul", share, graph.cast(graph.op("Equal", inside, corners), np.float32))

    share_x, share_y = _axes(graph, share, size)
    x, y = _axes(graph, inside, size)
    shares = graph.op("Mul", share_y, share_x)
    if weight is not None:
        shares = graph.op("Mul", shares, graph.reshape(weight, size * size, 1, 1))
    numbers = graph.op("Add", graph.op("Mul", y, graph.constant([size])), x)
    numbers = graph.reshape(graph.cast(numbers, np.int32), -1)
    found = graph.reshape(graph.op("Gather", rows.name, numbers, axis=0), -1, 4, channels)
    return graph.reshape(
        graph.op("MatMul", graph.reshape(shares, -1, 1, 4), found), size * size, channels
    )


def _pixels(graph: Graph, field: str, size: int, align_corners: bool) -> str:
    """(2, size², 1): x and y in pixels; what is no number or far away lies just outside."""
    half = (size - 1) / 2 if align_corners else size / 2
    scaled = graph.op("Mul", graph.reshape(field, 2, size * size, 1), graph.constant([half]))
    places = graph.op("Add", scaled, graph.constant([(size - 1) / 2]))
    outside = graph.constant(_scalar(-2))
    places = graph.op("Where", graph.op("IsNaN", places), outside, places)
    return graph.op("Clip", places, outside, graph.constant(_scalar(size + 1)))


def _axes(graph: Graph, corners: str, size: int) -> tuple[str, str]:
    """Of (2, size², 2) the x as (size², 1, 2) and the y as (size², 2, 1): together all four."""
    x, y = graph.ops("Split", 2, corners, axis=0)
    return graph.reshape(x, size * size, 1, 2), graph.reshape(y, size * size, 2, 1)


def _scalar(value: float) -> np.ndarray[tuple[()], np.dtype[np.float32]]:
    return np.array(value, dtype=np.float32)
