"""Blocks of an exported network against PyTorch's own, in both ways of writing them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from avatar_app.training.export import products
from avatar_app.training.export.blocks import Blocks, Features, PlainBlocks
from avatar_app.training.export.fast_blocks import SheetBlocks
from avatar_app.training.export.fold import affine, kernel, stacked
from avatar_app.training.export.graph import Graph
from avatar_app.training.export.products import FINE_TILINGS, PLAIN_TILINGS, Tiling
from avatar_app.training.nets.fomm.blocks import DownBlock, ResidualBlock, UpBlock

WAYS = (PlainBlocks, SheetBlocks)
CHANNELS = 5
Write = Callable[[Blocks[Any], Any], Any]


def _seeded(module: nn.Module) -> Any:
    """With weights and running statistics that leave nothing at 0 or 1."""
    generator = torch.Generator().manual_seed(7)
    for name, tensor in module.state_dict().items():
        if tensor.is_floating_point():
            low = 0.5 if name.endswith("running_var") else -0.5
            tensor.uniform_(low, 1.0, generator=generator)
    return module.eval()


def _image(size: int) -> Tensor:
    return torch.randn((1, CHANNELS, size, size), generator=torch.Generator().manual_seed(size))


def _check(
    way: type, write: Write, expected: Callable[[Tensor], Tensor], size: int, last: nn.Conv2d
) -> None:
    """The blocks of ``write`` and the convolution ``last`` are the function ``expected``."""
    image = _image(size)
    with torch.no_grad():
        wanted = last(expected(image)).numpy()
    graph = Graph("test")
    blocks = way(graph)
    entered = blocks.enter(Features(graph.input("image", image.shape), CHANNELS, size))
    result = blocks.leave(write(blocks, entered), kernel(last), int(last.padding[0]))
    graph.output("result", result, wanted.shape)
    session = onnxruntime.InferenceSession(
        graph.model().SerializeToString(), providers=["CPUExecutionProvider"]
    )
    got = session.run(None, {"image": image.numpy()})[0]
    np.testing.assert_allclose(got, wanted, rtol=0, atol=2e-6 * np.abs(wanted).max())


def _last(channels: int, pad: int = 3) -> Any:
    return _seeded(nn.Conv2d(channels, 3, kernel_size=7, padding=pad))


@pytest.mark.parametrize("pad", [0, 1, 3])
@pytest.mark.parametrize("size", [7, 9, 16, 21])
@pytest.mark.parametrize("way", WAYS)
def test_a_last_convolution(way: type, size: int, pad: int) -> None:
    _check(way, lambda blocks, x: x, lambda image: image, size, _last(CHANNELS, pad))


@pytest.mark.parametrize("tiling", PLAIN_TILINGS, ids=str)
@pytest.mark.parametrize("size", [2, 8, 14])
@pytest.mark.parametrize("way", WAYS)
def test_a_block_that_halves(
    way: type, size: int, tiling: Tiling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "PLAIN_TILINGS", (tiling,))
    block = _seeded(DownBlock(CHANNELS, 6))
    folded = kernel(block.conv, block.norm)
    _check(way, lambda blocks, x: blocks.down(x, folded), block, size, _last(6))


@pytest.mark.parametrize("tiling", [*FINE_TILINGS, *PLAIN_TILINGS], ids=str)
@pytest.mark.parametrize("size", [1, 5, 9])
@pytest.mark.parametrize("way", WAYS)
def test_a_block_that_doubles(
    way: type, size: int, tiling: Tiling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "FINE_TILINGS", (tiling,) if tiling.fine else FINE_TILINGS)
    if not tiling.fine:
        monkeypatch.setattr(Tiling, "cost", lambda self, *_: self.fine + (self != tiling))
    block = _seeded(UpBlock(CHANNELS, 6))
    folded = kernel(block.conv, block.norm)
    _check(way, lambda blocks, x: blocks.up(x, folded), block, size, _last(6))


@pytest.mark.parametrize("tiling", PLAIN_TILINGS, ids=str)
@pytest.mark.parametrize("size", [4, 6, 12])
@pytest.mark.parametrize("way", WAYS)
def test_residual_blocks_in_a_row(
    way: type, size: int, tiling: Tiling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "PLAIN_TILINGS", (tiling,))
    block = _seeded(ResidualBlock(CHANNELS))
    first, second = kernel(block.conv1, block.norm2), kernel(block.conv2)

    def write(blocks: Blocks[Any], x: Any) -> Any:
        for _ in range(2):
            x = blocks.residual(x, affine(block.norm1), first, second)
        return x

    _check(way, write, lambda image: block(block(image)), size, _last(CHANNELS))


@pytest.mark.parametrize("way", WAYS)
def test_maps_in_different_orders_are_joined(way: type) -> None:
    down, up, last = (
        _seeded(DownBlock(CHANNELS, 6)),
        _seeded(UpBlock(6, 4)),
        _seeded(UpBlock(4 + CHANNELS, 2)),
    )

    def write(blocks: Blocks[Any], x: Any) -> Any:
        halved = blocks.down(x, kernel(down.conv, down.norm))
        again = blocks.up(halved, kernel(up.conv, up.norm))
        return blocks.up(blocks.join(again, x), kernel(last.conv, last.norm))

    def expected(image: Tensor) -> Tensor:
        return last(torch.cat((up(down(image)), image), dim=1))

    _check(way, write, expected, 12, _last(2))


def test_a_larger_map_takes_fewer_multiplications() -> None:
    """The wide convolutions of the published model are done by Winograd, the coarse ones not."""
    wide = kernel(nn.Conv2d(256, 256, 3))
    assert min(PLAIN_TILINGS, key=lambda t: t.cost(64, 256, wide)) == Tiling(4, True)
    assert not min(PLAIN_TILINGS, key=lambda t: t.cost(4, 256, wide)).winograd
    assert min(FINE_TILINGS, key=lambda t: t.cost(64, 256, wide)) == Tiling(5, True, True)


def test_half_precision_keeps_floats_at_both_ends() -> None:
    graph = Graph("test")
    blocks = PlainBlocks(graph, half=True)
    block, last = _seeded(DownBlock(CHANNELS, 6)), _last(6)
    image = _image(8)
    entered = blocks.enter(Features(graph.input("image", image.shape), CHANNELS, 8))
    x = blocks.down(entered, kernel(block.conv, block.norm))
    graph.output("result", blocks.leave(x, kernel(last), 3), (1, 3, 4, 4))
    model = graph.model()
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    got = session.run(None, {"image": image.numpy()})[0]
    with torch.no_grad():
        wanted = last(block(image)).numpy()
    assert got.dtype == np.float32
    error = np.abs(got - wanted).max() / np.abs(wanted).max()
    assert 1e-6 < error < 2e-3


def test_kernels_of_one_input_are_stacked() -> None:
    convs = [_seeded(nn.Conv2d(CHANNELS, n, 3)) for n in (2, 3)]
    both = stacked([kernel(conv) for conv in convs])
    image = _image(5)
    with torch.no_grad():
        wanted = torch.cat([conv(image) for conv in convs], dim=1)
        got = nn.functional.conv2d(
            image, torch.from_numpy(both.weight), torch.from_numpy(both.bias)
        )
    torch.testing.assert_close(got, wanted)


def test_a_norm_without_statistics_cannot_be_folded() -> None:
    with pytest.raises(ValueError, match="running statistics"):
        affine(nn.BatchNorm2d(3, track_running_stats=False))
