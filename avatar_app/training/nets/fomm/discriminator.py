"""The network that judges pictures; needed in training only."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import spectral_norm

from avatar_app.training.nets.fomm.config import CommonParams, DiscriminatorParams
from avatar_app.training.nets.fomm.keypoints import gaussian_maps


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """``features`` of each block (B, C, h, w), for feature matching, and the ``score`` map
    (B, 1, h, w): near 1 where the picture looks real."""

    features: tuple[Tensor, ...]
    score: Tensor


class JudgingBlock(nn.Module):
    """Convolution 4x4 without padding, norm, leaky ReLU, mean of 2x2."""

    norm: nn.InstanceNorm2d | None

    def __init__(
        self, channels: int, out_channels: int, *, norm: bool, pool: bool, spectral: bool
    ) -> None:
        super().__init__()
        self.conv = _convolution(channels, out_channels, kernel_size=4, spectral=spectral)
        self.norm = nn.InstanceNorm2d(out_channels, affine=True) if norm else None
        self.pool = pool

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        if self.norm is not None:
            x = self.norm(x)
        x = functional.leaky_relu(x, 0.2)
        return functional.avg_pool2d(x, 2) if self.pool else x


class ScaleDiscriminator(nn.Module):
    """Picture (B, 3, S, S) and, where the model uses them, keypoints (B, K, 2) to a judgement."""

    def __init__(self, common: CommonParams, params: DiscriminatorParams) -> None:
        super().__init__()
        self.use_kp = params.use_kp
        self.variance = params.kp_variance
        seen = common.num_channels + (common.num_kp if params.use_kp else 0)
        count = params.num_blocks
        widths = [min(params.max_features, params.block_expansion * 2**i) for i in range(count + 1)]
        widths[0] = seen
        self.down_blocks = nn.ModuleList(
            JudgingBlock(
                widths[i], widths[i + 1], norm=i > 0, pool=i < count - 1, spectral=params.sn
            )
            for i in range(count)
        )
        self.conv = _convolution(widths[-1], 1, kernel_size=1, spectral=params.sn)

    def forward(self, picture: Tensor, keypoints: Tensor | None) -> Judgement:
        x = picture
        if self.use_kp:
            if keypoints is None:
                raise ValueError("This discriminator judges a picture with its keypoints.")
            maps = gaussian_maps(keypoints, picture.shape[2], picture.shape[3], self.variance)
            x = torch.cat((x, maps), dim=1)
        features = []
        for block in self.down_blocks:
            x = block(x)
            features.append(x)
        return Judgement(tuple(features), self.conv(x))


class Discriminator(nn.Module):
    """A ``ScaleDiscriminator`` for each scale of the picture; ``scales`` tells which."""

    def __init__(self, common: CommonParams, params: DiscriminatorParams) -> None:
        super().__init__()
        self.scales = params.scales
        self.discs = nn.ModuleDict(
            {scale_key(scale): ScaleDiscriminator(common, params) for scale in params.scales}
        )

    def forward(
        self, pictures: Mapping[float, Tensor], keypoints: Tensor | None = None
    ) -> dict[float, Judgement]:
        """Judges the picture of each scale; ``keypoints`` (B, K, 2) are those of the picture."""
        return {
            scale: self.discs[scale_key(scale)](pictures[scale], keypoints) for scale in self.scales
        }


def scale_key(scale: float) -> str:
    """The name of a scale in checkpoints, where a dot would part a key."""
    return str(scale).replace(".", "-")


def _convolution(
    channels: int, out_channels: int, *, kernel_size: int, spectral: bool
) -> nn.Conv2d:
    conv = nn.Conv2d(channels, out_channels, kernel_size)
    return spectral_norm(conv) if spectral else conv
