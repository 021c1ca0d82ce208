"""The three parts of a First Order Motion Model as ONNX models.

``source`` needs the portrait alone and runs once for it, ``drive`` finds the keypoints of a
picture, ``render`` makes the picture of a frame. The engine relies on the names of inputs and
outputs.
"""

from enum import StrEnum

import onnx

from avatar_app.training.export import fomm
from avatar_app.training.export.blocks import Features, PlainBlocks
from avatar_app.training.export.fast_blocks import SheetBlocks
from avatar_app.training.export.fold import kernel
from avatar_app.training.export.fomm import SourceNames, features_shape
from avatar_app.training.export.graph import Graph
from avatar_app.training.export.motion import KeypointNames
from avatar_app.training.nets.fomm.blocks import DownBlock
from avatar_app.training.nets.fomm.generator import Generator
from avatar_app.training.nets.fomm.keypoint_detector import KeypointDetector


class Style(StrEnum):
    """How convolutions are written; all else is the same. PLAIN: in float32. HALF: in float16,
    with float32 at the border. FAST: as matrix products that suit CPUs."""

    PLAIN = "plain"
    HALF = "half"
    FAST = "fast"


def source_part(generator: Generator, size: int) -> onnx.ModelProto:
    """``image`` (1, 3, size, size) to ``features`` (1, C, h, h) and ``small`` (1, 3, s, s)."""
    graph = Graph("source")
    image = graph.input("image", (1, 3, size, size))
    blocks = PlainBlocks(graph)
    first = kernel(generator.first.conv, generator.first.norm)
    x = blocks.same(blocks.enter(Features(image, 3, size)), first)
    for block in fomm.each(generator.down_blocks, DownBlock):
        x = blocks.down(x, kernel(block.conv, block.norm))
    graph.output("features", x.name, features_shape(generator, size))
    small, small_size = fomm.reduce(graph, generator.dense_motion_network.down, image, size)
    graph.output("small", small, (1, 3, small_size, small_size))
    return graph.model()


def drive_part(detector: KeypointDetector, size: int, *, half: bool = False) -> onnx.ModelProto:
    """``image`` (1, 3, size, size) to ``value`` (1, K, 2) and ``jacobian`` (1, K, 2, 2). There
    is no variant for CPUs: as matrix products so narrow a network is no faster."""
    graph = Graph("drive")
    image = graph.input("image", (1, 3, size, size))
    found = fomm.keypoints(graph, PlainBlocks(graph, half=half), detector, image, size)
    count = detector.kp.out_channels
    graph.output("value", found.value, (1, count, 2))
    if found.jacobian is not None:
        graph.output("jacobian", found.jacobian, (1, count, 2, 2))
    return graph.model()


def render_part(
    generator: Generator, size: int, style: Style, *, jacobians: bool
) -> onnx.ModelProto:
    """``features``, ``small``, ``source_value``, ``source_jacobian``, ``value`` and ``jacobian`` to
    ``picture`` (1, 3, size, size)."""
    graph = Graph("render")
    dense = generator.dense_motion_network
    features = graph.input("features", features_shape(generator, size))
    side = fomm.reduced_size(dense.down, size)
    small = graph.input("small", (1, 3, side, side))
    count = dense.mask.out_channels - 1
    source = SourceNames(features, small, _keypoint_inputs(graph, "source_", count, jacobians))
    driving = _keypoint_inputs(graph, "", count, jacobians)
    if style is Style.FAST:
        picture = fomm.picture(graph, SheetBlocks(graph), generator, source, driving, size)
    else:
        plain = PlainBlocks(graph, half=style is Style.HALF)
        picture = fomm.picture(graph, plain, generator, source, driving, size)
    graph.output("picture", picture, (1, 3, size, size))
    return graph.model()


def _keypoint_inputs(graph: Graph, prefix: str, count: int, jacobians: bool) -> KeypointNames:
    value = graph.input(f"{prefix}value", (1, count, 2))
    jacobian = graph.input(f"{prefix}jacobian", (1, count, 2, 2)) if jacobians else None
    return KeypointNames(value, jacobian)
