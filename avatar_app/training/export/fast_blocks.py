"""The blocks as matrix products on sheets, for CPUs: a third of the multiplications."""

from dataclasses import replace

import numpy as np

from avatar_app.training.export.blocks import Features
from avatar_app.training.export.fold import Affine, Kernel, Numbers
from avatar_app.training.export.graph import Graph
from avatar_app.training.export.products import convolve, convolve_doubled
from avatar_app.training.export.row_warp import warped_rows
from avatar_app.training.export.sheets import Layout, Rows, Sheet, gather, rows_of_picture
from avatar_app.training.export.strips import convolve_strips

_NEVER = np.float32(-1e30)
"""Added to rows of no pixel: the ReLU then makes them the zeros they count as."""


class SheetBlocks:
    """``Blocks`` with 3x3 kernels, in float32."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def enter(self, features: Features) -> Sheet:
        return Sheet((rows_of_picture(self._graph, features),))

    def warp(self, features: Features, field: str, weight: str | None, *, align: bool) -> Sheet:
        rows = rows_of_picture(self._graph, features)
        warped = warped_rows(self._graph, rows, field, weight, align_corners=align)
        return Sheet((replace(rows, name=warped),))

    def down(self, x: Sheet, kernel: Kernel) -> Sheet:
        full = self._activated(convolve(self._graph, x, kernel), kernel.bias)
        return Sheet((self._pooled(full),))

    def up(self, x: Sheet, kernel: Kernel) -> Sheet:
        full = convolve_doubled(self._graph, x, kernel)
        return Sheet((self._activated(full, kernel.bias),))

    def residual(self, x: Sheet, norm: Affine, first: Kernel, second: Kernel) -> Sheet:
        graph = self._graph
        (stream,) = x.parts
        scaled = graph.op("Mul", stream.name, graph.constant(norm.scale))
        normed = self._activated(replace(stream, name=scaled), norm.shift)
        inner = convolve(graph, Sheet((normed,)), first)
        inner = self._activated(inner, first.bias)
        outer = convolve(graph, Sheet((inner,)), second)
        change = graph.op("Add", outer.name, graph.constant(second.bias))
        total = graph.op("Add", self._ordered(stream, outer.layout), change)
        return Sheet((replace(outer, name=total),))

    def join(self, x: Sheet, y: Sheet) -> Sheet:
        return Sheet((*x.parts, *y.parts))

    def leave(self, x: Sheet, kernel: Kernel, pad: int) -> str:
        return convolve_strips(self._graph, x, kernel, pad)

    def _activated(self, rows: Rows, bias: Numbers) -> Rows:
        """Bias and ReLU; rows of no pixel become zeros."""
        beyond = ~rows.layout.inside
        if (beyond == beyond[:1]).all():
            beyond = beyond[:1]
        offset = self._graph.constant(bias)
        if beyond.any():
            never = self._graph.constant(np.where(beyond, _NEVER, 0).astype(np.float32)[..., None])
            offset = self._graph.op("Add", never, offset)
        split = self._graph.reshape(rows.name, *rows.layout.inside.shape, rows.channels)
        active = self._graph.op("Relu", self._graph.op("Add", split, offset))
        return replace(rows, name=self._graph.reshape(active, -1, rows.channels), zeros=True)

    def _pooled(self, rows: Rows) -> Rows:
        """The mean of each 2x2 within the tiles."""
        side = round(len(rows.layout.y) ** 0.5)
        flat = self._graph.reshape(rows.name, side**2, -1)
        means = self._graph.op("MatMul", self._graph.constant(_means(side)), flat)
        return replace(
            rows,
            name=self._graph.reshape(means, -1, rows.channels),
            layout=_every_second(rows.layout, side),
        )

    def _ordered(self, rows: Rows, layout: Layout) -> str:
        """The table in another order."""
        if rows.layout.same_as(layout):
            return rows.name
        return gather(self._graph, Sheet((rows,)), layout.y, layout.x)


def _means(side: int) -> Numbers:
    """(side² / 4, side²): the mean of each 2x2 of a tile."""
    axis = np.kron(np.eye(side // 2), [[0.5, 0.5]])
    return np.kron(axis, axis).astype(np.float32)


def _every_second(layout: Layout, side: int) -> Layout:
    """Of tiles of ``side``, the first pixel of each 2x2, in the coordinates of the coarser map."""
    first = np.arange(side**2).reshape(side, side)[::2, ::2].ravel()
    return Layout(layout.y[first] // 2, layout.x[first] // 2, layout.size // 2)
