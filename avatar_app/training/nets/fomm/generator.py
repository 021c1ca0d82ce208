"""The network that makes the picture: the source's features, moved and painted anew."""

import itertools
from collections import OrderedDict
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from avatar_app.training.nets.fomm.blocks import DownBlock, ResidualBlock, SameBlock, UpBlock
from avatar_app.training.nets.fomm.config import CommonParams, GeneratorParams
from avatar_app.training.nets.fomm.dense_motion import DenseMotion
from avatar_app.training.nets.fomm.keypoints import Keypoints


@dataclass(frozen=True, slots=True, eq=False)
class Rendering:
    """``picture`` (B, 3, S, S) in 0..1 and the motion that led to it (see ``Motion``).

    ``deformed`` (B, 3, S, S) is the source picture under that motion; ``Generator.forward`` alone
    makes it, for training and for looking at."""

    mask: Tensor
    sparse_deformed: Tensor
    occlusion_map: Tensor | None
    deformation: Tensor
    picture: Tensor
    deformed: Tensor | None = None


class Generator(nn.Module):
    """Source picture (B, 3, S, S) and keypoints of source and driving picture to ``Rendering``.

    ``encode`` depends on the source alone and is done once an avatar, ``render`` once a frame.
    Section 3.2 of the paper."""

    def __init__(
        self, common: CommonParams, params: GeneratorParams, *, align_corners: bool
    ) -> None:
        super().__init__()
        self.align_corners = align_corners
        downs = params.num_down_blocks
        widths = [min(params.max_features, params.block_expansion * 2**i) for i in range(downs + 1)]
        pairs = list(itertools.pairwise(widths))
        self.dense_motion_network = DenseMotion(
            common,
            params.dense_motion_params,
            estimate_occlusion=params.estimate_occlusion_map,
            align_corners=align_corners,
        )
        self.first = SameBlock(common.num_channels, widths[0])
        self.down_blocks = nn.ModuleList(DownBlock(fine, coarse) for fine, coarse in pairs)
        self.up_blocks = nn.ModuleList(UpBlock(coarse, fine) for fine, coarse in pairs[::-1])
        self.bottleneck = nn.Sequential(
            OrderedDict(
                (f"r{i}", ResidualBlock(widths[-1])) for i in range(params.num_bottleneck_blocks)
            )
        )
        self.final = nn.Conv2d(widths[0], common.num_channels, kernel_size=7, padding=3)

    def forward(self, image: Tensor, source: Keypoints, driving: Keypoints) -> Rendering:
        features, small = self.encode(image)
        rendering = self.render(features, small, source, driving)
        return replace(rendering, deformed=self._sample(image, rendering.deformation))

    def encode(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Features (B, C, h, w) and the small picture (B, 3, s, s) of a source picture."""
        features = self.first(image)
        for block in self.down_blocks:
            features = block(features)
        small: Tensor = self.dense_motion_network.down(image)
        return features, small

    def render(
        self, features: Tensor, small: Tensor, source: Keypoints, driving: Keypoints
    ) -> Rendering:
        """The picture at the driving keypoints, from what ``encode`` made of the source."""
        motion = self.dense_motion_network(small, source, driving)

        x = self._sample(features, motion.deformation)
        if motion.occlusion_map is not None:
            x = x * _resized(motion.occlusion_map, like=x)
        x = self.bottleneck(x)
        for block in self.up_blocks:
            x = block(x)
        picture = torch.sigmoid(self.final(x))
        return Rendering(
            mask=motion.mask,
            sparse_deformed=motion.sparse_deformed,
            occlusion_map=motion.occlusion_map,
            deformation=motion.deformation,
            picture=picture,
        )

    def _sample(self, x: Tensor, deformation: Tensor) -> Tensor:
        """``x`` (B, C, h, w) at the places that ``deformation`` names, which is resized to it."""
        grid = _resized(deformation.permute(0, 3, 1, 2), like=x).permute(0, 2, 3, 1)
        return functional.grid_sample(
            x, grid, mode="bilinear", padding_mode="zeros", align_corners=self.align_corners
        )


def _resized(field: Tensor, like: Tensor) -> Tensor:
    """A map at the resolution of ``like``. Half-pixel centres, unlike the grids: so the published
    weights were trained."""
    size = like.shape[2:]
    if field.shape[2:] == size:
        return field
    return functional.interpolate(field, size=size, mode="bilinear", align_corners=False)
