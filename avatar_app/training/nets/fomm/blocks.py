"""The parts that the three networks are built of.

Names of the members are the keys of the published checkpoints and stand in their order.
"""

import itertools
import math

import torch
from torch import Tensor, nn
from torch.nn import functional


class SameBlock(nn.Module):
    """Convolution 7x7, norm, ReLU: (B, C, H, W) to (B, D, H, W)."""

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, out_channels, kernel_size=7, padding=3)
        self.norm = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.norm(self.conv(x)))


class DownBlock(nn.Module):
    """Convolution 3x3, norm, ReLU, mean of 2x2: (B, C, H, W) to (B, D, H/2, W/2)."""

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, out_channels, kernel_size=3, padding=1)
        self.norm = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.norm(self.conv(x)))
        return functional.avg_pool2d(x, 2)


class UpBlock(nn.Module):
    """Each pixel doubled, convolution 3x3, norm, ReLU: (B, C, H, W) to (B, D, 2H, 2W)."""

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, out_channels, kernel_size=3, padding=1)
        self.norm = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.interpolate(x, scale_factor=2, mode="nearest")
        return functional.relu(self.norm(self.conv(x)))


class ResidualBlock(nn.Module):
    """Two times norm, ReLU and convolution 3x3, added to the input; shape unchanged."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.norm1 = nn.BatchNorm2d(channels)
        self.norm2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv1(functional.relu(self.norm1(x)))
        y = self.conv2(functional.relu(self.norm2(y)))
        return x + y


class BlurReduce(nn.Module):
    """Gaussian blur, then every n-th pixel: (B, C, H, W) to (B, C, H/n, W/n), n = 1 / scale.

    One strided depthwise convolution, padded with zeros, so the edges darken. The kernel is a
    buffer that checkpoints hold: theirs is used rather than the one computed here, which may differ
    in its last bits. A scale of 1 needs no such layer."""

    weight: Tensor

    def __init__(self, channels: int, scale: float) -> None:
        super().__init__()
        self.stride = round(1 / scale)
        self.register_buffer("weight", _blur_kernel(scale).repeat(channels, 1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        channels, _, _, size = self.weight.shape
        return functional.conv2d(
            x, self.weight, stride=self.stride, padding=size // 2, groups=channels
        )


def _blur_kernel(scale: float) -> Tensor:
    sigma = (1 / scale - 1) / 2
    radius = round(4 * sigma)
    steps = torch.arange(2 * radius + 1, dtype=torch.float32) - radius
    bump = torch.exp(-steps.square() / (2 * sigma**2))
    kernel = bump[:, None] * bump
    return kernel / kernel.sum()


def reduction(channels: int, scale: float) -> nn.Module:
    """``BlurReduce``, or nothing at scale 1."""
    return nn.Identity() if math.isclose(scale, 1) else BlurReduce(channels, scale)


class Encoder(nn.Module):
    """The descending half of an hourglass."""

    def __init__(self, widths: list[int]) -> None:
        super().__init__()
        pairs = itertools.pairwise(widths)
        self.down_blocks = nn.ModuleList(DownBlock(fine, coarse) for fine, coarse in pairs)

    def forward(self, x: Tensor) -> list[Tensor]:
        """The input and what each block made of it, the coarsest last."""
        levels = [x]
        for block in self.down_blocks:
            levels.append(block(levels[-1]))
        return levels


class Decoder(nn.Module):
    """The ascending half: after each block the level of its size from the encoder is joined."""

    def __init__(self, widths: list[int]) -> None:
        super().__init__()
        self.up_blocks = nn.ModuleList()
        for step, (fine, coarse) in enumerate(list(itertools.pairwise(widths))[::-1]):
            self.up_blocks.append(UpBlock(coarse if step == 0 else 2 * coarse, fine))

    def forward(self, levels: list[Tensor]) -> Tensor:
        x = levels[-1]
        for block, level in zip(self.up_blocks, levels[-2::-1], strict=True):
            x = torch.cat((block(x), level), dim=1)
        return x


class Hourglass(nn.Module):
    """A U-net without a last layer: (B, channels, H, W) to (B, out_channels, H, W), where
    ``out_channels`` = expansion + channels because the input itself is joined at the end."""

    def __init__(self, channels: int, expansion: int, blocks: int, max_features: int) -> None:
        super().__init__()
        widths = [min(max_features, expansion * 2**i) for i in range(blocks + 1)]
        self.encoder = Encoder([channels, *widths[1:]])
        self.decoder = Decoder(widths)
        self.out_channels = widths[0] + channels

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.decoder(self.encoder(x))
        return y
