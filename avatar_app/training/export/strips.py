"""Convolutions with many taps and few results, as products over strips of a line.

Seven lines of seven taps to three colours: a product that asks for three columns at a time leaves
most of a processor idle. Here a row is a strip of a line, as wide as several results need, and a
column one result of the strip for one of the kernel's lines; the lines are summed at the end.
"""

import numpy as np

from avatar_app.training.export.fold import Kernel
from avatar_app.training.export.graph import Graph
from avatar_app.training.export.sheets import Places, Sheet, gather

_WIDTHS = (2, 4, 8, 16)
_MOVE = 120
"""Multiplications in the time that a number takes to be gathered and read again."""


def convolve_strips(graph: Graph, sheet: Sheet, kernel: Kernel, pad: int) -> str:
    """(1, D, H', H'): the convolution with its bias and a border of ``pad`` zeros."""
    width = min(_WIDTHS, key=lambda width: _cost(width, sheet, kernel))
    lines, taps, count = sheet.size + 2 * pad, kernel.size, len(kernel.bias)
    size = lines - taps + 1
    strips = -(-size // width)

    seen = _strips(
        graph, sheet, width + taps - 1, np.arange(strips, dtype=np.int32) * width - pad, pad
    )
    product = graph.op("MatMul", seen, _weights(graph, kernel, width))
    product = graph.reshape(product, lines, strips, taps, count * width)
    summed = graph.op("Sum", *(_line(graph, product, tap, size) for tap in range(taps)))

    summed = graph.reshape(summed, size, strips, count, width)
    result = graph.op("Add", summed, graph.constant(kernel.bias[:, None]))
    result = graph.op("Transpose", result, perm=[2, 0, 1, 3])
    result = graph.reshape(result, 1, count, size, strips * width)
    return result if strips * width == size else graph.cut(result, 3, 0, size)


def _cost(width: int, sheet: Sheet, kernel: Kernel) -> float:
    """Of one pixel, in multiplications."""
    seen = (width + kernel.size - 1) / width * sheet.channels
    columns = kernel.size * len(kernel.bias)
    return seen * columns * width + _MOVE * (seen + columns)


def _strips(graph: Graph, sheet: Sheet, length: int, starts: Places, pad: int) -> str:
    """(lines * strips, length * channels)."""
    y = np.arange(-pad, sheet.size + pad, dtype=np.int32)[:, None, None]
    x = starts[:, None] + np.arange(length, dtype=np.int32)
    y, x = np.broadcast_arrays(y, x)
    return graph.reshape(gather(graph, sheet, y, x), -1, length * sheet.channels)


def _weights(graph: Graph, kernel: Kernel, width: int) -> str:
    """(length * C, taps * D * width), made from the plain taps when the file is loaded: a place in
    the strip and a result of it meet at the tap that is their distance."""
    count, channels, taps, _ = kernel.weight.shape
    length = width + taps - 1
    distance = np.arange(length)[:, None] - np.arange(width)
    meet = (distance[..., None] == np.arange(taps)).astype(np.float32)
    plain = graph.constant(kernel.weight.transpose(3, 1, 2, 0).reshape(taps, -1))
    placed = graph.op("MatMul", graph.constant(meet.reshape(-1, taps)), plain)
    placed = graph.reshape(placed, length, width, channels, taps * count)
    ordered = graph.op("Transpose", placed, perm=[0, 2, 3, 1])
    return graph.reshape(ordered, length * channels, taps * count * width)


def _line(graph: Graph, product: str, tap: int, size: int) -> str:
    """What one of the kernel's lines gives to each line of the result."""
    bounds = np.array([[tap, tap], [tap + size, tap + 1], [0, 2]], dtype=np.int64)
    return graph.op("Slice", product, *(graph.constant(bound) for bound in bounds))
