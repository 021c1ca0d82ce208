"""3x3 convolutions of sheets as matrix products, in stock operators that every CPU runs fast.

Two ways, of which the cheaper is taken for each layer. *Direct*: the pixels under the kernel are
gathered side by side, then one product. *Winograd*: overlapping tiles are transformed, then one
product for each point of the transform. A convolution of doubled pixels is, for the four kinds of
pixels of the finer map, a 2x2 convolution of the coarse one with sums of taps: the four share their
tiles and lie side by side as columns.
"""

from dataclasses import dataclass

import numpy as np

from avatar_app.training.export.fold import Kernel, Numbers
from avatar_app.training.export.graph import Graph
from avatar_app.training.export.sheets import OUTSIDE, Layout, Places, Rows, Sheet, gather
from avatar_app.training.export.winograd import Matrix, both_axes, transforms

_MOVE = 30
_STACKED_WEIGHT = 50
_WEIGHT = 32
"""What it costs to move a number, in the multiplications done in that time: of a feature map, of
weights that lie in a stack, and of weights in a single table, which the runtime packs beforehand.
Measured on one core with AVX-512; good enough to choose by."""

_KINDS = np.array([[[1, 1, 0], [0, 0, 1]], [[1, 0, 0], [0, 1, 1]]], dtype=np.float64)
"""(2, 2, 3): which of three taps fall together on each of two coarse pixels, for the second fine
pixel of the first and for the first fine pixel of the second."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """How a map is cut along each axis: ``side`` results for each tile, with or without Winograd.

    ``fine``: the results are those of the doubled map, two along each axis for one window."""

    side: int
    winograd: bool
    fine: bool = False

    @property
    def taps(self) -> int:
        return 2 if self.fine else 3

    @property
    def length(self) -> int:
        return self.side + self.taps - 1

    def count(self, size: int) -> int:
        """Tiles along an axis of a map of ``size``; the fine results start one pixel early."""
        return -(-(size + self.fine) // self.side)

    def starts(self, size: int) -> Places:
        """The first pixel of each tile."""
        return np.arange(self.count(size), dtype=np.int32) * self.side - 1

    def results(self, size: int) -> Places:
        """(side, tiles, 1 or 2): the pixels that come out along an axis, some beyond the edge."""
        inside = np.arange(self.side, dtype=np.int32)[:, None]
        window = (inside + self.starts(size))[:, :, None]
        if self.fine:
            return 2 * window + 1 + np.arange(2, dtype=np.int32)
        return window + 1

    def cost(self, size: int, channels: int, kernel: Kernel) -> float:
        """Of one convolution, in multiplications."""
        tiles, length = self.count(size) ** 2, self.length**2
        columns = len(kernel.bias) * (4 if self.fine else 1)
        results = self.side**2 * tiles * columns
        if not self.winograd:
            seen = self.side**2 * tiles * self.taps**2 * channels
            weights = self.taps**2 * channels * columns
            return seen * columns + _MOVE * (2 * seen + results) + _WEIGHT * weights
        seen, made = length * tiles * channels, length * tiles * columns
        products = seen * columns + length * seen + self.side**2 * made
        weights = length * channels * columns
        moved = 4 * seen + 2 * made + results
        return products + _MOVE * moved + _STACKED_WEIGHT * weights


PLAIN_TILINGS = (Tiling(2, False), Tiling(2, True), Tiling(4, True))
FINE_TILINGS = (Tiling(1, False, True), *(Tiling(side, True, True) for side in (2, 3, 5)))


def convolve(graph: Graph, sheet: Sheet, kernel: Kernel) -> Rows:
    """With a ring of zeros around the map and without the bias. Of each tile an even number of
    pixels along both axes comes out."""
    return _convolve(graph, sheet, kernel, _cheapest(PLAIN_TILINGS, sheet, kernel)[1])


def convolve_doubled(graph: Graph, sheet: Sheet, kernel: Kernel) -> Rows:
    """The same after each pixel was doubled along both axes; any number of pixels of a tile."""
    fine_cost, fine = _cheapest(FINE_TILINGS, sheet, kernel)
    plain_cost, plain = _cheapest(PLAIN_TILINGS, sheet.doubled(), kernel)
    if plain_cost < fine_cost:
        return _convolve(graph, sheet.doubled(), kernel, plain)
    return _convolve(graph, sheet, kernel, fine)


def _cheapest(tilings: tuple[Tiling, ...], sheet: Sheet, kernel: Kernel) -> tuple[float, Tiling]:
    costs = [(tiling.cost(sheet.size, sheet.channels, kernel), tiling) for tiling in tilings]
    return min(costs, key=lambda pair: pair[0])


def _convolve(graph: Graph, sheet: Sheet, kernel: Kernel, tiling: Tiling) -> Rows:
    y, x = _pairs(tiling.results(sheet.size))
    layout = Layout(y, x, sheet.size * (2 if tiling.fine else 1))
    idle = bool(layout.inside.all())
    if idle:
        # One tile of no pixels: its results are the zeros that the next layer's border wants.
        layout = Layout(_with_idle(y), _with_idle(x), layout.size)
    multiply = _by_winograd if tiling.winograd else _directly
    name = multiply(graph, sheet, kernel, tiling, idle)
    channels = len(kernel.bias)
    return Rows(graph.reshape(name, -1, channels), channels, layout, zeros=False)


def _by_winograd(graph: Graph, sheet: Sheet, kernel: Kernel, tiling: Tiling, idle: bool) -> str:
    plan = transforms(tiling.side, tiling.taps)
    points = plan.length**2
    along = np.arange(plan.length, dtype=np.int32)[:, None] + tiling.starts(sheet.size)
    tiles = _gather_tiles(graph, sheet, along[:, :, None], idle)
    tiles = graph.reshape(tiles, points, -1)
    signal = graph.op("MatMul", _matrix(graph, plan.signal), tiles)
    signal = graph.reshape(signal, points, -1, sheet.channels)
    weights = _weights(graph, kernel, _filters(plan.filter, tiling.fine))
    product = graph.reshape(graph.op("MatMul", signal, weights), points, -1)
    return graph.op("MatMul", _matrix(graph, plan.results), product)


def _directly(graph: Graph, sheet: Sheet, kernel: Kernel, tiling: Tiling, idle: bool) -> str:
    first = np.arange(tiling.side, dtype=np.int32)[:, None] + tiling.starts(sheet.size)
    along = first[:, :, None] + np.arange(tiling.taps, dtype=np.int32)
    seen = _gather_tiles(graph, sheet, along, idle)
    seen_channels = tiling.taps**2 * sheet.channels
    seen = graph.reshape(seen, -1, seen_channels)
    if not tiling.fine:
        return graph.op("MatMul", seen, graph.constant(_plain(kernel).reshape(seen_channels, -1)))
    weights = _weights(graph, kernel, _filters(np.eye(tiling.taps), fine=True))
    return graph.op("MatMul", seen, graph.reshape(weights, seen_channels, -1))


def _gather_tiles(graph: Graph, sheet: Sheet, along: Places, idle: bool) -> str:
    y, x = _pairs(along)
    if idle:
        y, x = _with_idle(y), _with_idle(x)
    return gather(graph, sheet, y, x)


def _with_idle(places: Places) -> Places:
    return np.pad(places, ((0, 0), (0, 1), (0, 0)), constant_values=OUTSIDE)


def _pairs(along: Places) -> tuple[Places, Places]:
    """``along`` (a, t, b) holds pixels of one axis; all pairs of two axes: (y, x), (a², t², b²)."""
    a, t, b = along.shape
    y = along[:, None, :, None, :, None]
    x = along[None, :, None, :, None, :]
    shape = (a, a, t, t, b, b)
    flat = (a * a, t * t, b * b)
    return np.broadcast_to(y, shape).reshape(flat), np.broadcast_to(x, shape).reshape(flat)


def _filters(axis: Matrix, fine: bool) -> Matrix:
    """(points, kinds, 9): what makes of nine taps the weights of each point; ``axis`` does it for
    one axis, from the taps that the tiling has."""
    if not fine:
        return both_axes(axis)[:, None, :]
    kinds = [np.kron(axis @ y, axis @ x) for y in _KINDS for x in _KINDS]
    return np.stack(kinds, axis=1)


def _weights(graph: Graph, kernel: Kernel, filters: Matrix) -> str:
    """(points, C, kinds * D). The file holds the plain taps; the runtime transforms them when it
    loads the file, for nothing of this depends on an input."""
    points, kinds, taps = filters.shape
    count, channels = kernel.weight.shape[:2]
    mixing = graph.constant(filters.reshape(-1, taps).astype(np.float32))
    mixed = graph.op("MatMul", mixing, graph.constant(_plain(kernel).reshape(taps, -1)))
    if kinds > 1:
        mixed = graph.reshape(mixed, points, kinds, channels, count)
        mixed = graph.op("Transpose", mixed, perm=[0, 2, 1, 3])
    return graph.reshape(mixed, points, channels, kinds * count)


def _plain(kernel: Kernel) -> Numbers:
    """(3, 3, C, D)."""
    return kernel.weight.transpose(2, 3, 1, 0)


def _matrix(graph: Graph, axis: Matrix) -> str:
    return graph.constant(both_axes(axis).astype(np.float32))
