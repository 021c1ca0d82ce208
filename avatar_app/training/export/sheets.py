"""Feature maps as tables: one row a pixel, in any order, one column a channel.

A convolution as matrix products wants its input cut into overlapping tiles and leaves its output in
tiles. Between two convolutions no picture has to be put together: the next one gathers its tiles
from wherever the rows lie.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from avatar_app.training.export.blocks import Features
from avatar_app.training.export.graph import Graph

Places = NDArray[np.int32]

OUTSIDE = -1
"""A coordinate, or a row's number, for what lies beyond the edge of a map, where it is zero."""


@dataclass(frozen=True, eq=False)
class Layout:
    """The order of rows: ``y`` and ``x`` (places, tiles, kinds) are the pixels they hold, of a
    square map of ``size``. Rows of no pixel, beyond its edge, may be among them."""

    y: Places
    x: Places
    size: int

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        """(places, tiles, kinds): which rows hold a pixel."""
        return (self.y >= 0) & (self.y < self.size) & (self.x >= 0) & (self.x < self.size)

    @cached_property
    def row(self) -> Places:
        """(size, size): the row of each pixel."""
        rows = np.full((self.size, self.size), OUTSIDE, dtype=np.int32)
        inside = self.inside.ravel()
        index = np.flatnonzero(inside).astype(np.int32)
        rows[self.y.ravel()[inside], self.x.ravel()[inside]] = index
        return rows

    def same_as(self, other: "Layout") -> bool:
        """Whether rows of both are in the same order."""
        return np.array_equal(self.y, other.y) and np.array_equal(self.x, other.x)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A table ``name`` (rows of ``layout``, channels). ``zeros``: rows of no pixel hold zeros;
    otherwise they mean nothing."""

    name: str
    channels: int
    layout: Layout
    zeros: bool


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A square feature map: tables whose channels follow each other, each pixel ``zoom`` times
    along both axes."""

    parts: tuple[Rows, ...]
    zoom: int = 1

    @property
    def size(self) -> int:
        return self.parts[0].layout.size * self.zoom

    @property
    def channels(self) -> int:
        return sum(part.channels for part in self.parts)

    def doubled(self) -> "Sheet":
        """Each pixel twice along both axes; nothing is written for that."""
        return replace(self, zoom=2 * self.zoom)


def picture_layout(size: int) -> Layout:
    """Line by line."""
    y, x = np.indices((size, size), dtype=np.int32).reshape(2, 1, size * size, 1)
    return Layout(y, x, size)


def rows_of_picture(graph: Graph, features: Features) -> Rows:
    """Line by line."""
    flat = graph.reshape(features.name, features.channels, -1)
    rows = graph.op("Transpose", flat, perm=[1, 0])
    return Rows(rows, features.channels, picture_layout(features.size), zeros=False)


def gather(graph: Graph, sheet: Sheet, y: Places, x: Places) -> str:
    """(pixels, channels): the pixels at these places, zeros beyond the edge. ``y`` and ``x`` are of
    one shape."""
    inside = (y >= 0) & (y < sheet.size) & (x >= 0) & (x < sheet.size)
    parts = []
    for part in sheet.parts:
        rows = np.full(y.size, OUTSIDE, dtype=np.int32)
        rows[inside.ravel()] = part.layout.row[y[inside] // sheet.zoom, x[inside] // sheet.zoom]
        parts.append(_gather_rows(graph, part, rows))
    return parts[0] if len(parts) == 1 else graph.op("Concat", *parts, axis=1)


def _gather_rows(graph: Graph, part: Rows, rows: Places) -> str:
    name, beyond = part.name, rows == OUTSIDE
    idle = np.flatnonzero(~part.layout.inside) if part.zeros else np.empty(0)
    zero = int(idle[0]) if len(idle) else part.layout.inside.size
    if beyond.any() and not len(idle):
        name = graph.op("Pad", name, graph.constant(np.array([0, 0, 1, 0], dtype=np.int64)))
    index = np.where(beyond, zero, rows).astype(np.int32)
    return graph.op("Gather", name, graph.constant(index), axis=0)
