"""The blocks of a network as operators: what they are, and the plain way of writing them."""

from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np

from avatar_app.training.export.fold import Affine, Kernel, Numbers
from avatar_app.training.export.graph import Graph

Map = TypeVar("Map")


@dataclass(frozen=True, slots=True)
class Features:
    """A float32 tensor (1, channels, size, size)."""

    name: str
    channels: int
    size: int


class Blocks(Protocol[Map]):
    """Writes blocks into a graph. Between ``enter`` and ``leave`` a feature map is whatever suits
    the way of working; at both ends it is a float32 tensor (1, C, H, H)."""

    def enter(self, features: Features) -> Map: ...

    def warp(self, features: Features, field: str, weight: str | None, *, align: bool) -> Map:
        """``features`` at the x and y in ``field`` (1, 2, H, H), zero beyond their edge, times
        ``weight`` (1, 1, H, H); ``align``: -1 and 1 are the centres of the outermost pixels."""

    def down(self, x: Map, kernel: Kernel) -> Map:
        """Convolution, ReLU, mean of 2x2."""

    def up(self, x: Map, kernel: Kernel) -> Map:
        """Each pixel doubled, convolution, ReLU."""

    def residual(self, x: Map, norm: Affine, first: Kernel, second: Kernel) -> Map:
        """x + second(ReLU(first(ReLU(norm(x)))))."""

    def join(self, x: Map, y: Map) -> Map:
        """The channels of both."""

    def leave(self, x: Map, kernel: Kernel, pad: int) -> str:
        """A last convolution, without ReLU, with a border of ``pad`` zeros."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A tensor (1, C, H, H) in the precision of its blocks."""

    name: str


class PlainBlocks:
    """The blocks as convolutions: for graphics processors, and as the reference. ``half``:
    convolutions in float16 between a float32 input and a float32 output."""

    def __init__(self, graph: Graph, *, half: bool = False) -> None:
        self._graph = graph
        self._half = half

    def enter(self, features: Features) -> Plain:
        name = features.name
        return Plain(self._graph.cast(name, np.float16) if self._half else name)

    def warp(self, features: Features, field: str, weight: str | None, *, align: bool) -> Plain:
        graph = self._graph
        places = graph.op("Transpose", field, perm=[0, 2, 3, 1])
        warped = graph.sample(features.name, places, align_corners=align)
        if weight is not None:
            warped = graph.op("Mul", warped, weight)
        return self.enter(replace(features, name=warped))

    def same(self, x: Plain, kernel: Kernel) -> Plain:
        """Convolution with a border of half the kernel, ReLU."""
        return Plain(self._graph.op("Relu", self._convolved(x, kernel, kernel.size // 2)))

    def down(self, x: Plain, kernel: Kernel) -> Plain:
        full = self.same(x, kernel)
        pooled = self._graph.op("AveragePool", full.name, kernel_shape=[2, 2], strides=[2, 2])
        return Plain(pooled)

    def up(self, x: Plain, kernel: Kernel) -> Plain:
        return self.same(Plain(self._graph.doubled(x.name)), kernel)

    def residual(self, x: Plain, norm: Affine, first: Kernel, second: Kernel) -> Plain:
        graph = self._graph
        scaled = graph.op("Mul", x.name, self._channels(norm.scale))
        normed = graph.op("Add", scaled, self._channels(norm.shift))
        y = self.same(Plain(graph.op("Relu", normed)), first)
        return Plain(graph.op("Add", x.name, self._convolved(y, second, second.size // 2)))

    def join(self, x: Plain, y: Plain) -> Plain:
        return Plain(self._graph.op("Concat", x.name, y.name, axis=1))

    def leave(self, x: Plain, kernel: Kernel, pad: int) -> str:
        result = self._convolved(x, kernel, pad)
        return self._graph.cast(result, np.float32) if self._half else result

    def _convolved(self, x: Plain, kernel: Kernel, pad: int) -> str:
        weight, bias = (self._numbers(part) for part in (kernel.weight, kernel.bias))
        return self._graph.op("Conv", x.name, weight, bias, pads=[pad] * 4)

    def _channels(self, values: Numbers) -> str:
        return self._numbers(values.reshape(1, -1, 1, 1))

    def _numbers(self, values: Numbers) -> str:
        if not self._half:
            return self._graph.constant(values)
        with np.errstate(over="ignore"):  # Weights that do not fit make a picture that fails.
            return self._graph.constant(values.astype(np.float16))
