"""The networks of a First Order Motion Model, written into a graph block by block."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from torch import nn

from avatar_app.training.export import motion
from avatar_app.training.export.blocks import Blocks, Features, Map
from avatar_app.training.export.fold import affine, kernel, numbers, stacked
from avatar_app.training.export.graph import Graph
from avatar_app.training.export.motion import KeypointNames
from avatar_app.training.nets.fomm.blocks import (
    BlurReduce,
    DownBlock,
    Hourglass,
    ResidualBlock,
    UpBlock,
)
from avatar_app.training.nets.fomm.dense_motion import DenseMotion
from avatar_app.training.nets.fomm.generator import Generator
from avatar_app.training.nets.fomm.keypoint_detector import KeypointDetector

Block = TypeVar("Block", bound=nn.Module)


@dataclass(frozen=True, slots=True)
class SourceNames:
    """What ``source`` made of the portrait, and its keypoints."""

    features: str
    small: str
    keypoints: KeypointNames


def keypoints(
    graph: Graph, blocks: Blocks[Map], detector: KeypointDetector, image: str, size: int
) -> KeypointNames:
    """Of ``image`` (1, 3, size, size)."""
    reduced, size = reduce(graph, detector.down, image, size)
    x = _hourglass(blocks, detector.predictor, blocks.enter(Features(reduced, 3, size)))
    count, pad = detector.kp.out_channels, int(detector.kp.padding[0])
    size = size + 2 * pad - detector.kp.kernel_size[0] + 1
    heads = [detector.kp] if detector.jacobian is None else [detector.kp, detector.jacobian]
    maps = blocks.leave(x, stacked([kernel(head) for head in heads]), pad)
    jacobians = None
    if detector.jacobian is not None:
        jacobians = graph.cut(maps, 1, count, count + detector.jacobian.out_channels)
        maps = graph.cut(maps, 1, 0, count)
    return motion.keypoints(graph, maps, jacobians, count, size, detector.temperature)


def picture(
    graph: Graph,
    blocks: Blocks[Map],
    generator: Generator,
    source: SourceNames,
    driving: KeypointNames,
    size: int,
) -> str:
    """(1, 3, size, size)."""
    dense = generator.dense_motion_network
    small_size = reduced_size(dense.down, size)
    places, occlusion = _dense_motion(graph, blocks, dense, source, driving, small_size)
    channels, side = features_shape(generator, size)[1:3]
    places = motion.resized(graph, places, small_size, side)
    if occlusion is not None:
        occlusion = motion.resized(graph, occlusion, small_size, side)
    features = Features(source.features, channels, side)
    x = blocks.warp(features, places, occlusion, align=generator.align_corners)
    for residual in each(generator.bottleneck, ResidualBlock):
        first, second = kernel(residual.conv1, residual.norm2), kernel(residual.conv2)
        x = blocks.residual(x, affine(residual.norm1), first, second)
    for up in each(generator.up_blocks, UpBlock):
        x = blocks.up(x, kernel(up.conv, up.norm))
    return graph.op("Sigmoid", blocks.leave(x, kernel(generator.final), 3))


def features_shape(generator: Generator, size: int) -> tuple[int, int, int, int]:
    """Of what the encoder makes of a picture."""
    side = size // 2 ** len(generator.down_blocks)
    return 1, each(generator.up_blocks, UpBlock)[0].conv.in_channels, side, side


def reduced_size(down: nn.Module, size: int) -> int:
    """Pixels along each axis after ``reduce``."""
    return size // down.stride if isinstance(down, BlurReduce) else size


def reduce(graph: Graph, down: nn.Module, image: str, size: int) -> tuple[str, int]:
    """Blur and every n-th pixel, in one convolution; the picture itself at scale 1."""
    if not isinstance(down, BlurReduce):
        return image, size
    weight = numbers(down.weight)
    pads = [weight.shape[-1] // 2] * 4
    strides = [down.stride] * 2
    name = graph.op(
        "Conv", image, graph.constant(weight), pads=pads, strides=strides, group=len(weight)
    )
    return name, reduced_size(down, size)


def _dense_motion(
    graph: Graph,
    blocks: Blocks[Map],
    dense: DenseMotion,
    source: SourceNames,
    driving: KeypointNames,
    size: int,
) -> tuple[str, str | None]:
    """Where each pixel comes from (1, 2, size, size) and the occlusion map (1, 1, size, size)."""
    total = dense.mask.out_channels
    known = source.keypoints
    heat = motion.heat_maps(graph, known, driving, total - 1, size, dense.variance)
    places = motion.motions(graph, known, driving, total - 1, size)
    small = motion.moved(graph, source.small, places, total, size, dense.align_corners)
    seen = graph.op("Concat", heat, small, axis=2)
    seen = graph.reshape(seen, 1, 4 * total, size, size)

    x = _hourglass(blocks, dense.hourglass, blocks.enter(Features(seen, 4 * total, size)))
    heads = [dense.mask] if dense.occlusion is None else [dense.mask, dense.occlusion]
    maps = blocks.leave(x, stacked([kernel(head) for head in heads]), 3)
    occlusion = None
    if dense.occlusion is not None:
        occlusion = graph.op("Sigmoid", graph.cut(maps, 1, total, total + 1))
        maps = graph.cut(maps, 1, 0, total)
    mask = graph.op("Softmax", maps, axis=1)
    return motion.blended(graph, mask, places, total, size), occlusion


def _hourglass(blocks: Blocks[Map], hourglass: Hourglass, x: Map) -> Map:
    levels = [x]
    for block in each(hourglass.encoder.down_blocks, DownBlock):
        levels.append(blocks.down(levels[-1], kernel(block.conv, block.norm)))
    x = levels.pop()
    for up in each(hourglass.decoder.up_blocks, UpBlock):
        x = blocks.join(blocks.up(x, kernel(up.conv, up.norm)), levels.pop())
    return x


def each(modules: Iterable[nn.Module], kind: type[Block]) -> list[Block]:
    """The modules of a list or sequence, which are all of one kind."""
    return [module for module in modules if isinstance(module, kind)]
